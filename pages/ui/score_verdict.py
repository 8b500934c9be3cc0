"""Is the score still good: the verdict in words, then the six figures it rests on."""

from collections.abc import Callable
from datetime import date

import polars as pl
import streamlit as st

from lending_core.scoring import estimated, monitoring, stability, standards
from lending_core.scoring.calibration import Measure, Performance, performance
from lending_core.scoring.stability import Reference, Shift
from lending_core.scoring.verdict import Verdict, limits, verdict
from pages.ui import format as shown
from pages.ui import panels, score_reads
from pages.ui.panels import KeyFigure
from pages.ui.score_reads import Watched
from pages.ui.text import t

# Points per band of the promise: enough loans in each.
BAND_WIDTH = 40


def show(watched: Watched) -> None:
    """The overall word with its reasons, what it rests on in four sentences, and six figures."""
    measured = performance(watched.own)
    bands = monitoring.promise_by_band(watched.own, BAND_WIDTH)
    overall = verdict(measured, watched.training.metrics, bands, watched.shift, _features(watched))
    said = [
        f"**{_overall_text(watched.version, overall)}**",
        _separation_text(watched.version, measured),
        *([promise_text(bands)] if measured else []),
        _estimate_text(watched.own),
        _drift_text(watched.reference, watched.shift),
    ]
    boxes = {"holds": st.success, "too_early": st.info, "watch": st.warning, "act": st.error}
    lines = "  \n".join(line for line in said if line)
    boxes[overall.word](lines, icon=":material/monitoring:")
    panels.key_figures(_figures(watched, measured), t("scores.figures_note"))


def promise_text(bands: pl.DataFrame) -> str:
    """Which bands are riskier or safer than promised, or that none is."""
    said = []
    for verdict_of_band in ("riskier", "safer"):
        off = bands.filter(pl.col("verdict") == verdict_of_band)
        names = [
            t(
                "scores.band_off",
                band=band_name(row["band_from"], row["band_to"]),
                seen=shown.percent(row["bad_rate"]),
                promised=shown.percent(row["promised"]),
            )
            for row in off.rows(named=True)
        ]
        if names:
            separator = t("scores.list_separator")
            said.append(t(f"scores.{verdict_of_band}", bands=separator.join(names)))
    return " ".join(said) or t("scores.as_promised")


def interval_text(measure: Measure | None, text: Callable[[float | None], str]) -> str:
    """`0.75 (95% interval 0.70 to 0.80)`; a dash without a measure."""
    if measure is None:
        return shown.DASH
    return t(
        "scores.interval",
        value=text(measure.value),
        low=text(measure.low),
        high=text(measure.high),
    )


def band_name(band_from: int, band_to: int) -> str:
    """Both ends included, as people say it: `560–599`."""
    return f"{band_from}–{band_to - 1}"


def _features(watched: Watched) -> pl.DataFrame | None:
    if watched.reference is None or watched.shift is None:
        return None
    bins = score_reads.bins(watched.version)
    return stability.features_now(bins.card, bins.places, watched.reference, watched.shift)


def _overall_text(version: int, overall: Verdict) -> str:
    separator = t("scores.list_separator")
    findings = separator.join(t(f"scores.finding.{code}") for code, _ in overall.findings)
    return t(f"scores.overall.{overall.word}", version=version, findings=findings)


def _separation_text(version: int, measured: Performance | None) -> str:
    if measured is None:
        target = standards.target()
        return t("scores.too_early", version=version, months=target.window_months)
    if measured.bads < limits().bads_min:
        return t(
            "scores.so_far",
            bads=shown.count(measured.bads),
            interval=interval_text(measured.auc, shown.ratio),
            ks=interval_text(measured.ks, shown.percent),
        )
    return t(
        "scores.separation",
        version=version,
        auc_word=t(f"scores.word.auc_{standards.verdict('auc', measured.auc.value)}"),
        interval=interval_text(measured.auc, shown.ratio),
        ks=shown.percent(measured.ks.value),
        ks_word=t(f"scores.word.ks_{standards.verdict('ks', measured.ks.value)}"),
    )


def _estimate_text(own: pl.DataFrame) -> str:
    waiting = estimated.unripe(own, score_reads.matured_until())
    if waiting is None:
        return ""
    return t(
        "scores.estimate",
        loans=shown.count(waiting.loans),
        first=shown.month(waiting.first_on),
        last=shown.month(waiting.last_on),
        auc=interval_text(waiting.auc, shown.ratio),
        rate=shown.percent(waiting.bad_rate.value),
    )


def back_test_text(tested: estimated.BackTest) -> str:
    """How earlier estimates turned out."""
    return t(
        "scores.back_test",
        months=tested.months,
        within=tested.auc_within,
        error=shown.ratio(tested.auc_error),
        rate_months=tested.rate_months,
        rate_within=tested.rate_within,
    )


def _drift_text(reference: Reference | None, shift: Shift | None) -> str:
    if reference is None or shift is None:
        return t("scores.drift_unknown")
    return t(
        "scores.drift",
        word=t(f"scores.word.psi_{shift.verdict}"),
        psi=shown.precise(shift.psi),
        reference=reference_text(reference),
        last=_span(shift.first_on, shift.last_on),
    )


def reference_text(reference: Reference) -> str:
    """`the applicants of training, 2024-11 – 2025-07`."""
    kind = "training" if reference.is_training else "first"
    return t(f"scores.reference_{kind}", months=_span(reference.first_on, reference.last_on))


def _span(first: date, last: date) -> str:
    return f"{shown.month(first)} – {shown.month(last)}"


def _figures(watched: Watched, measured: Performance | None) -> list[KeyFigure]:
    trained, shift = watched.training.metrics, watched.shift
    judged = watched.own["is_bad"].count()
    return [
        KeyFigure(
            t("scores.auc"),
            shown.ratio(measured.auc.value if measured else None),
            help=t("scores.auc_help", interval=_said(measured, "auc", shown.ratio)),
            change=_change(measured.auc.value - trained.auc) if measured and trained else None,
            rising_is="good",
        ),
        KeyFigure(
            t("scores.ks"),
            shown.percent(measured.ks.value if measured else None),
            help=t("scores.ks_help", interval=_said(measured, "ks", shown.percent)),
            change=shown.points(measured.ks.value - trained.ks) if measured and trained else None,
            rising_is="good",
        ),
        KeyFigure(
            t("scores.lift"),
            shown.ratio(measured.lift.value if measured else None),
            help=t("scores.lift_help", interval=_said(measured, "lift", shown.ratio)),
        ),
        KeyFigure(
            t("scores.kept"),
            shown.ratio(measured.kept.value if measured else None),
            help=t("scores.kept_help", interval=_said(measured, "kept", shown.ratio)),
        ),
        KeyFigure(
            t("scores.psi"),
            shown.precise(shift.psi if shift else None),
            help=t("scores.psi_help"),
        ),
        KeyFigure(
            t("scores.judged"),
            shown.count(judged),
            help=t("scores.judged_help", applications=shown.count(watched.own.height)),
        ),
    ]


def _said(measured: Performance | None, name: str, text: Callable[[float | None], str]) -> str:
    return interval_text(getattr(measured, name) if measured else None, text)


def _change(difference: float) -> str:
    return f"{difference:+.2f}"
