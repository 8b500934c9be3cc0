"""One model in full: its steps, what it was built on, how well it does, and who vouches for it."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.operations.models import Trace, standing
from lending_core.scoring.life_cycle import SCORECARD
from lending_core.scoring.model_card import ModelCard, Quality
from lending_core.scoring.plan import TrainingPlan
from lending_core.scoring.scorecard import Dropped
from pages.ui import (
    facts,
    links,
    model_exchange,
    model_list,
    model_reads,
    model_runs,
    model_steps,
    panels,
    tables,
)
from pages.ui import format as shown
from pages.ui.text import feature_name, person_name, plain, t

_DIGITS_OF_HASH = 16
_INPUTS = {
    "feature": pl.String,
    "weight_share": pl.Float64,
    "information_value_ratio": pl.Float64,
    "bins": pl.Int64,
}


def show(actor: Actor, row: dict[str, Any]) -> None:
    """The model of a row of the register."""
    version = row["model_version"]
    with st.container(border=True, key="models_page"):
        st.subheader(
            t(
                "models.page_title",
                version=version,
                kind=t(f"model_kind.{row['model_kind']}"),
                status=t(f"model_status.{row['model_status']}"),
            )
        )
        model_steps.buttons(actor, standing(row))
        model_runs.past(actor, row)
        card = model_reads.card(row["model_card"])
        left, right = st.columns(2, gap="medium")
        with left:
            _life(version)
        with right:
            _use(row)
            model_exchange.export(version)
        if card is None:
            st.markdown(t("models.no_card"))
            return
        _quality(card)
        _inputs(card)
        _facts(card)


def _life(version: int) -> None:
    panels.heading(t("models.life_title"), t("models.life_note"))
    lines = [
        t(
            "models.life_step",
            on=shown.day(step["effective_on"]),
            status=t(f"model_status.{step['status']}"),
            person=person_name(step["changed_by"]),
            reason=plain(model_list.reason_text(step["reason"])),
        )
        for step in model_reads.life(version).rows(named=True)
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))


def _use(row: dict[str, Any]) -> None:
    panels.heading(t("models.use_title"), t("models.use_note"))
    lines = [
        t(
            "models.use_decided",
            applications=shown.count(row["applications"]),
            first=shown.day(row["first_on"]),
            last=shown.day(row["last_on"]),
        )
        if row["applications"]
        else t("models.use_never"),
        t("models.use_silent", applications=shown.count(row["silent_applications"])),
        _trace_text(model_reads.trace(row["model_version"])),
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))


def _trace_text(trace: Trace) -> str:
    if trace.is_unchanged is None:
        return t("models.trace_unknown", hash=_short(trace.document_sha256))
    word = "models.trace_whole" if trace.is_unchanged else "models.trace_changed"
    return t(
        word,
        hash=_short(trace.document_sha256),
        event=trace.event_id,
        at=shown.instant(trace.recorded_at),
    )


def _quality(card: ModelCard) -> None:
    panels.heading(t("models.quality_title"), t("models.quality_note"))
    rows = [("development", card.development), ("out_of_time", card.out_of_time)]
    if card.reject_inference is not None:
        rows += [
            ("development_off", card.reject_inference.off_development),
            ("out_of_time_off", card.reject_inference.off_out_of_time),
        ]
    facts.side_by_side(
        {t(f"models.sample_{name}"): _measures(part) for name, part in rows if part is not None},
        alt=t("models.quality_title"),
    )


def _measures(part: Quality) -> dict[str, str]:
    """What is measured, as text, by the name of its column."""
    measured = part.metrics
    intervals = {
        name: _interval(*each) if each else shown.DASH
        for name, each in (
            ("auc_interval", measured and (measured.auc, measured.auc_low, measured.auc_high)),
            ("ks_interval", measured and (measured.ks, measured.ks_low, measured.ks_high)),
            ("gini_interval", measured and (measured.gini, measured.gini_low, measured.gini_high)),
        )
    }
    return {
        "sample_window": _window(part),
        "loans": shown.count(part.rows),
        "bads": shown.count(part.bads),
        "grey": shown.count(part.grey),
        "bad_share": shown.percent(part.bad_rate),
        "promised_share": shown.percent(part.mean_default_probability),
        **intervals,
        "brier": f"{part.brier:.4f}",
    }


def _window(part: Quality) -> str:
    return f"{shown.day(part.first_on)} – {shown.day(part.last_on)}"


def _interval(value: float, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"{value:.3f}"
    return f"{value:.3f} ({low:.3f}–{high:.3f})"


def _inputs(card: ModelCard) -> None:
    panels.heading(t("models.inputs_title"), t("models.inputs_note"))
    columns = ["feature", "weight_share"]
    if card.kind == SCORECARD:
        columns += ["information_value_ratio", "bins"]
    rows = pl.DataFrame(
        [(each.name, each.weight, each.information_value, each.bins) for each in card.features],
        schema=_INPUTS,
        orient="row",
    )
    ordered = rows.sort("weight_share", descending=True)
    tables.show(ordered, alt=t("models.inputs_title"), key="models_inputs", columns=columns)
    links.scores(card.version, t("models.open_scores"))
    if card.dropped:
        st.markdown("\n".join(f"- {_dropped_text(each)}" for each in card.dropped))


def _dropped_text(dropped: Dropped) -> str:
    reason = t(f"scores.dropped.{dropped.reason}", iv=shown.ratio(dropped.information_value))
    return t("scores.fact_dropped", feature=feature_name(dropped.name), reason=reason)


def _facts(card: ModelCard) -> None:
    panels.heading(t("models.facts_title"), t("models.facts_note"))
    lines = [
        *_plan_lines(card.plan),
        *_scorecard_lines(card),
        t(
            "models.fact_calibration",
            before=shown.rate(card.calibration.mean_before),
            after=shown.rate(card.calibration.mean_after),
            brier_before=f"{card.calibration.brier_before:.4f}",
            brier_after=f"{card.calibration.brier_after:.4f}",
        ),
        t("models.fact_data", hash=_short(card.data_sha256)),
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))
    _data_check(card.version)


def _data_check(version: int) -> None:
    """On demand: a large book takes a second or two."""
    if not st.button(t("models.check_data"), key="models_check_data", icon=":material/fact_check:"):
        return
    if model_reads.data_is_as_it_was(version):
        st.success(t("models.data_whole"), icon=":material/check:")
    else:
        st.warning(t("models.data_changed"), icon=":material/difference:")


def _plan_lines(plan: TrainingPlan) -> list[str]:
    lines = []
    if plan.target is not None:
        key = "models.fact_target" if plan.target.grey_from_days is None else "models.fact_grey"
        lines.append(
            t(
                key,
                days=plan.target.days_past_due,
                months=plan.target.window_months,
                grey=plan.target.grey_from_days,
            )
        )
    return [
        *lines,
        t(
            "models.fact_scale",
            score=plan.scale.anchor_score,
            goods=plan.scale.anchor_goods_per_bad,
            points=plan.scale.points_to_double_odds,
        ),
        t("models.fact_later", months=plan.out_of_time_months),
    ]


def _scorecard_lines(card: ModelCard) -> list[str]:
    """What only a scorecard has: bins, and what became of the declined."""
    if card.kind != SCORECARD:
        return []
    bins = t(
        "models.fact_bins",
        bins=card.plan.bins_max,
        share=shown.percent(card.plan.bin_share_min),
        iv=shown.ratio(card.plan.information_value_min),
    )
    found = card.reject_inference
    if found is None:
        return [bins, t("models.fact_inference_off")]
    inference = t(
        "models.fact_inference",
        method=t(f"reject_inference.{found.method}"),
        rejects=shown.count(found.rejects),
        bads=shown.count(round(found.inferred_bads)),
    )
    return [bins, inference]


def _short(sha256: str) -> str:
    return f"`{sha256[:_DIGITS_OF_HASH]}…`"
