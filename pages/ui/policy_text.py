"""Findings, refusals and places of a policy in words: no code and no path reaches a person."""

import re
from collections.abc import Callable
from typing import Any

from lending_core.errors import LendingError
from lending_core.policy.checks import Finding
from pages.ui import format as shown
from pages.ui import policy_cells as cells
from pages.ui.policy_draft import Rows
from pages.ui.session import language
from pages.ui.text import feature_name, product_name, refusal_text, sentences, t

_PLACE = re.compile(r"(\w+)\[(\d+)\](?:\.(\w+))?")
_NAMING_COLUMNS = {"gate": "feature", "band": "name", "product": "product_code", "cap": "code"}


def cap_name(code: str) -> str:
    """Name of a bound over everything."""
    return t(f"limit_policies.cap.{code}")


def unit_name(name: str) -> str:
    """Name of the unit that a value of this name is read in; empty for a bare number."""
    unit = cells.unit(name)
    return t(f"limit_policies.unit.{unit}") if unit else ""


def subject_name(feature: str) -> str:
    """Name of what a rule looks at: a column of the application, or a feature."""
    known = sentences(language())
    return known.get(f"column.{feature}") or feature_name(feature)


def note_text(note: str) -> str:
    """Why a version was made, as written; the first policy's note is a code."""
    return sentences(language()).get(f"limit_policies.note.{note}", note)


def standing_name(standing: str) -> str:
    """Where a version stands: in force, waiting, retired."""
    return t(f"limit_policies.standing.{standing}")


def finding_text(finding: Finding, rows: Rows) -> str:
    """What is wrong with the policy, as a sentence."""
    if finding.code == "cap_above_law":
        code, legal_max = str(finding.facts["cap"]), finding.facts["legal_max"]
        amount = f"{_amount(code, legal_max)} {unit_name(code)}"
        return t("finding.cap_above_law", cap=cap_name(code), legal_max=amount)
    facts = {name: _fact_text(name, value, rows) for name, value in finding.facts.items()}
    return t(f"finding.{finding.code}", **facts)


def wrong_cell_text(refusal: LendingError, rows: Rows) -> str:
    """Why a cell cannot be read, naming it as the grid does; other refusals as they are."""
    place = str(refusal.facts.get("place", ""))
    found = _PLACE.match(place)
    if not found:
        return refusal_text(refusal)
    part, number, column = found.groups()
    row = rows[part][int(number) - 1]
    measured = row.get("feature") or row.get("code") if column == "value" else column
    bounds: dict[str, Any] = {
        name: _amount(str(measured), refusal.facts[name])
        for name in ("low", "high")
        if name in refusal.facts
    }
    named: dict[str, Any] = {**refusal.facts, **bounds, "place": _place_name(part, row, column)}
    return refusal_text(type(refusal)(refusal.reason, **named))


def _place_name(part: str, row: dict[str, Any], column: str | None) -> str:
    facts = {"table": t(f"limit_policies.{part}_title"), "row": _row_name(part, row)}
    if column is None:
        return t("limit_policies.place_row", **facts)
    return t("limit_policies.place", **facts, column=t(f"limit_policies.column.{column}"))


def _row_name(part: str, row: dict[str, Any]) -> str:
    code = str(row[_NAMING_COLUMNS[part]])
    names: dict[str, Callable[[str], str]] = {
        "gate": subject_name,
        "product": product_name,
        "cap": cap_name,
    }
    return names[part](code) if part in names else code


def _fact_text(name: str, value: object, rows: Rows) -> str:
    code = str(value)
    if name in ("gate", "by"):
        return _gate_text(code, rows)
    if name in ("rate", "cap"):
        return shown.rate(value)  # type: ignore[arg-type]
    names: dict[str, Callable[[str], str]] = {"product": product_name, "feature": subject_name}
    return names[name](code) if name in names else code


def _gate_text(code: str, rows: Rows) -> str:
    """`Age < 18`: a rule by what it asks."""
    row = next(row for row in rows["gate"] if row["code"] == code)
    value = cells.text_shown(row["feature"], row["value"])
    unit = unit_name(row["feature"])
    return f"{subject_name(row['feature'])} {cells.SIGNS[row['operator']]} {value} {unit}".strip()


def _amount(name: str, value: Any) -> str:
    return cells.plain(value * cells.factor(name))
