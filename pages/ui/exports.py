"""Tables as files, CSV and Excel, written frame by frame when they are asked for. No cell of either
runs as a formula, and what a role may not see is masked before it comes here."""

import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import polars as pl
import streamlit as st

from pages.ui.text import t

# Excel takes a second for so many rows of a table; longer ones go out as CSV.
EXCEL_ROWS_MAX = 100_000
# Excel runs a cell that starts with one of these as a formula; a quote in front makes it text.
_FORMULA_STARTS = "=+-@\t\r"
# Without the mark at the start, a spreadsheet reads Chinese as another encoding.
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADING = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
_MONEY, _DAY, _INSTANT = "#,##0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
_COLUMN_WIDTH = 18

# Readable frames with the same columns: made anew for each file.
Frames = Callable[[], Iterable[pl.DataFrame]]


def buttons(frames: Frames, headings: Mapping[str, str], *, rows: int, key: str) -> None:
    """Two buttons: all rows as CSV, and as Excel where they are not too many for it."""
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            t("table.download", rows=f"{rows:,}"),
            data=lambda: csv_file(frames(), headings),
            file_name=f"{key}.csv",
            mime="text/csv",
            key=f"{key}_download",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
        )
        is_long = rows > EXCEL_ROWS_MAX
        st.download_button(
            t("table.download_excel"),
            data=b"" if is_long else lambda: excel_file(frames(), headings),
            file_name=f"{key}.xlsx",
            mime=_EXCEL,
            key=f"{key}_excel",
            on_click="ignore",
            type="tertiary",
            icon=":material/table_view:",
            disabled=is_long,
            help=t("table.excel_too_long", rows=f"{EXCEL_ROWS_MAX:,}") if is_long else None,
        )


def csv_file(frames: Iterable[pl.DataFrame], headings: Mapping[str, str]) -> bytes:
    """The frames as one CSV for spreadsheets, under these headings (column -> heading)."""
    target = io.BytesIO(_BYTE_ORDER_MARK)
    target.seek(0, io.SEEK_END)
    for number, frame in enumerate(frames):
        harmless = frame.with_columns(_harmless(frame[name]) for name in frame.columns)
        harmless.rename(headings, strict=False).write_csv(target, include_header=number == 0)
    return target.getvalue()


def excel_file(frames: Iterable[pl.DataFrame], headings: Mapping[str, str]) -> bytes:
    """The frames as one sheet of a workbook, under these headings: numbers and days as such, text
    as text."""
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        page, top = book.add_worksheet(), book.add_format(_HEADING)
        row = 1
        for number, frame in enumerate(frames):
            if number == 0:
                looks = [_look(book, frame[name]) for name in frame.columns]
                page.set_column(0, max(0, frame.width - 1), _COLUMN_WIDTH)
                page.freeze_panes(1, 0)
                for column, name in enumerate(frame.columns):
                    page.write_string(0, column, headings.get(name, name), top)
            for values in frame.iter_rows():
                for column, value in enumerate(values):
                    _write(page, (row, column), value, looks[column])
                row += 1
    return target.getvalue()


def _look(book: Any, values: pl.Series) -> Any:
    if values.name.endswith("_fen"):
        return book.add_format({"num_format": _MONEY})
    if values.dtype == pl.Date:
        return book.add_format({"num_format": _DAY, "align": "left"})
    if values.dtype == pl.Datetime:
        return book.add_format({"num_format": _INSTANT, "align": "left"})
    return None


def _write(page: Any, place: tuple[int, int], value: Any, look: Any) -> None:
    if value is None:
        return
    if isinstance(value, str):
        # Never `write`: it would take text that begins with "=" for a formula.
        page.write_string(*place, value, look)
    elif isinstance(value, list):
        page.write_string(*place, ", ".join(map(str, value)), look)
    else:
        page.write(*place, value, look)


def _harmless(values: pl.Series) -> pl.Series:
    if values.dtype == pl.List:
        return values.cast(pl.List(pl.String)).list.join(", ")
    if values.dtype != pl.String:
        return values
    is_formula = values.str.head(1).is_in(list(_FORMULA_STARTS))
    quoted = pl.when(is_formula).then("'" + pl.col(values.name)).otherwise(pl.col(values.name))
    return values.to_frame().select(quoted.alias(values.name)).to_series()
