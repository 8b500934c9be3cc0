"""The team's figures: cures, promises kept, contacts, recovery; by month, collector and agency."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.portfolio.case_overview import newest_known
from lending_core.portfolio.collection_figures import CURE_DAYS
from lending_core.portfolio.collection_rules import desk
from pages.ui import collection_reads, collection_words, panels, tables
from pages.ui import format as shown
from pages.ui.charts.series import sparkline
from pages.ui.panels import KeyFigure, Meaning
from pages.ui.text import points, t

# Shares by month that are shown side by side.
SHARES = ("cured_share", "kept_share", "connected_share")
_COLLECTORS = (
    "entry_by",
    "contacts_count",
    "connected_count",
    "connected_share",
    "promises_count",
    "promised_fen",
    "kept_count",
    "broken_count",
    "kept_share",
)
_AGENCIES = (
    "agency",
    "agency_standing",
    "contacts_count",
    "findings_count",
    "commission_share",
    "cases_out",
    "placed_count",
    "placed_fen",
    "recovered_fen",
    "recovered_share",
    "complaints_count",
)
_OUTCOMES = ("contact_channel", "contact_outcome", "contacts_count")
# The day of the curve that stands among the figures.
_CURVE_DAY = 30


def months() -> pl.DataFrame:
    """One row per month with cases, contacts or promises: see `case_overview.team_months`."""
    return collection_reads.team_months()


def curve() -> pl.DataFrame:
    """How much of what became late was late no more, by day."""
    return collection_reads.recovery_by_day()


def figures(rows: pl.DataFrame) -> None:
    """The newest known value of each measure, beside the month before."""
    recovered = curve().filter(days=_CURVE_DAY)
    share = None if recovered.is_empty() else recovered["cured_share"].item()
    panels.key_figures(
        [
            _share("cured_share", rows, "good", days=CURE_DAYS),
            _share("kept_share", rows, "good"),
            _share("connected_share", rows, None),
            _number("contacts_per_case", rows, None),
            KeyFigure(
                t("collection_team.recovered", days=_CURVE_DAY),
                shown.percent(share),
                t("collection_team.recovered_help", days=_CURVE_DAY),
            ),
            _number("per_10000", rows, "bad"),
        ],
        note=t("collection_team.compared"),
    )


def curve_alt(rows: pl.DataFrame) -> str:
    """The message of the curve in words."""
    last = rows.row(-1, named=True)
    return t(
        "collection_team.curve_alt", days=last["days"], share=shown.percent(last["cured_share"])
    )


def collectors() -> None:
    """Who does how much, and what comes of it."""
    rows = collection_reads.collectors()
    with st.container(border=True, key="collection_team_collectors"):
        panels.heading(t("collection_team.people_title"), t("collection_team.people_note"))
        if rows.is_empty():
            st.markdown(t("collection_team.people_none"))
            return
        tables.show(
            collection_words.collectors_in_words(rows),
            alt=t("collection_team.people_title"),
            key="collection_collectors",
            columns=_COLLECTORS,
        )


def agencies() -> None:
    """The register of agencies: who may be given cases, and what came of those given."""
    rows = collection_words.agencies_in_words(collection_reads.agencies())
    with st.container(border=True, key="collection_team_agencies"):
        red = desk().agency_complaints_red
        panels.heading(
            t("collection_team.agencies_title"), t("collection_team.agencies_note", red=red)
        )
        tables.show(
            rows,
            alt=t("collection_team.agencies_title"),
            key="collection_agencies",
            columns=_AGENCIES,
        )


def outcomes() -> None:
    """What contacts came to, by channel."""
    rows = collection_reads.outcomes_by_channel()
    if rows.is_empty():
        return
    with st.expander(t("collection_team.outcomes_title"), icon=":material/forum:"):
        tables.show(
            rows.rename(
                {
                    "channel": "contact_channel",
                    "outcome": "contact_outcome",
                    "contacts": "contacts_count",
                }
            ),
            alt=t("collection_team.outcomes_title"),
            key="collection_outcomes",
            columns=_OUTCOMES,
        )


def _share(name: str, rows: pl.DataFrame, rising_is: Meaning | None, **facts: Any) -> KeyFigure:
    known = newest_known(rows, name)
    change = None if known.change is None else points(known.change)
    return _figure(name, rows, shown.percent(known.value), change, rising_is, **facts)


def _number(name: str, rows: pl.DataFrame, rising_is: Meaning | None) -> KeyFigure:
    known = newest_known(rows, name)
    change = None if known.change is None else f"{known.change:+z.2f}"
    return _figure(name, rows, shown.ratio(known.value), change, rising_is)


def _figure(
    name: str,
    rows: pl.DataFrame,
    value: str,
    change: str | None,
    rising_is: Meaning | None,
    **facts: Any,
) -> KeyFigure:
    month = shown.month(newest_known(rows, name).month_end_on)
    return KeyFigure(
        t(f"collection_team.{name}"),
        value,
        t(f"collection_team.{name}_help", month=month, **facts),
        change,
        rising_is,
        sparkline(rows[name]),
    )
