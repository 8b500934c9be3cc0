"""Limits on screen: how far they are used, which bind, and what more room would be worth."""

import polars as pl
import streamlit as st

from lending_core.funding.batch import Batch
from lending_core.funding.uses import book_uses
from pages.ui import format as shown
from pages.ui import funding_words, panels, session, tables
from pages.ui.charts import funding as charts
from pages.ui.text import t

_OF_BOOK = ("limit_name", "used_share", "part_owed_fen", "part_max_fen")
_COLUMNS = ("limit_name", "limit_standing", "limit_worth", "room_fen", "used_fen")


def of_matching(limits: pl.DataFrame, key: str) -> None:
    """The limits of a matching, those that bind first, with what more room would be worth."""
    if limits.is_empty():
        panels.empty(t("matching.no_limits"))
        return
    rows = limits.sort("is_binding", "shadow_price_fen", descending=True)
    tables.show(
        _readable(rows),
        alt=t("matching.limits_alt"),
        key=f"matching_limits_{key}",
        columns=_COLUMNS,
    )


def binding(limits: pl.DataFrame) -> None:
    """The limits that bind, dearest first, a sentence each."""
    rows = limits.filter("is_binding").sort("shadow_price_fen", descending=True)
    if rows.is_empty():
        st.markdown(t("matching.none_binds"))
    for row in rows.rows(named=True):
        facts = {"limit": funding_words.limit_name(row), "worth": funding_words.worth(row)}
        key = "matching.binds" if row["shadow_price_fen"] else "matching.binds_only"
        st.markdown(t(key, **facts))


def of_book(batch: Batch) -> None:
    """How large each region and product of the book is beside the most that it may be."""
    parts = book_uses(batch)
    if parts.is_empty():
        return
    with st.container(border=True, key="matching_book"):
        panels.heading(t("matching.book_title"), t("matching.book_note"))
        names = [
            funding_words.limit_name({**row, "funder_code": None}) for row in parts.rows(named=True)
        ]
        tables.show(
            parts.with_columns(
                limit_name=pl.Series(names, dtype=pl.String),
                part_owed_fen="used_fen",
                part_max_fen="limit_fen",
                used_share=pl.col("used_fen") / pl.col("limit_fen"),
            ),
            alt=t("matching.book_title"),
            key="matching_book_table",
            columns=_OF_BOOK,
        )


def of_funder(limits: pl.DataFrame) -> None:
    """How far the limits of one funder are used: needs limit, funder_code, other_code, limit_fen,
    used_fen."""
    if limits.is_empty():
        return
    names = [funding_words.limit_of_one(row) for row in limits.rows(named=True)]
    shares = (limits["used_fen"] / limits["limit_fen"]).fill_nan(None)
    most = shares.arg_max() or 0
    panels.chart(
        charts.uses(limits, names, session.language()),
        t("funder.limits_title"),
        alt=t("funder.limits_alt", limit=names[most], share=shown.percent(shares[most])),
        key="funder_limits",
        note=t("funder.limits_note"),
    )


def _readable(limits: pl.DataFrame) -> pl.DataFrame:
    rows = limits.rows(named=True)
    binds = [t(f"matching.{'bind' if row['is_binding'] else 'free'}") for row in rows]
    return limits.with_columns(
        limit_name=pl.Series([funding_words.limit_name(row) for row in rows], dtype=pl.String),
        limit_standing=pl.Series(binds, dtype=pl.String),
        limit_worth=pl.Series([funding_words.worth(row) for row in rows], dtype=pl.String),
    )
