"""What a month-end risk pack holds: sections of figures, charts and tables, in no language yet.

Columns and figures end in their unit, as on the screens: `_fen` money, `_share` and `_rate` parts
of one, `_on` dates, `_ratio` ratios; other numbers are counts, other text is a code or plain words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

import polars as pl

# Rows of a table that stand on paper; the workbook has them all.
PAPER_ROWS_MAX = 40


@dataclass(frozen=True)
class Figure:
    """One number of the first page, with the same a month earlier (None: not known)."""

    name: str
    value: float | int | None
    before: float | int | None = None


@dataclass(frozen=True)
class Chart:
    """Series over a column of `frame`: stacked bars or lines. `series`: columns, in order."""

    code: str
    kind: Literal["bars", "lines"]
    frame: pl.DataFrame
    across: str
    series: tuple[str, ...]
    colours: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Rows under the title `code`; `notes` are codes of sentences below it."""

    code: str
    frame: pl.DataFrame
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of the pack with a title of its own; one without charts and tables says why."""

    code: str
    figures: Sequence[Figure] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Pack:
    """A month end of a book. `at`: the instant it was made, `made_by` the account; `lenders`: code
    -> language -> name."""

    book: str
    is_simulated: bool
    currency: str
    month_end_on: date
    at: datetime
    made_by: str
    sections: tuple[Section, ...]
    lenders: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
