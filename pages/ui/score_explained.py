"""One applicant's score explained, chosen by number or from the loans it was wrong about."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.errors import NotFound
from lending_core.scoring import monitoring
from lending_core.scoring.explain import explain
from pages.ui import evidence, feature_values, links, panels, reads, tables
from pages.ui.session import language
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
    asked = st.query_params.get("application_id", "")
    typed = st.number_input(
        t("scores.number"),
        value=int(asked) if asked.isdecimal() else None,
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
        features = reads.application_features(application_id)
    except NotFound as refusal:
        st.error(refusal_text(refusal))
        return
    evidence.score(features, key="scores_waterfall")
    assessed = features.row(0, named=True)
    lost = explain(reads.scorecard(assessed["model_version"]), features).sort(
        "points_lost", descending=True, maintain_order=True
    )
    values = [
        feature_values.value_text(name, assessed[name], language()) for name in lost["feature"]
    ]
    tables.show(
        lost.with_columns(value=pl.Series(values, dtype=pl.String)),
        alt=t("scores.lost_title"),
        key="scores_points_lost",
        columns=("feature", "value", "points", "points_lost"),
    )
    links.application(application_id, t("scores.open_application", number=application_id))
