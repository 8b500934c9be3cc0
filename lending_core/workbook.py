"""An Excel workbook of tables: number cells with formats, facts on top, sums below.

What is written here knows no language and no screen: headings and values come as they are shown.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

# Excel allows no longer name of a sheet, and none of these letters in it.
SHEET_NAME_MAX = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "fact": {"font_color": "#556270"},
    "heading": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"},
    "money": {"num_format": "#,##0.00"},
    "share": {"num_format": "0.00"},
    "sum": {"num_format": "#,##0.00", "bold": True, "top": 1},
    "date": {"num_format": "yyyy-mm-dd", "align": "left"},
    "instant": {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"},
    "plain": {},
}
_WIDTHS = {"money": 18, "date": 12}
_WIDTH = 26

Formats = dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A table of a workbook: readable values, and the heading and the kind of each column (`money`:
    summed below unless the sheet says that its rows do not add up; `share`, `date`, `plain`)."""

    name: str
    frame: pl.DataFrame
    headings: Sequence[str]
    kinds: Sequence[str]
    adds_up: bool = True


@dataclass(frozen=True)
class Workbook:
    """Sheets under one title, with the same lines of facts on top of each (name, value); `at`: the
    instant it was made."""

    title: str
    at: datetime
    facts: Sequence[tuple[str, str]]
    sheets: Sequence[Sheet]


def workbook_bytes(workbook: Workbook) -> bytes:
    """The workbook as a file. No cell but a sum runs as a formula."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as written:
        written.set_properties({"title": workbook.title, "created": workbook.at})
        looks = formats(written)
        for sheet in workbook.sheets:
            page = written.add_worksheet(sheet.name.translate(_NOT_IN_NAMES)[:SHEET_NAME_MAX])
            top = _write_head(page, workbook, looks)
            _write_table(page, sheet, top, looks)
    return target.getvalue()


def formats(book: xlsxwriter.Workbook) -> Formats:
    """The formats of a workbook that is being written, by kind of cell."""
    return {name: book.add_format(look) for name, look in _FORMATS.items()}


def _write_head(page: Worksheet, workbook: Workbook, looks: Formats) -> int:
    """Title and facts; returns the row of the headings."""
    page.write_string(0, 0, workbook.title, looks["title"])
    for row, (name, value) in enumerate(workbook.facts, start=1):
        page.write_string(row, 0, name, looks["fact"])
        page.write_string(row, 1, value, looks["fact"])
    return len(workbook.facts) + 2


def _write_table(page: Worksheet, sheet: Sheet, top: int, looks: Formats) -> None:
    for column, (heading, kind) in enumerate(zip(sheet.headings, sheet.kinds, strict=True)):
        values = sheet.frame.to_series(column)
        page.set_column(column, column, _WIDTHS.get(kind, _WIDTH))
        page.write_string(top, column, heading, looks["heading"])
        for row, value in enumerate(values, start=top + 1):
            write_cell(page, (row, column), value, looks[kind])
        if kind == "money" and sheet.adds_up and len(values):
            _write_sum(page, (top, column), values, looks["sum"])
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def write_cell(page: Worksheet, place: tuple[int, int], value: Any, look: Any) -> None:
    """A value as what it is: text as text, never as a formula; a list as text; None: no cell."""
    if value is None:
        return
    if isinstance(value, str):
        # Never `write`: it would take text that begins with "=" for a formula.
        page.write_string(*place, value, look)
    elif isinstance(value, list):
        page.write_string(*place, ", ".join(map(str, value)), look)
    else:
        page.write(*place, value, look)


def _write_sum(page: Worksheet, top: tuple[int, int], values: pl.Series, look: Any) -> None:
    """A sum that the spreadsheet recalculates, with its value for viewers that do not."""
    row, column = top
    last = row + len(values)
    cells = xl_range(row + 1, column, last, column)
    page.write_formula(last + 1, column, f"=SUM({cells})", look, values.sum())
