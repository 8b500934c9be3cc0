"""Columns of the policy's grids: how a cell is shown, typed, and read back into its row."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import streamlit as st

from lending_core.policy.rows import Row
from pages.ui import policy_cells as cells
from pages.ui import policy_words as words
from pages.ui.session import language
from pages.ui.text import sentences, t

# Pixels: names of products, bounds and facts stand in full; those of assumptions are longer.
NAME_WIDTH, LONG_NAME_WIDTH = 230, 330
# Pixels of a heading: its letters, and the sign that a column can be edited.
_LETTER_WIDTH, _IDEOGRAPH_WIDTH, _SIGN_WIDTH = 6.6, 13, 36
# Around a cell that has no such sign; and the longest number of the policy, with its coin.
_AROUND_WIDTH, _NUMBER_WIDTH_MIN = 22, 76

# A cell from its row, and a typed cell back into its row.
Shown = Callable[[Row], Any]
Read = Callable[[Any, Row], Any]


@dataclass(frozen=True)
class Column:
    """One column of a grid. Without `read` it cannot be typed into; `is_last`: what is typed into
    it is read with the rest of its row as it is then."""

    name: str
    config: Any
    shown: Shown
    read: Read | None = None
    kind: type[pl.DataType] = field(default=pl.String)
    is_last: bool = False

    def series(self, rows: Sequence[Row]) -> pl.Series:
        """The cells of all rows; whole numbers have no decimals unless one of them does."""
        shown = [self.shown(row) for row in rows]
        has_fraction = any(isinstance(cell, float) for cell in shown)
        kind = pl.Float64 if has_fraction and self.kind is pl.Int64 else self.kind
        return pl.Series(self.name, shown, dtype=kind)


def fixed(
    name: str, shown: Shown | None = None, *, pinned: bool = False, width: int | None = None
) -> Column:
    """Text that cannot be typed into; `pinned`: the name of the row, always in sight."""
    heading = _heading(name)
    config = st.column_config.TextColumn(
        heading,
        disabled=True,
        pinned=pinned,
        width=width or (NAME_WIDTH if pinned else _width(heading)),
        help=_help(name),
    )
    return Column(name, config, shown or (lambda row: row[name]))


def typed(name: str, *, pinned: bool = False) -> Column:
    """One line of text."""
    heading = _heading(name)
    config = st.column_config.TextColumn(heading, width=_width(heading), pinned=pinned)
    return Column(name, config, lambda row: row[name], lambda cell, _: (cell or "").strip() or None)


def number(name: str, *, required: bool = False, heading: str | None = None) -> Column:
    """A whole number in the unit that the ending of its name says; `heading` is the key of a
    heading of its own."""
    label = _heading(heading or name)
    pattern = {"_fen": "¥%,.0f", "_percent": "%d %%"}.get(cells.ending(name), "%d")
    config = st.column_config.NumberColumn(
        label,
        format=pattern,
        width=max(_width(label), _NUMBER_WIDTH_MIN),
        help=_help(heading or name),
        required=required,
    )
    kind = pl.Float64 if cells.ending(name) == "_fen" else pl.Int64
    return Column(
        name,
        config,
        lambda row: cells.shown(name, row[name]),
        lambda cell, _: cells.read(name, cell),
        kind,
    )


def choice(
    name: str,
    options: Sequence[str],
    *,
    default: str | None = None,
    none: str | None = None,
    pinned: bool = False,
) -> Column:
    """One of several codes by their names; `none` stands for an empty cell, `default` is what an
    added row begins with."""
    heading = _heading(name)

    def name_of(code: Any) -> str:
        return words.cell_text(name, None if code == none else code, {}, language())

    widest = max(_width(name_of(code), _AROUND_WIDTH) for code in options)
    width = max(_width(heading), widest)
    config = st.column_config.SelectboxColumn(
        heading,
        options=list(options),
        format_func=name_of,
        required=True,
        default=default,
        pinned=pinned,
        width=min(width, NAME_WIDTH) if pinned else width,
        help=_help(name),
    )
    return Column(
        name,
        config,
        lambda row: none if row[name] is None else row[name],
        lambda cell, _: None if cell == none else cell,
    )


def flag(name: str) -> Column:
    """Yes or no."""
    config = st.column_config.CheckboxColumn(_heading(name), required=True)
    return Column(name, config, lambda row: row[name], lambda cell, _: cell, pl.Boolean)


def value(subject: str, *, required: bool = False) -> Column:
    """A value in the unit of what the row is about, which its column `subject` says."""
    heading = _heading("value")
    config = st.column_config.TextColumn(
        heading, width=_width(heading), alignment="right", required=required
    )
    return Column(
        "value",
        config,
        lambda row: cells.text_shown(str(row[subject]), row["value"]),
        lambda cell, row: cells.text_read(str(row[subject]), cell),
        is_last=True,
    )


def unit(subject: str) -> Column:
    """The unit of what the row is about."""
    known = sentences(language())
    names = [name for key, name in known.items() if key.startswith("limit_policies.unit.")]
    return fixed(
        "unit",
        lambda row: words.unit_name(str(row[subject]), language()),
        width=max(_width(name, _AROUND_WIDTH) for name in names),
    )


def source() -> Column:
    """Where a row comes from: the id of a rule, or the word for our own choice."""
    own = t("limit_policies.assumption")
    return fixed(
        "source",
        lambda row: own if row["source"] == "assumption" else row["source"],
        width=_width(own, _AROUND_WIDTH),
    )


def _heading(name: str) -> str:
    return t(f"limit_policies.column.{name}")


def _help(name: str) -> str | None:
    key = f"limit_policies.help.{name}"
    return t(key) if key in sentences(language()) else None


def _width(text: str, around: int = _SIGN_WIDTH) -> int:
    letters = sum(_LETTER_WIDTH if sign.isascii() else _IDEOGRAPH_WIDTH for sign in text)
    return math.ceil(letters) + around
