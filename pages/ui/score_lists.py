"""The applicants behind a bar: whatever is clicked on the screen of scores is listed by row."""

from dataclasses import dataclass, replace

import polars as pl
import streamlit as st

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
_SORTABLE = ("application_id", "applied_on", "score", "default_probability_rate")


def show(chosen: Chosen | None, *, key: str) -> None:
    """The applications behind a bar, page by page, newest first; a row opens one. Nothing where
    none is chosen.

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
        application_id = tables.paged(
            replace(
                tables.computed(listed(rows), "application_id", file_name=key),
                id_column=links.application_rows(),
            ),
            alt=title,
            # Rows are chosen by their place: other applicants are another table.
            key=f"{key}_{chosen.what}",
            columns=_COLUMNS,
            sortable=_SORTABLE,
        )
    if application_id is not None:
        st.switch_page(links.APPLICATION_PAGE, query_params={"application_id": str(application_id)})


def listed(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows as a list shows them: with performance, what became of the loan."""
    bad = pl.col("is_bad")
    return rows.with_columns(
        performance=pl.when(bad)
        .then(pl.lit("bad"))
        .when(bad.not_())
        .then(pl.lit("good"))
        .when("is_funded")
        .then(pl.lit("unknown"))
        .otherwise(pl.lit("no_loan"))
    ).rename({"default_probability": "default_probability_rate"})
