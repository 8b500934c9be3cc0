"""Cells of a policy as people read them (yuan, percent, yes or no), and back, no digit lost.

A cell that cannot be read back stays as typed: the policy's own reader refuses it by its place.
"""

import math
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from lending_core.policy.fields import exact_text
from lending_core.scoring.features import register
from pages.ui.text import t

# What a value of the document is multiplied by to be read: the ending of its name says the unit.
_FACTORS = {
    "_fen": Decimal("0.01"),
    "_percent": Decimal(1),
    "_rate": Decimal(100),
    "_bp": Decimal("0.01"),
    "_months": Decimal(1),
}
_UNITS = {
    "_fen": "fen",
    "_percent": "percent",
    "_rate": "percent_a_year",
    "_bp": "percent",
    "_months": "months",
}
SIGNS = {"<": "<", "<=": "≤", "=": "=", "!=": "≠", ">=": "≥", ">": ">"}
# A gate without an outcome for unknown values lets them pass.
PASSES = "passes"

Row = Mapping[str, Any]


def ending(name: str) -> str:
    """`_fen` of `limit_person_fen`; empty where the value is read as it stands."""
    return next((each for each in _FACTORS if f"_{name}".endswith(each) or f"{each}_" in name), "")


def unit(name: str) -> str:
    """Code of the unit that a value of this name is read in; empty for a bare number."""
    known = register().get(name)
    return known.unit if known else _UNITS.get(ending(name), "")


def shown(name: str, value: Any) -> Any:
    """A number of the document as read: 1200000 fen -> 12000.0, a fraction too; None stays."""
    if isinstance(value, bool) or value is None:
        return value
    try:
        exact = Decimal(value)
    except InvalidOperation:
        return None
    return float(exact * factor(name)) if ending(name) == "_fen" or exact % 1 else int(exact)


def read(name: str, cell: Any) -> Any:
    """A typed number as a row holds it: 12000.0 -> 1200000, a fraction as text for the policy to
    refuse; an empty cell is None."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return cell
    if not math.isfinite(cell):
        return None
    value = _whole(Decimal(str(cell)) / factor(name))
    return value if isinstance(value, int) else exact_text(value)


def text_shown(name: str, text: str | None) -> str | None:
    """The text of a value as read: `true` -> Yes, `10000000` fen -> `100,000`."""
    words = {"true": t("limit_policies.yes"), "false": t("limit_policies.no")}
    if text is None or text in words:
        return words.get(text or "")
    try:
        return plain(Decimal(text) * factor(name))
    except InvalidOperation:
        return text


def text_read(name: str, cell: str | None) -> str | None:
    """A typed value of a gate as the document has it; what is no number stays as typed."""
    words = {t("limit_policies.yes").lower(): "true", t("limit_policies.no").lower(): "false"}
    typed = (cell or "").strip()
    if typed.lower() in words:
        return words[typed.lower()]
    try:
        return exact_text(_whole(Decimal(typed.replace(",", "")) / factor(name)))
    except InvalidOperation:
        return typed or None


def plain(value: Decimal) -> str:
    """A number with separators and no decimals that say nothing: `100,000`, `0.25`."""
    whole = _whole(value)
    return f"{whole:,}" if isinstance(whole, int) else f"{whole:,f}"


def factor(name: str) -> Decimal:
    """What a value of this name is multiplied by to be read."""
    return _FACTORS.get(ending(name), Decimal(1))


def _whole(value: Decimal) -> int | Decimal:
    if not value.is_finite():
        raise InvalidOperation
    return int(value) if value == value.to_integral_value() else value.normalize()
