"""A loan on any day as it was known on any day, beside the same day as it is known now."""

from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from lending_core.errors import LendingError
from pages.ui import format as shown
from pages.ui import inputs, loan_history, loan_previews, loan_reads, panels, reads, tables
from pages.ui.text import refusal_text, t


def card(loan: dict[str, Any]) -> None:
    """Two days to choose, both views of the first, and what was recorded in between."""
    with st.container(border=True, key="loan_known_card"):
        panels.heading(t("loan_known.title"), t("loan_known.note"))
        book = reads.book()
        with st.container(horizontal=True):
            as_of = inputs.day(t("loan_known.as_of"), book.open_on, key="as_of")
            known_on = inputs.day(t("loan_known.known_on"), book.business_on, key="known_on")
        try:
            _views(loan["loan_id"], as_of, known_on, book.open_on)
        except LendingError as refusal:
            st.error(refusal_text(refusal), icon=":material/error:")


def recorded_since(events: pl.DataFrame, as_of: date, known_on: date) -> pl.DataFrame:
    """The events that tell two views of a day apart: recorded after the one, counting by the day;
    a reversal counts wherever the event that it takes back does."""
    counts_from = {row["loan_event_id"]: row["effective_on"] for row in events.rows(named=True)}
    taken_back = pl.col("reverses_event_id").replace_strict(counts_from, default=None)
    return events.filter(
        pl.col("recorded_on") > known_on,
        pl.coalesce(taken_back, "effective_on") <= as_of,
    )


def _views(loan_id: int, as_of: date, known_on: date, today: date) -> None:
    then = loan_reads.state(loan_id, as_of, known_on)
    now = loan_reads.state(loan_id, as_of, max(today, known_on))
    said_then, said_now = (loan_previews.figures_of(state, as_of) for state in (then, now))
    headings = (t("loan_known.then", on=shown.day(known_on)), t("loan_known.now"))
    loan_previews.side_by_side(said_then, said_now, headings)
    since = recorded_since(loan_reads.events(loan_id), as_of, known_on)
    if since.is_empty():
        st.caption(t("loan_known.same"))
        return
    differing = sum(said_then[name] != said_now[name] for name in said_then)
    st.markdown(t("loan_known.because", figures=differing, on=shown.day(known_on)))
    rows = loan_history.readable(since.reverse())
    tables.show(rows, alt=t("loan_known.title"), key="loan_known_events")
