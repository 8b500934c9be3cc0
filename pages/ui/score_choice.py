"""Which model the screen of scores is about, and which part of it is in sight; kept in the URL."""

from typing import Any

from lending_core.access.permissions import Actor, Permission
from pages.ui import format as shown
from pages.ui import inputs, score_reads
from pages.ui.session import language
from pages.ui.text import sentences, t

VIEWS = ("performance", "stability", "segments", "compare", "card")
AUDIT_VIEW = "fairness"
_ORDER = ("champion", "challenger", "validated", "development", "retired")


def names() -> dict[str, str]:
    """Number of each model and what it is called, the one that decides first, then challengers,
    then by how far they came, newest first: `Version 2, champion since 2026-02-28: trained on ...`.
    """
    rows = score_reads.versions().rows(named=True)
    ordered = sorted(rows, key=lambda row: _ORDER.index(row["model_status"]))
    return {str(row["model_version"]): _name(row) for row in ordered}


def model(known: dict[str, str], *, key: str = "model_version", label: str | None = None) -> int:
    """The version chosen, the first unless the URL says another."""
    return int(
        inputs.choose_one(
            label or t("scores.version"), list(known), key=key, name_of=known.__getitem__
        )
    )


def view(actor: Actor) -> str:
    """The part in sight; the audit only for whoever may."""
    may_audit = actor.may(Permission.AUDIT_FAIRNESS)
    views = (*VIEWS, AUDIT_VIEW) if may_audit else VIEWS
    return inputs.choose_view(t("scores.view_label"), views, key="view", name_of=_view_name)


def _view_name(code: str) -> str:
    return t(f"scores.view.{code}")


def _name(row: dict[str, Any]) -> str:
    known = sentences(language())
    return t(
        "scores.version_name",
        version=row["model_version"],
        status=t(f"model_status.{row['model_status']}"),
        on=shown.day(row["status_on"]),
        note=known.get(f"scores.note.{row['note']}", row["note"] or shown.DASH),
    )
