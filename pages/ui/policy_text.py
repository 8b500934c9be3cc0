"""Findings, refusals and places of a policy in words: no code and no path reaches a person."""

import re
from collections.abc import Callable
from typing import Any

from lending_core.errors import LendingError
from lending_core.policy.finding import Finding
from lending_core.policy.rows import Rows
from pages.ui import format as shown
from pages.ui import policy_cells as cells
from pages.ui import policy_words as words
from pages.ui.session import language
from pages.ui.text import product_name, refusal_text, sentences, t

# `gate[3].value`, `guard.loans_min`, `effective_on`.
_PLACE = re.compile(r"(\w+)(?:\[(\d+)\])?(?:\.(\w+))?")


def note_text(note: str) -> str:
    """Why a version was made, as written; the first policy's note is a code."""
    return sentences(language()).get(f"limit_policies.note.{note}", note)


def finding_text(finding: Finding, rows: Rows) -> str:
    """What is wrong with the policy, as a sentence."""
    if finding.code == "cap_above_law":
        code, legal_max = str(finding.facts["cap"]), finding.facts["legal_max"]
        amount = words.amount_text(code, legal_max, language())
        cap = words.cap_name(code, language())
        return t("finding.cap_above_law", cap=cap, legal_max=amount)
    facts = {name: _fact_text(name, value, rows) for name, value in finding.facts.items()}
    return t(f"finding.{finding.code}", **facts)


def wrong_cell_text(refusal: LendingError, rows: Rows) -> str:
    """Why a cell cannot be read, naming it as the grid does; other refusals as they are."""
    found = _PLACE.fullmatch(str(refusal.facts.get("place", "")))
    if not found:
        return refusal_text(refusal)
    part, number, column = found.groups()
    if part not in rows:
        part, column = "general", part
    row = rows[part][int(number or 1) - 1] if rows[part] else {}
    measured = row.get("feature") or row.get("code") if column == "value" else column
    bounds: dict[str, Any] = {
        name: cells.plain(refusal.facts[name] * cells.factor(str(measured)))  # type: ignore[operator]
        for name in ("low", "high")
        if name in refusal.facts
    }
    named: dict[str, Any] = {**refusal.facts, **bounds, "place": _place_name(part, row, column)}
    return refusal_text(type(refusal)(refusal.reason, **named))


def _place_name(part: str, row: dict[str, Any], column: str | None) -> str:
    facts = {"table": words.part_title(part, language())}
    name = subject_or_name(part, row)
    if not row or not (name or column):
        return facts["table"]
    if column is None:
        return t("limit_policies.place_row", **facts, row=name)
    heading = words.column_name(part, column, language())
    if not name:
        return t("limit_policies.place_row", **facts, row=heading)
    return t("limit_policies.place", **facts, row=name, column=heading)


def subject_or_name(part: str, row: dict[str, Any]) -> str:
    """What a row is about: of a rule the fact it looks at, since the rest may be what is wrong."""
    if part in ("gate", "multiplier"):
        return words.subject_name(str(row["feature"]), language()) if row else ""
    if part == "line_review":
        return words.cell_text("action", row["action"], row, language()) if row else ""
    return words.row_name(part, row, language()) if row else ""


def _fact_text(name: str, value: object, rows: Rows) -> str:
    code = str(value)
    if name in ("gate", "by"):
        return _row_text(code, ("gate", "multiplier"), rows)
    if name in ("line_rule", "before"):
        return _row_text(code, ("line_review",), rows)
    if name in ("rate", "cap"):
        return shown.rate(value)  # type: ignore[arg-type]
    names: dict[str, Callable[[str], str]] = {
        "product": product_name,
        "feature": lambda feature: words.subject_name(feature, language()),
    }
    return names[name](code) if name in names else code


def _row_text(code: str, parts: tuple[str, ...], rows: Rows) -> str:
    """`Age < 18 years`: a rule by what it asks."""
    for part in parts:
        for row in rows[part]:
            if row["code"] == code:
                return words.row_name(part, row, language())
    return code
