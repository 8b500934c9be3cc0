"""One applicant's score explained, chosen by number or from the loans it was wrong about."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.errors import NotFound
from lending_core.scoring import monitoring
from pages.ui import inputs, links, panels, reads, score_points, tables
from pages.ui.text import refusal_text, t

_LIST_COLUMNS = (
    "application_id",
    "score",
    "default_probability_rate",
    "applied_on",
    "product_code",
)


def show(scored: pl.DataFrame) -> None:
    """Left: whom to explain. Right: points to the score, and where points were lost."""
    choice, explained = st.columns([5, 6], gap="medium")
    with choice:
        application_id = _chosen(scored)
    with explained:
        if application_id is None:
            panels.empty(t("scores.explain_empty"))
        else:
            _explain(application_id)


def _chosen(scored: pl.DataFrame) -> int | None:
    """The application clicked, else the one typed, else the one of the link."""
    typed = st.number_input(
        t("scores.number"),
        value=inputs.whole_in_url("application_id") or None,
        min_value=1,
        step=1,
        placeholder=t("scores.number_placeholder"),
        key="scores_application_id",
    )
    return _surprise(scored) or typed


def _surprise(scored: pl.DataFrame) -> Any | None:
    panels.heading(t("scores.surprises_title"), t("scores.surprises_note"))
    rows = monitoring.surprises(scored)
    if rows.is_empty():
        panels.empty(t("scores.no_surprises"))
        return None
    return tables.selectable(
        rows.rename({"default_probability": "default_probability_rate"}),
        "application_id",
        alt=t("scores.surprises_title"),
        key="scores_surprises",
        columns=_LIST_COLUMNS,
    )


def _explain(application_id: int) -> None:
    try:
        reads.application_features(application_id)
    except NotFound as refusal:
        st.error(refusal_text(refusal))
        return
    score_points.waterfall(application_id, key="scores_waterfall")
    score_points.lost(application_id, key="scores_points_lost")
    links.application(application_id, t("scores.open_application", number=application_id))
