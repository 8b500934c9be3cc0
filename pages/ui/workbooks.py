"""Excel workbooks: number cells in yuan, what they show and of when on top, sums below."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
import streamlit as st
import xlsxwriter
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from pages.ui import session, tables
from pages.ui.text import t

_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "fact": {"font_color": "#556270"},
    "heading": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"},
    "money": {"num_format": "#,##0.00"},
    "sum": {"num_format": "#,##0.00", "bold": True, "top": 1},
    "date": {"num_format": "yyyy-mm-dd", "align": "left"},
    "plain": {},
}
_WIDTHS = {"money": 18, "date": 12, "plain": 26}

Formats = dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A table of a workbook. The columns of `frame` end in their unit, as in `pages.ui.tables`;
    amounts are in fen and summed below."""

    name: str
    frame: pl.DataFrame


@dataclass(frozen=True)
class Workbook:
    """Sheets under one title, with the same lines of facts on top of each (name, value); `at`: the
    instant it was made."""

    title: str
    at: datetime
    facts: Sequence[tuple[str, str]]
    sheets: Sequence[Sheet]


def download(workbook: Workbook, file_name: str, *, key: str) -> None:
    """A button for the workbook, which is written when it is asked for."""
    language = session.language()
    st.download_button(
        t("table.download_excel"),
        data=lambda: workbook_bytes(workbook, language),
        file_name=f"{file_name}.xlsx",
        mime=_MIME,
        key=key,
        on_click="ignore",
        type="tertiary",
        icon=":material/table_view:",
    )


def workbook_bytes(workbook: Workbook, language: str) -> bytes:
    """The workbook as a file. No cell but a sum runs as a formula."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as written:
        written.set_properties({"title": workbook.title, "created": workbook.at})
        formats = {name: written.add_format(look) for name, look in _FORMATS.items()}
        for sheet in workbook.sheets:
            page = written.add_worksheet(sheet.name)
            top = _write_head(page, workbook, formats)
            _write_table(page, sheet, top, language, formats)
    return target.getvalue()


def _write_head(page: Worksheet, workbook: Workbook, formats: Formats) -> int:
    """Title and facts; returns the row of the headings."""
    page.write_string(0, 0, workbook.title, formats["title"])
    for row, (name, value) in enumerate(workbook.facts, start=1):
        page.write_string(row, 0, name, formats["fact"])
        page.write_string(row, 1, value, formats["fact"])
    return len(workbook.facts) + 2


def _write_table(page: Worksheet, sheet: Sheet, top: int, language: str, formats: Formats) -> None:
    readable = tables.readable_values(sheet.frame, language)
    for column, values in enumerate(readable):
        kind = _kind(values)
        heading = tables.spreadsheet_heading(values.name, language)
        page.set_column(column, column, _WIDTHS[kind])
        page.write_string(top, column, heading, formats["heading"])
        for row, value in enumerate(values, start=top + 1):
            _write_cell(page, (row, column), value, formats[kind])
        if kind == "money" and len(values):
            _write_sum(page, (top, column), values, formats["sum"])
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _kind(values: pl.Series) -> str:
    if values.name.endswith("_fen"):
        return "money"
    return "date" if values.dtype == pl.Date else "plain"


def _write_cell(page: Worksheet, place: tuple[int, int], value: Any, look: Any) -> None:
    if value is None:
        page.write_blank(*place, None, look)
    elif isinstance(value, str):
        # Never `write`: it would take text that begins with "=" for a formula.
        page.write_string(*place, value, look)
    else:
        page.write(*place, value, look)


def _write_sum(page: Worksheet, top: tuple[int, int], values: pl.Series, look: Any) -> None:
    """A sum that the spreadsheet recalculates, with its value for viewers that do not."""
    row, column = top
    last = row + len(values)
    cells = xl_range(row + 1, column, last, column)
    page.write_formula(last + 1, column, f"=SUM({cells})", look, values.sum())
