"""A risk pack as an Excel workbook: one sheet per table and chart, every row of them."""

import polars as pl

from lending_core.portfolio.pack import Chart, Pack, Section, Table
from lending_core.portfolio.pack_words import (
    book_name,
    changed,
    heading,
    named,
    shown,
    with_lenders,
    word,
)
from lending_core.workbook import Sheet, Workbook, workbook_bytes

_PERCENT = ("_share", "_rate")


def xlsx_bytes(pack: Pack, language: str) -> bytes:
    """The pack in `en` or `zh`; the numbers behind each chart stand on a sheet as well."""
    title = word("pack.title", language, month=f"{pack.month_end_on:%Y-%m}")
    facts = [
        (word("pack.book", language), book_name(pack, language)),
        (word("pack.currency", language), pack.currency),
        (word("pack.made", language), f"{pack.at:%Y-%m-%d %H:%M} UTC, {pack.made_by}"),
    ]
    if pack.is_simulated:
        facts.append((word("pack.label", language), word("pack.simulated", language)))
    sheets = _figures(pack, language)
    for section in with_lenders(pack, language).sections:
        sheets += _of(section, language)
    return workbook_bytes(Workbook(title, pack.at, facts, _apart(sheets)))


def _figures(pack: Pack, language: str) -> list[Sheet]:
    """All figures of all sections on the first sheet, as on paper."""
    rows = [
        {
            "figure": heading(figure.name, language),
            "value": shown(figure.name, figure.value, language, pack.currency),
            "change": changed(figure.name, figure.value, figure.before),
        }
        for section in pack.sections
        for figure in section.figures
    ]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("figure", "value", "change"), pl.String))
    headings = [heading(name, language) for name in frame.columns]
    return [Sheet(word("section.summary", language), frame, headings, ["plain"] * 3)]


def _of(section: Section, language: str) -> list[Sheet]:
    return [
        *(_charted(chart, language) for chart in section.charts),
        *(_tabled(table, language) for table in section.tables),
    ]


def _charted(chart: Chart, language: str) -> Sheet:
    frame = chart.frame.select(chart.across, *chart.series)
    return _sheet(word(f"chart.{chart.code}", language), frame, language)


def _tabled(table: Table, language: str) -> Sheet:
    return _sheet(word(f"table.{table.code}", language), table.frame, language)


def _sheet(name: str, frame: pl.DataFrame, language: str) -> Sheet:
    readable = frame.with_columns(_readable(values, language) for values in frame)
    headings = [_heading(column, language) for column in frame.columns]
    # Rows of a report are parts, totals and months at once: no sum below them would mean a thing.
    return Sheet(name, readable, headings, [_kind(values) for values in frame], adds_up=False)


def _heading(column: str, language: str) -> str:
    unit = " (%)" if column.endswith(_PERCENT) else ""
    return heading(column, language) + unit


def _readable(values: pl.Series, language: str) -> pl.Series:
    if values.name.endswith("_fen"):
        return (values.cast(pl.Decimal(38, 2)) / 100).alias(values.name)
    if values.name.endswith(_PERCENT):
        return (values.cast(pl.Float64) * 100).round(4)
    if values.dtype == pl.String:
        names = {code: named(values.name, code, language) for code in values.drop_nulls().unique()}
        return values.replace_strict(names, return_dtype=pl.String) if names else values
    return values


def _kind(values: pl.Series) -> str:
    if values.name.endswith("_fen"):
        return "money"
    if values.name.endswith(_PERCENT):
        return "share"
    return "date" if values.dtype == pl.Date else "plain"


def _apart(sheets: list[Sheet]) -> list[Sheet]:
    """Each name once: Excel refuses a workbook with two sheets of one name."""
    numbered = enumerate(sheets, start=1)
    return [
        Sheet(f"{number} {sheet.name}", sheet.frame, sheet.headings, sheet.kinds, sheet.adds_up)
        for number, sheet in numbered
    ]
