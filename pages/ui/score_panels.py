"""Whether a score is still good: verdict in words, figures, distributions, the card itself."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.scoring import monitoring, standards
from lending_core.scoring.explain import bin_table
from lending_core.scoring.features import register
from lending_core.scoring.monitoring import Drift
from lending_core.scoring.performance import Metrics, metrics
from lending_core.scoring.scorecard import Bin, Dropped, Scorecard
from pages.ui import feature_values, panels, score_reads, tables
from pages.ui import format as shown
from pages.ui.charts import scores as charts
from pages.ui.links import APPLICATIONS_PAGE
from pages.ui.panels import KeyFigure
from pages.ui.session import language
from pages.ui.text import feature_name, sentences, t

# Points per bar of a distribution, and per band of the promise: enough loans in each.
_RANGE_WIDTH, _BAND_WIDTH = 20, 40
_WORDS_OF_WORRY = ("weak", "suspect", "watch", "act")
_GROUPS = ("outcome", "performance")


def version_names() -> dict[str, str]:
    """Number of each version, newest first, and `Version 2, since 2026-02-28: trained on ...`."""
    known = sentences(language())
    return {
        str(row["model_version"]): t(
            "scores.version_name",
            version=row["model_version"],
            on=shown.day(row["effective_on"]),
            note=known.get(f"scores.note.{row['note']}", row["note"]),
        )
        for row in score_reads.versions().rows(named=True)
    }


def verdict(version: int, scored: pl.DataFrame) -> None:
    """The answer in words, then the six figures it rests on."""
    measured, moved = metrics(scored), monitoring.drift(scored)
    bands = monitoring.promise_by_band(scored, _BAND_WIDTH)
    sentences_said = [
        _separation_text(version, measured),
        *([_promise_text(bands)] if measured else []),
        _drift_text(moved),
    ]
    is_understated = not bands.filter(pl.col("verdict") == "riskier").is_empty()
    is_worrying = is_understated or _is_worrying(measured, moved)
    show = st.warning if is_worrying else st.success
    show("  \n".join(sentences_said), icon=":material/monitoring:")
    panels.key_figures(_figures(measured, moved, scored), t("scores.figures_note"))


def distributions(scored: pl.DataFrame) -> None:
    """Scores by what was decided or by what became of the loans; a bar leads to its applicants."""
    by = st.segmented_control(
        t("scores.group"),
        _GROUPS,
        default="outcome",
        format_func=_group_name,
        required=True,
        key="scores_group",
        label_visibility="collapsed",
    )
    frame = monitoring.distribution(scored, by, _RANGE_WIDTH)
    if frame.is_empty():
        panels.empty(t("scores.no_loans"))
        return
    draw = charts.outcomes if by == "outcome" else charts.distribution
    clicked = panels.selectable_chart(
        draw(frame, language()),
        t(f"scores.distribution_{by}"),
        alt=t(f"scores.distribution_{by}"),
        key=f"scores_distribution_{by}",
        note=t("scores.click_note"),
    )
    if clicked:
        _open_applications(clicked[0][0], clicked[0][0] + _RANGE_WIDTH)


def promise(scored: pl.DataFrame) -> None:
    """Bad rates per band beside what the card promises; a band leads to its applicants."""
    bands = monitoring.promise_by_band(scored, _BAND_WIDTH)
    if bands.is_empty():
        panels.empty(t("scores.no_loans"))
        return
    frame = bands.rename(
        {
            "bad_rate": "bad_share",
            "low": "low_share",
            "high": "high_share",
            "promised": "promised_share",
        }
    ).with_columns(
        band=pl.Series([_band_name(*row) for row in bands.select("band_from", "band_to").rows()])
    )
    clicked = panels.selectable_chart(
        charts.promise(frame, language()),
        t("scores.promise_title"),
        alt=_promise_text(bands),
        key="scores_promise",
        note=t("scores.promise_note"),
    )
    if clicked:
        chosen = frame.row(by_predicate=pl.col("band") == clicked[0], named=True)
        _open_applications(chosen["band_from"], chosen["band_to"])


def months(scored: pl.DataFrame) -> None:
    """AUC and KS per month of application; months that cannot be judged yet are marked."""
    frame = monitoring.by_month(scored, score_reads.matured_until())
    panels.chart(
        charts.separation_by_month(frame, language()),
        t("scores.months_title"),
        alt=t("scores.months_title"),
        key="scores_months",
        note=t("scores.months_note", bads_min=monitoring.BADS_MIN),
    )


def card_table(card: Scorecard) -> None:
    """Bins and points of every feature of the card."""
    panels.heading(t("scores.card_title"), t("scores.card_note"))
    texts = [
        _bin_text(feature.name, each, is_missing=each is feature.missing)
        for feature in card.features
        for each in feature.bins
    ]
    rows = (
        bin_table(card)
        .with_columns(bin=pl.Series(texts, dtype=pl.String))
        .rename({"woe": "woe_ratio", "information_value": "information_value_ratio"})
    )
    tables.show(rows, alt=t("scores.card_title"), key="scorecard")


def inputs(version: int, card: Scorecard) -> None:
    """Which features of applicants have moved, the most first, each with its verdict."""
    panels.heading(t("scores.inputs_title"), t("scores.inputs_note"))
    moved = monitoring.drift_by_feature(card, score_reads.points(version))
    if moved.is_empty():
        panels.empty(t("scores.drift_unknown"))
        return
    verdicts = [t(f"scores.psi_verdict.{standards.verdict('psi', psi)}") for psi in moved["psi"]]
    tables.show(
        moved.select("feature", psi_ratio="psi", verdict=pl.Series(verdicts, dtype=pl.String)),
        alt=t("scores.inputs_title"),
        key="scores_inputs",
    )


def facts(version: int, card: Scorecard) -> None:
    """On what the card was trained, what it calls bad, and which features it left out and why."""
    panels.heading(t("scores.facts_title"), None)
    st.markdown("\n".join(f"- {line}" for line in _fact_lines(_version(version), card)))


def _version(version: int) -> dict[str, Any]:
    return score_reads.versions().row(by_predicate=pl.col("model_version") == version, named=True)


def _fact_lines(row: dict[str, Any], card: Scorecard) -> list[str]:
    target, judged = card.target or standards.target(), standards.target()
    lines = [
        t("scores.fact_since", version=card.version, on=shown.day(row["effective_on"])),
        t("scores.fact_target", days=target.days_past_due, months=target.window_months),
        t("scores.fact_scale"),
    ]
    if judged != target:
        lines.insert(
            2, t("scores.fact_judged", days=judged.days_past_due, months=judged.window_months)
        )
    trained = card.development
    if trained is None:
        return [*lines, t("scores.fact_expert")]
    lines.append(
        t(
            "scores.fact_sample",
            first=shown.day(trained.trained_from),
            last=shown.day(trained.trained_to),
            loans=shown.count(trained.metrics.applicants),
            bads=shown.count(trained.metrics.bads),
            share=shown.percent(trained.bad_rate),
        )
    )
    lines.append(t("scores.fact_training", auc=_interval(trained.metrics)))
    return lines + [_dropped_text(dropped) for dropped in trained.dropped]


def _dropped_text(dropped: Dropped) -> str:
    reason = t(f"scores.dropped.{dropped.reason}", iv=shown.ratio(dropped.information_value))
    return t("scores.fact_dropped", feature=feature_name(dropped.name), reason=reason)


def _figures(
    measured: Metrics | None, moved: Drift | None, scored: pl.DataFrame
) -> list[KeyFigure]:
    known = scored.filter(pl.col("is_bad").is_not_null())
    bad_rate, promised = known["is_bad"].mean(), known["default_probability"].mean()
    return [
        KeyFigure(
            t("scores.auc"),
            shown.ratio(measured.auc if measured else None),
            help=t("scores.auc_help", interval=_interval(measured) if measured else shown.DASH),
        ),
        KeyFigure(
            t("scores.ks"),
            shown.percent(measured.ks if measured else None),
            help=t("scores.ks_help"),
        ),
        KeyFigure(t("scores.psi"), _psi(moved), help=t("scores.psi_help")),
        KeyFigure(t("scores.bad_rate"), shown.percent(bad_rate), help=t("scores.bad_rate_help")),  # type: ignore[arg-type]
        KeyFigure(t("scores.promised"), shown.percent(promised), help=t("scores.promised_help")),  # type: ignore[arg-type]
        KeyFigure(
            t("scores.judged"),
            shown.count(known.height),
            help=t("scores.judged_help", applications=shown.count(scored.height)),
        ),
    ]


def _is_worrying(measured: Metrics | None, moved: Drift | None) -> bool:
    if measured is None:
        return True
    words = [standards.verdict("auc", measured.auc), standards.verdict("ks", measured.ks)]
    words += [standards.verdict("psi", moved.psi)] if moved else []
    return any(word in _WORDS_OF_WORRY for word in words)


def _separation_text(version: int, measured: Metrics | None) -> str:
    if measured is None:
        target = standards.target()
        return t("scores.too_early", version=version, months=target.window_months)
    return t(
        "scores.separation",
        version=version,
        auc_word=t(f"scores.word.auc_{standards.verdict('auc', measured.auc)}"),
        interval=_interval(measured),
        ks=shown.percent(measured.ks),
        ks_word=t(f"scores.word.ks_{standards.verdict('ks', measured.ks)}"),
    )


def _promise_text(bands: pl.DataFrame) -> str:
    said = []
    for verdict_of_band in ("riskier", "safer"):
        off = bands.filter(pl.col("verdict") == verdict_of_band)
        names = [
            t(
                "scores.band_off",
                band=_band_name(row["band_from"], row["band_to"]),
                seen=shown.percent(row["bad_rate"]),
                promised=shown.percent(row["promised"]),
            )
            for row in off.rows(named=True)
        ]
        if names:
            separator = t("scores.list_separator")
            said.append(t(f"scores.{verdict_of_band}", bands=separator.join(names)))
    return " ".join(said) or t("scores.as_promised")


def _drift_text(moved: Drift | None) -> str:
    if moved is None:
        return t("scores.drift_unknown")
    return t(
        "scores.drift",
        word=t(f"scores.word.psi_{standards.verdict('psi', moved.psi)}"),
        psi=_psi(moved),
        first=_span(moved.first_from, moved.first_to),
        last=_span(moved.last_from, moved.last_to),
    )


def _psi(moved: Drift | None) -> str:
    return shown.DASH if moved is None else f"{moved.psi:.3f}"


def _span(first: Any, last: Any) -> str:
    return f"{shown.month(first)} – {shown.month(last)}"


def _interval(measured: Metrics) -> str:
    return t(
        "scores.interval",
        value=shown.ratio(measured.auc),
        low=shown.ratio(measured.auc_low),
        high=shown.ratio(measured.auc_high),
    )


def _band_name(band_from: int, band_to: int) -> str:
    """Both ends included, as people say it: `560–599`."""
    return f"{band_from}–{band_to - 1}"


def _bin_text(feature: str, scored: Bin, *, is_missing: bool) -> str:
    """The values of a bin in the unit of its feature."""
    if is_missing:
        return t("scores.missing")
    edges = [_edge(feature, edge) for edge in (scored.lower, scored.upper)]
    if scored.lower is None:
        return f"< {edges[1]}"
    if scored.upper is None:
        return f"≥ {edges[0]}"
    return t("scores.bin_between", low=edges[0], high=edges[1])


def _edge(feature: str, edge: float | None) -> str:
    is_money = register()[feature].unit == "fen"
    if edge is None:
        return ""
    return feature_values.value_text(feature, edge, language()) if is_money else f"{edge:,.12g}"


def _group_name(by: str) -> str:
    return t(f"scores.by_{by}")


def _open_applications(score_from: int, score_to: int) -> None:
    st.switch_page(
        APPLICATIONS_PAGE,
        query_params={"score_from": str(score_from), "score_to": str(score_to)},
    )
