"""A policy as plain rows, the form in which it is edited and kept as a draft, and back.

Cells are what JSON knows: text, whole numbers, yes or no, nothing; exact decimals and dates are
text. A row may hold what no policy may: a draft keeps what was typed until it can be read.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from lending_core.policy.document import (
    Assumptions,
    Band,
    Cap,
    Gate,
    Guard,
    LineReview,
    Multiplier,
    Policy,
    ProductLimit,
    check_caps,
    read_part,
    read_rows,
)
from lending_core.policy.fields import exact_text

Row = dict[str, Any]
Rows = dict[str, list[Row]]

# The tables of a policy, and the column that names a row of each.
TABLES: dict[str, type] = {
    "gate": Gate,
    "multiplier": Multiplier,
    "band": Band,
    "product": ProductLimit,
    "cap": Cap,
    "line_review": LineReview,
}
NAMING = {
    "gate": "code",
    "multiplier": "code",
    "band": "name",
    "product": "product_code",
    "cap": "code",
    "line_review": "code",
}
# Parts of one row.
RECORDS: dict[str, type] = {"guard": Guard, "assumption": Assumptions}
GENERAL = ("name", "effective_on", "effective_until")

COLUMNS: dict[str, tuple[str, ...]] = {
    "general": GENERAL,
    **{part: tuple(field.name for field in fields(kind)) for part, kind in TABLES.items()},
    **{part: tuple(field.name for field in fields(kind)) for part, kind in RECORDS.items()},
}
# Columns whose kind of value depends on the row: text, so that every one of them stays exact.
_OF_ANY_KIND = ("value",)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def rows_of(policy: Policy) -> Rows:
    """The rows of every part of a policy by its name in the document; `general` is its head."""
    records: dict[str, Sequence[Any]] = {
        "general": (policy,),
        **{part: getattr(policy, part) for part in TABLES},
        **{part: (getattr(policy, part),) for part in RECORDS},
    }
    return {
        part: [{name: _cell(name, getattr(each, name)) for name in names} for each in records[part]]
        for part, names in COLUMNS.items()
    }


def policy_of(rows: Rows) -> Policy:
    """The policy that rows say: `policy_of(rows_of(p)) == p`. Raises `InvalidInput` naming the
    place of the first cell that no policy may hold."""
    general = rows["general"][0]
    head = {name: read_part(_day(name, general[name]), name) for name in GENERAL}
    tables: dict[str, Any] = {
        part: read_rows(kind, rows[part], part) for part, kind in TABLES.items()
    }
    check_caps(tables["cap"])
    records = {part: read_part(rows[part][0], part) for part in RECORDS}
    return Policy(**head, **tables, **records)


def fitted(rows: Mapping[str, Any]) -> Rows:
    """Rows kept some time ago in today's columns: what a column lacks is empty, what it has too
    much is left away. Raises `ValueError` for what never was a draft."""
    if not set(COLUMNS) >= set(rows):
        raise ValueError(f"parts of a draft: {sorted(rows)}")
    return {
        part: [{name: row.get(name) for name in names} for row in rows.get(part, [])]
        or ([dict.fromkeys(names)] if part not in TABLES else [])
        for part, names in COLUMNS.items()
    }


def _cell(name: str, value: Any) -> Any:
    if value is None or not (name in _OF_ANY_KIND or isinstance(value, Decimal | datetime.date)):
        return value
    return value if isinstance(value, str) else exact_text(value)


def _day(name: str, cell: Any) -> Any:
    """A date written as text as a date; anything else is left for the reader to refuse."""
    if not name.startswith("effective_") or not isinstance(cell, str):
        return cell
    try:
        return datetime.date.fromisoformat(cell) if _DAY.fullmatch(cell) else cell
    except ValueError:
        return cell
