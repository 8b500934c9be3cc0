"""A limit policy in words, in a language given: cells, rules, and what differs."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lending_core.policy.document import Gate, Policy, opening_policy
from lending_core.policy.fields import exact_text
from lending_core.policy.row_changes import RowChange, row_changes
from lending_core.policy.rows import NAMING, RECORDS, Row, Rows, rows_of
from pages.ui import format as shown
from pages.ui import policy_cells as cells
from pages.ui.text import reference_name, sentence, sentences

# Columns whose cells are codes with a name of their own.
_CODES = {
    "admits": "limit_policies.admits",
    "purpose": "limit_policies.purpose",
    "action": "policy_editor.action",
}
_KINDS_OF_ROWS = ("gate", "multiplier", "line_review")
_BOUNDS_OF_LINES = {
    "months_open_min": "open_from",
    "days_past_due_min": "late_from",
    "days_past_due_max": "late_to",
    "used_percent_min": "used_from",
    "used_percent_max": "used_to",
}


def differences_text(before: Policy, after: Policy, language: str) -> list[str]:
    """One sentence per difference between two policies; empty where they are the same."""
    rows_before, rows_after = rows_of(before), rows_of(after)
    return changes_text(row_changes(rows_before, rows_after), rows_before, rows_after, language)


def changes_text(
    changes: Iterable[RowChange], before: Rows, after: Rows, language: str
) -> list[str]:
    """One sentence per change: the table, the row as people read it, the column, both cells."""
    return [_change_text(change, before, after, language) for change in changes]


def part_title(part: str, language: str) -> str:
    """Name of a part of the policy: `Score bands`."""
    known = sentences(language)
    own = f"policy_editor.{part}_title"
    return known[own] if own in known else sentence(f"limit_policies.{part}_title", language)


def row_name(part: str, row: Mapping[str, Any], language: str) -> str:
    """A row as people call it: `Age < 18 years`, band `C`, a product's name; empty in parts of one
    row."""
    if part in _KINDS_OF_ROWS:
        return _SENTENCES[part](row, language)
    if part == "cap":
        return cap_name(str(row["code"]), language)
    if part == "product":
        return reference_name("product", str(row["product_code"]), language)
    return str(row[NAMING[part]] or shown.DASH) if part in NAMING else ""


def column_name(part: str, column: str, language: str) -> str:
    """Heading of a column, or name of one number of a part of one row."""
    if part in RECORDS or part == "general":
        return sentence(f"policy_editor.number.{column}", language)
    if part == "line_review" and column == "limit_percent":
        return sentence("limit_policies.column.line_limit_percent", language)
    return sentence(f"limit_policies.column.{column}", language)


def cell_text(column: str, cell: Any, row: Mapping[str, Any], language: str) -> str:
    """A cell as people read it, with its unit: `¥50,000`, `45%`, `18 years`; a dash for none."""
    if column == "null_outcome" and not cell:
        return sentence("limit_policies.passes", language)
    if cell is None:
        return shown.DASH
    if isinstance(cell, bool):
        return _yes_or_no(cell, language)
    if column in _CODES:
        return sentences(language).get(f"{_CODES[column]}.{cell}", str(cell))
    named = {
        "borrower": borrower_name,
        "null_outcome": lambda code, spoken: sentence(f"outcome.{code}", spoken),
        "feature": subject_name,
        "operator": lambda sign, _: cells.SIGNS.get(sign, sign),
    }
    if column in named:
        return str(named[column](cell, language))
    subject = str(row.get("feature") or row.get("code")) if column == "value" else column
    return amount_text(subject, cell, language)


def amount_text(subject: str, cell: Any, language: str) -> str:
    """A number or text with the unit that values of `subject` are read in."""
    if cell in ("true", "false"):
        return _yes_or_no(cell == "true", language)
    if isinstance(cell, date):
        return shown.day(cell)
    try:
        number = cells.plain(Decimal(str(cell)) * cells.factor(subject))
    except InvalidOperation:
        return str(cell)
    unit = cells.unit(subject)
    if unit == "fen":
        return f"¥{number}"
    if unit in ("ratio", "count"):
        return number
    name = unit_name(subject, language)
    return f"{number}{'' if name.startswith('%') else ' '}{name}".strip()


def unit_name(subject: str, language: str) -> str:
    """Name of the unit that a value of `subject` is read in; empty for a bare number."""
    unit = cells.unit(subject)
    return sentence(f"limit_policies.unit.{unit}", language) if unit else ""


def subject_name(feature: str, language: str) -> str:
    """Name of what a rule looks at: a column of the application, or a feature."""
    known = sentences(language)
    return known.get(f"column.{feature}") or reference_name("feature", feature, language)


def cap_name(code: str, language: str) -> str:
    """Name of a bound over everything."""
    return sentence(f"limit_policies.cap.{code}", language)


def borrower_name(code: str, language: str) -> str:
    """Whom a row is for: `Anyone`, `Person`."""
    if code == "any":
        return sentence("limit_policies.borrower_any", language)
    return sentences(language).get(f"kind.{code}", code)


def condition_text(row: Mapping[str, Any], language: str) -> str:
    """What a rule asks: `Age < 18 years`."""
    subject = subject_name(str(row["feature"]), language)
    sign = cells.SIGNS.get(str(row["operator"]), str(row["operator"]))
    return f"{subject} {sign} {cell_text('value', row['value'], row, language)}"


def reason_text(reason: str, policy: Policy | None, language: str) -> str | None:
    """Why a decision came out as it did, as a sentence; a rule that was added to the policy, or has
    another bound than the sentence speaks of, by what it asks. None for a reason nobody knows."""
    known = sentences(language)
    base = reason.removesuffix("_unknown")
    gates = {gate.code: gate for gate in policy.gate} if policy else {}
    gate = gates.get(reason) or gates.get(base)
    is_worded = f"reason.{reason}" in known and _as_worded(gate)
    if is_worded or (gate is None and f"reason.{reason}" in known):
        return known[f"reason.{reason}"]
    if reason not in gates and base != reason:
        what = reason_text(base, policy, language)
        return what and sentence("application.reason_unknown_value", language, reason=what)
    if gate is None:
        return None
    return condition_text({**vars(gate), "value": exact_text(gate.value)}, language)


def _as_worded(gate: Gate | None) -> bool:
    """Whether a gate asks what the sentence of its code says: as in the policy we began with."""
    return gate is not None and any(
        (gate.code, gate.feature, gate.operator, gate.value)
        == (other.code, other.feature, other.operator, other.value)
        for other in opening_policy().gate
    )


def _line_text(row: Mapping[str, Any], language: str) -> str:
    """`Freeze: late 31 days or more`."""
    bounds = [
        sentence(f"policy_editor.line.{key}", language, value=row[name])
        for name, key in _BOUNDS_OF_LINES.items()
        if row[name] is not None
    ]
    joined = sentence("limit_policies.list_separator", language).join(bounds)
    when = joined or sentence("policy_editor.line.always", language)
    action = cell_text("action", row["action"], row, language)
    return sentence("policy_editor.line.rule", language, action=action, when=when)


_SENTENCES = {"gate": condition_text, "multiplier": condition_text, "line_review": _line_text}


def _change_text(change: RowChange, before: Rows, after: Rows, language: str) -> str:
    table = part_title(change.part, language)
    if change.field is None:
        row = change.after if change.before is None else change.before
        key = "added" if change.before is None else "removed"
        words = row_name(change.part, row, language)
        if change.part in _KINDS_OF_ROWS:
            words = rule_text(change.part, row, language)
        return sentence(f"policy_editor.{key}", language, table=table, row=words)
    was = _row(change, before) or _row(change, after) or {}
    now = _row(change, after) or was
    name = row_name(change.part, was, language)
    return sentence(
        "policy_editor.changed" if name else "policy_editor.changed_number",
        language,
        table=table,
        row=name,
        column=column_name(change.part, change.field, language),
        before=cell_text(change.field, change.before, was, language),
        after=cell_text(change.field, change.after, now, language),
    )


def _row(change: RowChange, rows: Rows) -> Row | None:
    naming = NAMING.get(change.part)
    found = (row for row in rows[change.part] if not naming or str(row[naming]) == change.row)
    return next(found, None)


def rule_text(part: str, row: Mapping[str, Any], language: str) -> str:
    """A rule whole: what it asks, of whom, and what follows."""
    name = row_name(part, row, language)
    facts = {column: cell_text(column, row[column], row, language) for column in row}
    if row["borrower"] != "any":
        name = sentence("policy_editor.only_for", language, rule=name, borrower=facts["borrower"])
    percent = facts.get("percent") or facts.get("limit_percent")
    if part == "line_review" and row["action"] == "freeze":
        return name
    key = "gate_unknown" if row.get("null_outcome") else part
    return sentence(
        f"policy_editor.rule.{key}",
        language,
        rule=name,
        then=facts.get("purpose"),
        percent=percent,
        unknown=facts.get("null_outcome"),
    )


def _yes_or_no(flag: bool, language: str) -> str:
    return sentence("limit_policies.yes" if flag else "limit_policies.no", language)
