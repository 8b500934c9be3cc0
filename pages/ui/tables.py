"""Tables as people read them: named columns, formatted values, and files with the same headings.

The unit at the end of a column's name says how it is shown: `_fen` as money, `_rate` and `_share`
as percent, `_ratio` with two decimals, `_kilobytes` with one, `_on` as date, `_at` as time; a
code of the domain by its name in the text table. What counts many (`applications`, `loans`) has
separators, numbers of things have none; a `_figure` is a number already in words, right-aligned.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import polars as pl
import streamlit as st

from lending_core.money import FEN_PER_YUAN
from lending_core.operations.listing import PAGE_ROWS, Asked, Order, in_order, page_of
from pages.ui import exports, session
from pages.ui import format as shown
from pages.ui.text import reference_name, sentence, sentences, t

_REFERENCE_KINDS = {
    "product_code": "product",
    "region_code": "region",
    "funder_code": "funder",
    "lead_code": "funder",
    "partner_code": "funder",
    "feature": "feature",
    "account": "account",
    "flow": "flow",
}
_PERCENT_FORMATS = {"_rate": "%.2f%%", "_share": "%.1f%%"}
_NUMBER_FORMATS = {**_PERCENT_FORMATS, "_ratio": "%.2f", "_kilobytes": "%,.1f"}
_COUNTS = (
    *("applications", "silent_applications", "applicants", "loans", "bads", "grey"),
    *("lines_reviewed", "proposals", "carried_out", "left_out", "past_loans"),
    *("contacts_count", "connected_count", "promises_count", "kept_count", "broken_count"),
    *("sealed_rows", "due_number", "due_people", "due_records", "lake_rows", "lake_parts"),
)
# Sums of probabilities: a tenth says that nobody counted them.
_COUNT_FORMATS = {
    **dict.fromkeys(_COUNTS, "%,d"),
    **dict.fromkeys(("modelled_loans", "expected_bads"), "%,.1f"),
}
# Pixels of what would be cut where a table is full.
_WIDTHS = {"effect": 115}
# Pixels, and the rows that fit into them under the headings.
_HEIGHT_MAX, _ROWS_WITHOUT_SCROLL = 420, 12
_SORT_WIDTH = 220


@dataclass(frozen=True)
class Paged:
    """A long list: how many rows it has, how a page of it is read, and all of it in frames for a
    file (outside the session, so it may not look at it), and which column a click gives (None:
    rows lead nowhere). `ascending`: columns of which the smallest come first unless the person
    turns them. `file_name`: where the table's key would make a poor one."""

    rows: int
    read: Callable[[Asked], pl.DataFrame]
    everything: Callable[[Order], Iterable[pl.DataFrame]]
    id_column: str | None = None
    ascending: tuple[str, ...] = ()
    file_name: str = ""


def computed(
    rows: pl.DataFrame,
    id_column: str,
    *,
    in_words: Callable[[pl.DataFrame], pl.DataFrame] | None = None,
    ascending: tuple[str, ...] = (),
    file_name: str = "",
) -> Paged:
    """A long list of rows that were computed whole, masked already. `in_words` adds what is told of
    the rows at hand only; it runs for files too, so it may not look at the session."""
    told = in_words or (lambda page: page)
    return Paged(
        rows=rows.height,
        read=lambda asked: told(page_of(rows, id_column, asked)),
        everything=lambda order: [told(in_order(rows, id_column, order))],
        id_column=id_column,
        ascending=ascending,
        file_name=file_name,
    )


def show(
    frame: pl.DataFrame,
    *,
    alt: str,
    key: str,
    columns: Sequence[str] | None = None,
    widths: Mapping[str, int] | None = None,
) -> None:
    """The frame as a table, with a button for the same rows as CSV.

    `columns` chooses and orders columns (default: all); each needs a text `column.<name>`. `widths`
    in pixels, for columns whose first rows are empty: a width of its own is taken from those.
    """
    readable = _chosen(frame, columns)
    layout = _layout(readable)
    for name, width in (widths or {}).items():
        layout["column_config"][name]["width"] = width
    st.dataframe(readable, alt=alt, key=key, **layout)
    _download(readable, key)


def selectable(
    frame: pl.DataFrame,
    id_column: str,
    *,
    alt: str,
    key: str,
    columns: Sequence[str] | None = None,
) -> Any | None:
    """As `show`; returns the `id_column` of the row clicked, None when none is."""
    readable = _chosen(frame, columns)
    state = st.dataframe(
        readable,
        alt=alt,
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        **_layout(readable),
    )
    _download(readable, key)
    rows = state["selection"]["rows"]
    return frame[id_column][rows[0]] if rows else None


def paged(
    found: Paged, *, alt: str, key: str, columns: Sequence[str], sortable: Sequence[str]
) -> Any | None:
    """A long list a page at a time, sorted in the store by a column that the person chooses among
    `sortable` (the first one to begin with), with all of it as CSV and Excel; returns `id_column`
    of the row clicked, None when none is."""
    clicked = _paged(found, alt=alt, key=key, columns=columns, sortable=sortable, mode="single-row")
    return clicked[0] if clicked else None


def paged_choice(
    found: Paged, *, alt: str, key: str, columns: Sequence[str], sortable: Sequence[str]
) -> list[Any]:
    """As `paged`; returns the `id_column` of the rows chosen on the page in sight."""
    return _paged(found, alt=alt, key=key, columns=columns, sortable=sortable, mode="multi-row")


def _paged(  # noqa: PLR0913 (each part is named where it is called)
    found: Paged,
    *,
    alt: str,
    key: str,
    columns: Sequence[str],
    sortable: Sequence[str],
    mode: Literal["single-row", "multi-row"],
) -> list[Any]:
    order, rows_from, pages = _which(found, key, sortable)
    page = found.read(Asked(order, rows_from))
    readable = _chosen(page, columns)
    state: Any = st.dataframe(
        readable,
        alt=alt,
        key=f"{key}_{order.column}_{order.descending}_{rows_from}",
        on_select="ignore" if found.id_column is None else "rerun",
        selection_mode=mode,
        **_layout(readable),
    )
    if pages > 1:
        span = {"first": f"{rows_from + 1:,}", "last": f"{rows_from + page.height:,}"}
        st.caption(t("table.span", **span, found=f"{found.rows:,}"))
    language = session.language()
    exports.buttons(
        lambda: (
            readable_values(frame.select(columns), language) for frame in found.everything(order)
        ),
        _headings(columns, language),
        rows=found.rows,
        key=key,
        file_name=found.file_name,
    )
    if found.id_column is None:
        return []
    clicked = state["selection"]["rows"]
    return [page[found.id_column][row] for row in clicked if row < page.height]


def _which(found: Paged, key: str, sortable: Sequence[str]) -> tuple[Order, int, int]:
    """Which rows the person asks for: order, first row, and how many pages there are."""
    pages = max(1, -(-found.rows // PAGE_ROWS))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        column = st.selectbox(
            t("table.sort_by"),
            sortable,
            format_func=partial(_heading, session.language()),
            key=f"{key}_sort_{session.language()}",
            width=_SORT_WIDTH,
        )
        is_turned = column in found.ascending
        is_down = st.toggle(
            t("table.largest_first"),
            value=not is_turned,
            key=f"{key}_down_{column}" if is_turned else f"{key}_down",
        )
        number = 1
        if pages > 1:
            number = st.pagination(pages, key=f"{key}_page_{column}_{is_down}_{pages}")
    return Order(column, is_down), (number - 1) * PAGE_ROWS, pages


def readable_values(frame: pl.DataFrame, language: str) -> pl.DataFrame:
    """The frame with values as people read them: yuan (exact decimals), percent, names of codes."""
    return frame.with_columns(_readable(frame[name], language) for name in frame.columns)


def csv_bytes(readable: pl.DataFrame, language: str) -> bytes:
    """The readable frame as CSV for spreadsheets: translated headings, no cell runs as formula."""
    return exports.csv_file([readable], _headings(readable.columns, language))


def spreadsheet_heading(name: str, language: str) -> str:
    """A spreadsheet shows bare numbers: their unit stands in the heading."""
    heading = sentence(f"column.{name}", language)
    unit = "%" if name.endswith(tuple(_PERCENT_FORMATS)) else ""
    if name.endswith("_fen"):
        unit = shown.money_sign().strip()
    return sentence("axis.with_unit", language, what=heading, unit=unit) if unit else heading


def column_config(columns: Sequence[str]) -> dict[str, Any]:
    """Headings and formats for `st.dataframe` and `st.data_editor` in the session's language."""
    return {name: _column(name) for name in columns}


def _chosen(frame: pl.DataFrame, columns: Sequence[str] | None) -> pl.DataFrame:
    return readable_values(frame.select(columns or frame.columns), session.language())


def _layout(readable: pl.DataFrame) -> dict[str, Any]:
    return {
        "column_config": column_config(readable.columns),
        "hide_index": True,
        "height": "content" if readable.height <= _ROWS_WITHOUT_SCROLL else _HEIGHT_MAX,
        "placeholder": "—",
    }


def _download(readable: pl.DataFrame, key: str) -> None:
    headings = _headings(readable.columns, session.language())
    exports.buttons(lambda: [readable], headings, rows=readable.height, key=key)


def _heading(language: str, name: str) -> str:
    return sentence(f"column.{name}", language)


def _headings(columns: Sequence[str], language: str) -> dict[str, str]:
    return {name: spreadsheet_heading(name, language) for name in columns}


def _readable(values: pl.Series, language: str) -> pl.Series:
    name = values.name
    if name.endswith("_fen"):
        return (values.cast(pl.Decimal(38, 2)) / FEN_PER_YUAN).alias(name)
    if name.endswith(tuple(_PERCENT_FORMATS)):
        # Rounded because a binary fraction times 100 shows its tail in a spreadsheet.
        return (values.cast(pl.Float64) * 100).round(4)
    if values.dtype == pl.String:
        return _named(values, language)
    return values


def _named(values: pl.Series, language: str) -> pl.Series:
    """Codes replaced by their names; text that is not a code stays."""
    kind = _REFERENCE_KINDS.get(values.name)
    names = {
        value: reference_name(kind, value, language)
        if kind
        else sentences(language).get(f"{values.name}.{value}", value)
        for value in values.drop_nulls().unique()
    }
    return values.replace_strict(names, return_dtype=pl.String) if names else values


def _column(name: str) -> Any:
    heading = t(f"column.{name}")
    pattern = _number_format(name)
    if pattern is not None:
        return st.column_config.NumberColumn(heading, format=pattern)
    if name.endswith("_on"):
        return st.column_config.DateColumn(heading, format="YYYY-MM-DD")
    if name.endswith("_at"):
        return st.column_config.DatetimeColumn(heading, format="YYYY-MM-DD HH:mm:ss")
    alignment: Literal["right"] | None = "right" if name.endswith("_figure") else None
    return st.column_config.Column(heading, alignment=alignment, width=_WIDTHS.get(name))


def _number_format(name: str) -> str | None:
    """How a column of numbers is shown, by its name; None for any other."""
    if name in _COUNT_FORMATS:
        return _COUNT_FORMATS[name]
    if name.endswith("_fen"):
        return f"{shown.money_sign()}%,.2f"
    return next((form for end, form in _NUMBER_FORMATS.items() if name.endswith(end)), None)
