"""The card itself: what it was built on and what it calls bad, and the points of every bin."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.scoring import standards
from lending_core.scoring.explain import bin_table
from lending_core.scoring.features import register
from lending_core.scoring.scorecard import Bin, Development, Dropped, Scorecard
from pages.ui import feature_values, panels, score_reads, tables
from pages.ui import format as shown
from pages.ui.session import language
from pages.ui.text import feature_name, t


def show(version: int) -> None:
    """Facts, then bins and points of every feature; of a challenger, the inputs it reads."""
    card = score_reads.bins(version).card
    panels.heading(t("scores.facts_title"), None)
    st.markdown("\n".join(f"- {line}" for line in _fact_lines(_version(version), card)))
    panels.heading(t("scores.card_title"), t("scores.card_note"))
    texts = [
        bin_text(feature.name, each, is_missing=each is feature.missing)
        for feature in card.features
        for each in feature.bins
    ]
    rows = (
        bin_table(card)
        .with_columns(bin=pl.Series(texts, dtype=pl.String))
        .rename({"woe": "woe_ratio", "information_value": "information_value_ratio"})
    )
    tables.show(rows, alt=t("scores.card_title"), key="scorecard")


def bin_text(feature: str, scored: Bin, *, is_missing: bool) -> str:
    """The values of a bin in the unit of its feature."""
    if is_missing:
        return t("scores.missing")
    if scored.listed:
        return ", ".join(_listed(feature, each) for each in scored.listed)
    edges = [_edge(feature, edge) for edge in (scored.lower, scored.upper)]
    if scored.lower is None:
        return f"< {edges[1]}"
    if scored.upper is None:
        return f"≥ {edges[0]}"
    return t("scores.bin_between", low=edges[0], high=edges[1])


def _listed(feature: str, value: float | str) -> str:
    return value if isinstance(value, str) else _edge(feature, value)


def _edge(feature: str, edge: float | None) -> str:
    about = register().get(feature)
    if edge is None:
        return ""
    if about is not None and about.unit == "fen":
        return feature_values.value_text(feature, edge, language())
    return f"{edge:,.12g}"


def _version(version: int) -> dict[str, Any]:
    return score_reads.versions().row(by_predicate=pl.col("model_version") == version, named=True)


def _fact_lines(row: dict[str, Any], card: Scorecard) -> list[str]:
    lines = [t("scores.fact_since", version=card.version, on=shown.day(row["effective_on"]))]
    judged, target = standards.target(), card.target
    if target is not None:
        lines.append(
            t("scores.fact_target", days=target.days_past_due, months=target.window_months)
        )
    if judged != target:
        lines.append(
            t("scores.fact_judged", days=judged.days_past_due, months=judged.window_months)
        )
    lines.append(t("scores.fact_scale"))
    trained = card.development
    if trained is None:
        return [*lines, t("scores.fact_expert")]
    return [*lines, *_training_lines(trained)]


def _training_lines(trained: Development) -> list[str]:
    measured = trained.metrics
    return [
        t(
            "scores.fact_sample",
            first=shown.day(trained.trained_from),
            last=shown.day(trained.trained_to),
            loans=shown.count(measured.applicants),
            bads=shown.count(measured.bads),
            share=shown.percent(trained.bad_rate),
        ),
        t(
            "scores.fact_training",
            auc=t(
                "scores.interval",
                value=shown.ratio(measured.auc),
                low=shown.ratio(measured.auc_low),
                high=shown.ratio(measured.auc_high),
            ),
        ),
        *[_dropped_text(dropped) for dropped in trained.dropped],
    ]


def _dropped_text(dropped: Dropped) -> str:
    reason = t(f"scores.dropped.{dropped.reason}", iv=shown.ratio(dropped.information_value))
    return t("scores.fact_dropped", feature=feature_name(dropped.name), reason=reason)
