"""Have applicants moved from those the score was made for: the score and each input, by month."""

import polars as pl
import streamlit as st

from lending_core.scoring import monitoring, stability
from lending_core.scoring.scorecard import Scorecard
from lending_core.scoring.stability import Reference, Shift
from pages.ui import panels, score_lists, score_reads, tables
from pages.ui.charts import score_drift as charts
from pages.ui.score_card import bin_text
from pages.ui.score_lists import Chosen
from pages.ui.score_reads import Watched
from pages.ui.score_verdict import BAND_WIDTH, band_name, reference_text
from pages.ui.session import language
from pages.ui.text import feature_name, t


def show(watched: Watched) -> None:
    """PSI of the score by month and where its scores lie; PSI of each input by month; one input
    opened; the applicants of whatever is clicked."""
    if watched.reference is None or watched.shift is None:
        panels.empty(t("scores.drift_unknown"))
        return
    st.caption(t("scores.against", reference=reference_text(watched.reference)))
    left, right = st.columns(2, gap="medium")
    with left:
        of_month = _score(watched, watched.reference)
    with right:
        of_range = _ranges(watched.own)
    score_lists.show(of_month, key="scores_of_month")
    score_lists.show(of_range, key="scores_of_range")
    _features(watched, watched.reference, watched.shift)


def _score(watched: Watched, reference: Reference) -> Chosen | None:
    months = stability.score_by_month(watched.scored, reference)
    worst = stability.worst_verdict(months["verdict"].to_list())
    clicked = panels.selectable_chart(
        charts.psi_by_month(months, language()),
        t("scores.psi_title"),
        alt=t("scores.psi_alt", months=months.height, word=t(f"scores.psi_verdict.{worst}")),
        key="scores_psi",
        note=t("scores.psi_note"),
    )
    return Chosen(_of_month(watched.own, clicked[0]), clicked[0]) if clicked else None


def _ranges(own: pl.DataFrame) -> Chosen | None:
    frame = monitoring.distribution_by_month(own, BAND_WIDTH)
    clicked = panels.selectable_chart(
        charts.scores_by_month(frame, language()),
        t("scores.ranges_title"),
        alt=t("scores.ranges_title"),
        key="scores_ranges",
        note=t("scores.click_note"),
    )
    for month, low in clicked:
        in_range = own.filter(pl.col("score").is_between(low, low + BAND_WIDTH - 1))
        span = band_name(low, low + BAND_WIDTH)
        what = t("scores.range_and_group", range=span, group=month)
        return Chosen(_of_month(in_range, month), what)
    return None


def _features(watched: Watched, reference: Reference, shift: Shift) -> None:
    bins = score_reads.bins(watched.version)
    months = stability.features_by_month(bins.card, bins.places, reference)
    clicked = panels.selectable_chart(
        charts.features_by_month(months, language()),
        t("scores.features_title"),
        alt=t("scores.features_title"),
        key="scores_features",
        note=t("scores.features_note"),
    )
    now = stability.features_now(bins.card, bins.places, reference, shift)
    moved, opened = st.columns([5, 4], gap="medium")
    with moved:
        row = _moved(now)
    name = row or (clicked[0][0] if clicked else now["feature"][0])
    with opened:
        of_bin = _opened(bins.card, bins.places, name, watched, shift)
    score_lists.show(of_bin, key="scores_of_bin")


def _moved(now: pl.DataFrame) -> str | None:
    """The inputs of the newest months, the most moved first; the one whose row is chosen."""
    panels.heading(t("scores.inputs_title"), t("scores.inputs_note"))
    words = [t(f"scores.psi_verdict.{verdict}") for verdict in now["verdict"]]
    return tables.selectable(
        now.rename({"psi": "psi_ratio"}).with_columns(
            verdict=pl.Series(words, dtype=pl.String), points_shift_ratio="points_shift"
        ),
        "feature",
        alt=t("scores.inputs_title"),
        key="scores_inputs",
        columns=(
            "feature",
            "psi_ratio",
            "verdict",
            "points_shift_ratio",
            "missing_now_share",
        ),
    )


def _opened(
    card: Scorecard, places: pl.DataFrame, name: str, watched: Watched, shift: Shift
) -> Chosen | None:
    if watched.reference is None:
        return None
    feature = next(each for each in card.features if each.name == name)
    shares = stability.bin_shares(feature, places, watched.reference, shift)
    texts = [bin_text(name, each, is_missing=each is feature.missing) for each in feature.bins]
    clicked = panels.selectable_chart(
        charts.bins_then_and_now(shares.with_columns(bin=pl.Series(texts)), language()),
        t("scores.bins_title", feature=feature_name(name)),
        alt=t("scores.bins_title", feature=feature_name(name)),
        key=f"scores_bins_{name}",
        note=t("scores.bins_note"),
    )
    for place in clicked:
        chosen = places.filter(
            (pl.col(name) == place) & (pl.col("applied_on") >= shift.first_on) & pl.col("is_own")
        )
        rows = watched.own.join(chosen.select("application_id"), on="application_id", how="semi")
        return Chosen(rows, t("scores.bin_of", feature=feature_name(name), bin=texts[place]))
    return None


def _of_month(rows: pl.DataFrame, month: str) -> pl.DataFrame:
    return rows.filter(pl.col("applied_on").dt.strftime("%Y-%m") == month)
