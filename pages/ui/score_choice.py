"""Which model the screen of scores is about, and which part of it is in sight; kept in the URL."""

from typing import Any

from lending_core.access.permissions import Actor, Permission
from pages.ui import format as shown
from pages.ui import inputs, score_reads
from pages.ui.session import language
from pages.ui.text import sentences, t

VIEWS = ("performance", "stability", "segments", "compare", "card")
AUDIT_VIEW = "fairness"


def names() -> dict[str, str]:
    """Number of each version, newest first, and `Version 2, since 2026-02-28: trained on ...`."""
    return {
        str(row["model_version"]): _name(row) for row in score_reads.versions().rows(named=True)
    }


def model(known: dict[str, str], *, key: str = "model_version", label: str | None = None) -> int:
    """The version chosen, the newest unless the URL says another."""
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
        on=shown.day(row["effective_on"]),
        note=known.get(f"scores.note.{row['note']}", row["note"]),
    )
