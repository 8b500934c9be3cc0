"""Who gets through: approval by segment, with what became of the loans."""

from collections.abc import Callable

import polars as pl
import streamlit as st

from lending_core.scoring import segments
from pages.ui import inputs, panels, score_lists, tables
from pages.ui.charts import score_groups as charts
from pages.ui.score_lists import Chosen
from pages.ui.score_reads import Watched
from pages.ui.session import language
from pages.ui.text import product_name, t


def show(watched: Watched) -> None:
    """Approval with intervals, the same as a table, and the applicants of the segment clicked."""
    if watched.own.is_empty():
        panels.empty(t("scores.no_applications"))
        return
    dimension = inputs.choose_view(
        t("scores.segment_label"), segments.DIMENSIONS, key="segment", name_of=_dimension_name
    )
    frame = segments.by_segment(watched.own, dimension)
    frame = frame.with_columns(
        name=pl.Series([_name(dimension, code) for code in frame["segment"]], dtype=pl.String)
    )
    clicked = panels.selectable_chart(
        charts.approval(frame, language()),
        t("scores.approval_title"),
        alt=t("scores.approval_title"),
        key=f"scores_approval_{dimension}",
        note=t("scores.approval_note"),
    )
    for code in clicked[:1]:
        rows = segments.of_segment(watched.own, dimension, code)
        score_lists.show(Chosen(rows, _name(dimension, code)), key="scores_of_segment")
    with st.container(border=True):
        tables.show(
            frame.drop("segment")
            .rename({"name": "segment"})
            .with_columns(pl.col("mean_score").round(0).cast(pl.Int32)),
            alt=t("scores.approval_title"),
            key="scores_segments",
            columns=(
                "segment",
                "applicants",
                "approval_share",
                "mean_score",
                "promised_share",
                "loans",
                "bad_share",
            ),
        )


def _dimension_name(code: str) -> str:
    return t(f"scores.dimension_{code}")


def _name(dimension: str, code: str) -> str:
    return _NAMES[dimension](code)


_NAMES: dict[str, Callable[[str], str]] = {
    "product_code": product_name,
    "channel": lambda code: t(f"channel.{code}"),
    "scenario": lambda code: t(f"scenario.{code}"),
    "kind": lambda code: t(f"kind.{code}"),
    "month": str,
}
