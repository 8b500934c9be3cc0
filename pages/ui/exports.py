"""Tables as files, CSV and Excel, written frame by frame when they are asked for. No cell of either
runs as a formula, and what a role may not see is masked before it comes here."""

import io
from collections.abc import Callable, Iterable, Mapping

import polars as pl
import streamlit as st

from lending_core.spreadsheets import harmless
from pages.ui.text import t

# Excel takes a second for so many rows of a table; longer ones go out as CSV.
EXCEL_ROWS_MAX = 100_000
# Without the mark at the start, a spreadsheet reads Chinese as another encoding.
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COLUMN_WIDTH = 18

# Readable frames with the same columns: made anew for each file.
Frames = Callable[[], Iterable[pl.DataFrame]]


def buttons(
    frames: Frames, headings: Mapping[str, str], *, rows: int, key: str, file_name: str = ""
) -> None:
    """Two buttons: all rows as CSV, and as Excel where they are not too many for it, in files that
    are called as the key unless they have a name of their own."""
    file_name = file_name or key
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            t("table.download_one") if rows == 1 else t("table.download", rows=f"{rows:,}"),
            data=lambda: csv_file(frames(), headings),
            file_name=f"{file_name}.csv",
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
            file_name=f"{file_name}.xlsx",
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
        readable = harmless(frame).rename(headings, strict=False)
        readable.write_csv(target, include_header=number == 0)
    return target.getvalue()


def excel_file(frames: Iterable[pl.DataFrame], headings: Mapping[str, str]) -> bytes:
    """The frames as one sheet of a workbook, under these headings: numbers and days as such, text
    as text."""
    import xlsxwriter

    from lending_core import workbook

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        page, looks = book.add_worksheet(), workbook.formats(book)
        row = 1
        for number, frame in enumerate(frames):
            if number == 0:
                kinds = [_kind(frame[name]) for name in frame.columns]
                page.set_column(0, max(0, frame.width - 1), _COLUMN_WIDTH)
                page.freeze_panes(1, 0)
                for column, name in enumerate(frame.columns):
                    page.write_string(0, column, headings.get(name, name), looks["heading"])
            for values in frame.iter_rows():
                for column, value in enumerate(values):
                    workbook.write_cell(page, (row, column), value, looks[kinds[column]])
                row += 1
    return target.getvalue()


def _kind(values: pl.Series) -> str:
    if values.name.endswith("_fen"):
        return "money"
    if values.dtype == pl.Date:
        return "date"
    return "instant" if values.dtype == pl.Datetime else "plain"
