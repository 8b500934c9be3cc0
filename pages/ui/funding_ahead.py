"""Whether the money suffices: what waits, what was matched lately, and what lacks for the loans to
come."""

import polars as pl
import streamlit as st

from pages.ui import format as shown
from pages.ui import funding_match_reads, funding_words, inputs, panels, session, tables
from pages.ui.charts import funding as charts
from pages.ui.panels import KeyFigure
from pages.ui.text import headline, t

VIEWS = ("waiting", "runs", "ahead", "what_if")
_COLUMNS = (
    *("product_code", "volume_fen", "funded_fen", "short_fen", "short_reason"),
    *("region_code", "band", "annual_rate", "instalments"),
)


def figures(waits: pl.DataFrame, runs: pl.DataFrame, ahead: pl.DataFrame) -> None:
    """What waits, what was matched lately and at what cost, and what will lack."""
    funded, cost = int(runs["funded_fen"].sum()), int(runs["cost_fen"].sum())
    waiting, short = int(waits["principal_fen"].sum()), int(ahead["short_fen"].sum())
    days = funding_match_reads.DAYS
    panels.key_figures(
        [
            KeyFigure(t("matching.waits"), shown.count(waits.height), t("matching.waits_help")),
            _money("waiting", waiting),
            _money("matched", funded, days=days),
            KeyFigure(
                t("matching.cost"),
                shown.rate(cost / funded if funded else None),
                t("matching.cost_help", days=days),
            ),
            _money("expected", int(ahead["volume_fen"].sum()), days=days),
            _money("short", short, days=days),
        ]
    )


def view() -> str:
    """Which part of the screen stands below."""
    return inputs.choose_view(t("matching.view"), VIEWS, key="view", name_of=_view_name)


def shortfall(ahead: pl.DataFrame) -> str | None:
    """Of what is to come, how much the funders have room for, by product; returns the product
    clicked."""
    if ahead.is_empty():
        panels.empty(t("matching.nothing_ahead"))
        return None
    by_product = (
        ahead.group_by("product_code")
        .agg(pl.col("funded_fen").sum(), pl.col("short_fen").sum())
        .sort("short_fen", "product_code", descending=[True, False])
    )
    short = int(by_product["short_fen"].sum())
    clicked = panels.selectable_chart(
        charts.shortfall(by_product, session.language()),
        t("matching.ahead_title", days=funding_match_reads.DAYS),
        alt=t("matching.ahead_alt", short=shown.money(short)),
        key="matching_ahead",
        note=t("matching.ahead_note", days=funding_match_reads.DAYS),
    )
    return str(clicked[-1]) if clicked else None


def segments(ahead: pl.DataFrame, product_code: str | None) -> None:
    """What is to come by segment, of one product where it is chosen: what lacks most first, and
    why it lacks."""
    if product_code is not None:
        ahead = ahead.filter(pl.col("product_code") == product_code)
    with st.container(border=True, key="matching_segments"):
        panels.heading(t("matching.segments_title"), t("matching.segments_note"))
        if ahead.is_empty():
            st.markdown(t("matching.nothing_ahead"))
            return
        tables.show(
            _readable(ahead.sort("short_fen", "volume_fen", descending=True)),
            alt=t("matching.segments_alt"),
            key="matching_segments_table",
            columns=_COLUMNS,
        )


def _readable(ahead: pl.DataFrame) -> pl.DataFrame:
    told = [
        funding_words.reason({**row, "missing_fen": None}) if row["reason"] else None
        for row in ahead.rows(named=True)
    ]
    return ahead.with_columns(short_reason=pl.Series(told, dtype=pl.String))


def _money(name: str, fen: int, **facts: object) -> KeyFigure:
    full = t(f"matching.{name}_help", full=shown.money(fen), **facts)
    return KeyFigure(t(f"matching.{name}"), headline(fen), full)


def _view_name(code: str) -> str:
    return t(f"matching.view_{code}")
