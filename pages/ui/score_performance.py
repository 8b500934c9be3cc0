"""Does the score sort, and is its promise kept: by month, by band, and measure by measure."""

import polars as pl
import streamlit as st

from lending_core.scoring import estimated, monitoring, standards
from lending_core.scoring.calibration import Performance, performance
from lending_core.scoring.performance import Metrics
from pages.ui import format as shown
from pages.ui import inputs, panels, score_lists, score_reads, tables
from pages.ui.charts import score_months
from pages.ui.charts import scores as charts
from pages.ui.score_lists import Chosen
from pages.ui.score_reads import Watched
from pages.ui.score_verdict import BAND_WIDTH, back_test_text, band_name, promise_text
from pages.ui.session import language
from pages.ui.text import t

# Points per bar of a distribution.
RANGE_WIDTH = 20
_GROUPS = ("outcome", "performance")
_MEASURES = ("auc", "bad_rate")


def show(watched: Watched) -> None:
    """Months and promise, every measure with its interval, scores by outcome, and the applicants of
    whatever is clicked."""
    left, right = st.columns(2, gap="medium")
    with left:
        of_month = _months(watched.own)
    with right:
        of_band = _promise(watched.own)
    score_lists.show(of_month, key="scores_of_month")
    score_lists.show(of_band, key="scores_of_band")
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True):
        _measures(watched)
    with right, st.container(border=True):
        of_range = _distribution(watched.own)
    score_lists.show(of_range, key="scores_of_range")


def _months(own: pl.DataFrame) -> Chosen | None:
    with st.container(border=True):
        panels.heading(
            t("scores.months_title"), t("scores.months_note", bads_min=monitoring.BADS_MIN)
        )
        measure = inputs.choose_view(
            t("scores.measure_label"), _MEASURES, key="measure", name_of=_measure_name
        )
        until = score_reads.matured_until()
        seen = monitoring.by_month(own, until)
        guessed = estimated.by_month(own, until, standards.target().window_months)
        tested = estimated.back_test(guessed)
        clicked = panels.selectable_figure(
            score_months.seen_and_estimated(seen, guessed, measure, language()),
            alt=t("scores.months_alt", months=seen.height, ripe=int(seen["is_ripe"].sum())),
            key=f"scores_months_{measure}",
        )
        st.caption(back_test_text(tested) if tested else t("scores.back_test_none"))
    for month in clicked:
        of_month = pl.col("applied_on").dt.strftime("%Y-%m") == month
        return Chosen(own.filter(of_month), month)
    return None


def _promise(own: pl.DataFrame) -> Chosen | None:
    bands = monitoring.promise_by_band(own, BAND_WIDTH)
    if bands.is_empty():
        panels.empty(t("scores.no_loans"))
        return None
    frame = bands.rename(
        {
            "bad_rate": "bad_share",
            "low": "low_share",
            "high": "high_share",
            "promised": "promised_share",
        }
    ).with_columns(
        band=pl.Series([band_name(*row) for row in bands.select("band_from", "band_to").rows()])
    )
    clicked = panels.selectable_chart(
        charts.promise(frame, language()),
        t("scores.promise_title"),
        alt=promise_text(bands),
        key="scores_promise",
        note=t("scores.promise_note"),
    )
    for band in clicked:
        ends = frame.row(by_predicate=pl.col("band") == band, named=True)
        in_band = pl.col("score").is_between(ends["band_from"], ends["band_to"] - 1)
        return Chosen(own.filter(in_band & pl.col("is_bad").is_not_null()), band)
    return None


def _measures(watched: Watched) -> None:
    measured = performance(watched.own)
    panels.heading(t("scores.measures_title"), t("scores.measures_note"))
    if measured is None:
        panels.empty(t("scores.no_loans"))
        return
    tables.show(
        measure_rows(measured, watched.training.metrics),
        alt=t("scores.measures_title"),
        key="scores_measures",
    )


def measure_rows(measured: Performance, trained: Metrics | None) -> pl.DataFrame:
    """One row per measure: its value, interval, value in training (null: not kept), and word."""
    kept = {"auc": trained.auc, "gini": trained.gini, "ks": trained.ks} if trained else {}
    judged = {
        "auc": standards.verdict("auc", measured.auc.value),
        "ks": standards.verdict("ks", measured.ks.value),
    }
    rows = [
        (
            t(f"scores.measure.{name}"),
            shown.precise(measure.value),
            t("scores.from_to", low=shown.precise(measure.low), high=shown.precise(measure.high)),
            shown.precise(kept.get(name)),
            t(f"scores.word.ks_{judged[name]}") if name in judged else shown.DASH,
        )
        for name in ("auc", "gini", "ks", "lift", "kept", "brier")
        for measure in (getattr(measured, name),)
    ]
    columns = ["measure", "value", "interval", "at_training", "word"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def _distribution(own: pl.DataFrame) -> Chosen | None:
    panels.heading(t("scores.distribution_title"), t("scores.click_note"))
    by = inputs.choose_view(t("scores.group"), _GROUPS, key="group", name_of=_group_name)
    frame = monitoring.distribution(own, by, RANGE_WIDTH)
    if frame.is_empty():
        panels.empty(t("scores.no_loans"))
        return None
    draw = charts.outcomes if by == "outcome" else charts.distribution
    clicked = panels.selectable_figure(
        draw(frame, language()), alt=t(f"scores.distribution_{by}"), key=f"scores_range_{by}"
    )
    for low, value in clicked:
        in_range = pl.col("score").is_between(low, low + RANGE_WIDTH - 1)
        of_value = pl.col(by) == value if by == "outcome" else pl.col("is_bad") == (value == "bad")
        what = t(
            "scores.range_and_group",
            range=band_name(low, low + RANGE_WIDTH),
            group=t(f"{by}.{value}"),
        )
        return Chosen(own.filter(in_range & of_value), what)
    return None


def _measure_name(code: str) -> str:
    return t(f"scores.measure_{code}")


def _group_name(by: str) -> str:
    return t(f"scores.by_{by}")
