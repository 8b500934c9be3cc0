"""Excel workbooks of the screens' tables: amounts as numbers, what they show and of when on top."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
import streamlit as st

from lending_core import workbook as written
from pages.ui import session, tables
from pages.ui.text import t

_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
        t("table.download_workbook"),
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
    sheets = [_sheet(sheet, language) for sheet in workbook.sheets]
    return written.workbook_bytes(
        written.Workbook(workbook.title, workbook.at, workbook.facts, sheets)
    )


def _sheet(sheet: Sheet, language: str) -> written.Sheet:
    readable = tables.readable_values(sheet.frame, language)
    return written.Sheet(
        sheet.name,
        readable,
        [tables.spreadsheet_heading(name, language) for name in readable.columns],
        [_kind(values) for values in readable],
    )


def _kind(values: pl.Series) -> str:
    if values.name.endswith("_fen"):
        return "money"
    return "date" if values.dtype == pl.Date else "plain"
