"""The applicants behind a bar: whatever is clicked on the screen of scores is listed by row."""

from dataclasses import dataclass

import polars as pl
import streamlit as st

from lending_core.operations.reports import ROWS_MAX
from pages.ui import format as shown
from pages.ui import links, panels, tables
from pages.ui.text import t


@dataclass(frozen=True, eq=False)
class Chosen:
    """What somebody clicked: its applications and what they are called."""

    rows: pl.DataFrame
    what: str


_COLUMNS = (
    "application_id",
    "applied_on",
    "product_code",
    "channel",
    "score",
    "default_probability_rate",
    "outcome",
    "performance",
)


def show(chosen: Chosen | None, *, key: str) -> None:
    """The applications behind a bar, newest first; a row opens one. Nothing where none is chosen.

    Needs the columns of `score_reports.scored_applications`.
    """
    if chosen is None:
        return
    rows, title = (
        chosen.rows,
        t("scores.list_title", what=chosen.what, count=shown.count(chosen.rows.height)),
    )
    with st.container(border=True, key=f"{key}_list"):
        panels.heading(title, t("scores.list_note"))
        if rows.height > ROWS_MAX:
            st.caption(t("scores.list_beyond", count=shown.count(ROWS_MAX)))
        application_id = tables.selectable(
            listed(rows),
            "application_id",
            alt=title,
            key=key,
            columns=_COLUMNS,
        )
    if application_id is not None:
        st.switch_page(links.APPLICATION_PAGE, query_params={"application_id": str(application_id)})


def listed(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows as a list shows them, newest first, at most `ROWS_MAX`."""
    bad = pl.col("is_bad")
    return (
        rows.sort("application_id", descending=True)
        .head(ROWS_MAX)
        .with_columns(
            performance=pl.when(bad)
            .then(pl.lit("bad"))
            .when(bad.not_())
            .then(pl.lit("good"))
            .when("is_funded")
            .then(pl.lit("unknown"))
            .otherwise(pl.lit("no_loan"))
        )
        .rename({"default_probability": "default_probability_rate"})
    )
