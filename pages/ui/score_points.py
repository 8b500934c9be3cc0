"""One applicant's score: points as a waterfall, where points were lost, and what challengers said.

The same panels stand on an application's own page and on the screen of scores.
"""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.operations.explanations import SilentScore
from lending_core.scoring.explain import adverse_reasons
from pages.ui import explanation_reads, feature_values, panels, reads, session
from pages.ui import format as shown
from pages.ui.charts.application import points_waterfall
from pages.ui.text import feature_name, t


def waterfall(application_id: int, *, key: str) -> None:
    """Points per feature as a waterfall to the score, what it stands for, and what cost most."""
    assessed = reads.application_features(application_id).row(0, named=True)
    explained = _readable(explanation_reads.points(application_id), assessed)
    title = t(
        "application.score_title",
        score=assessed["score"],
        chance=shown.rate(assessed["default_probability"]),
    )
    steps = explained.with_columns(value=pl.Series(map(_on_hover, explained.rows(named=True))))
    panels.chart(
        points_waterfall(steps.sort("points", descending=True), session.language()),
        title,
        alt=title,
        key=key,
        note=t("application.score_note", version=assessed["model_version"]),
    )
    worst = [feature_name(name) for name in adverse_reasons(explained)]
    if worst:
        st.caption(t("application.cost_most", features=t("application.list_separator").join(worst)))


def lost(application_id: int, *, key: str) -> None:
    """Points below the best possible and below the average approved applicant, feature by feature,
    and beside it what each challenger made of the same facts."""
    assessed = reads.application_features(application_id).row(0, named=True)
    explained = _readable(explanation_reads.points(application_id), assessed)
    with st.container(border=True, key=key, gap="small"):
        panels.heading(t("scores.lost_title"), t("scores.lost_note"))
        worst = explained.sort("points_lost", descending=True, maintain_order=True)
        columns = ("feature", "value", "points", "points_lost", "lost_to_average")
        _table(worst.select(columns), alt=t("scores.lost_title"))
    for silent in explanation_reads.silent_scores(application_id):
        _silent(silent, explained, key)


def _silent(silent: SilentScore, explained: pl.DataFrame, key: str) -> None:
    """A challenger beside the card that decided, by each feature that moved it by a point or so."""
    moved = silent.points.filter(pl.col("points").is_null() | (pl.col("points").abs() >= 0.5))
    beside = explained.select("feature", points_to_average=-pl.col("lost_to_average"))
    both = moved.rename({"points": "points_of_challenger"}).join(
        beside, on="feature", how="left", maintain_order="left"
    )
    title = t(
        "scores.silent_title",
        version=silent.model_version,
        kind=t(f"model_kind.{silent.model_kind}"),
        score=silent.score,
        chance=shown.rate(silent.default_probability),
    )
    with st.container(border=True, key=f"{key}_{silent.model_version}", gap="small"):
        panels.heading(title, t("scores.silent_note"))
        _table(both, alt=t("scores.silent_alt", version=silent.model_version))


def _on_hover(row: dict[str, Any]) -> str:
    best = t("scores.below_best", value=row["value"], points=row["points_lost"])
    if row["lost_to_average"] is None:
        return best
    average = t("scores.below_average", points=f"{row['lost_to_average']:.0f}")
    return f"{best}<br>{average}"


def _table(rows: pl.DataFrame, *, alt: str) -> None:
    """A short table that wraps, so that all of it is seen in half a screen."""
    readable = {
        t(f"column.{column.name}"): [_cell(column.name, value) for value in column]
        for column in rows
    }
    st.table(readable, border="horizontal", hide_index=True, alt=alt)


def _cell(column: str, value: Any) -> str:
    if column == "feature":
        return feature_name(value)
    if isinstance(value, float):
        return f"{value:+z.0f}" if column.startswith("points") else f"{value:z.0f}"
    return shown.DASH if value is None else str(value)


def _readable(explained: pl.DataFrame, assessed: dict[str, Any]) -> pl.DataFrame:
    """With each value as people read it."""
    language = session.language()
    values = [
        feature_values.value_text(name, assessed[name], language) for name in explained["feature"]
    ]
    return explained.with_columns(pl.Series("value", values, dtype=pl.String))
