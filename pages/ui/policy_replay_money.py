"""What the money of a replay rests on: evidence with its interval, lenders, and how far the model
was right about what was seen."""

import polars as pl
import streamlit as st

from lending_core.policy import replay_compare
from lending_core.policy.compile import PPM
from lending_core.policy.document import Assumptions
from lending_core.policy.replay_interval import CONFIDENCE_PERCENT, DRAWS, Interval
from lending_core.policy.replay_money import EVIDENCE
from pages.ui import format as shown
from pages.ui import panels, policy_replay_reads, tables
from pages.ui.charts.policies import today_beside_draft
from pages.ui.policy_replay_names import measure_name
from pages.ui.policy_replay_reads import Replay
from pages.ui.session import language
from pages.ui.text import funder_name, headline, t

# Measures whose inferred part has an interval.
_MEASURES = ("expected_drawn_fen", "expected_loss_fen", "expected_profit_fen")


def assumptions(assumed: Assumptions) -> None:
    """What the figures assume, in words; edited in the document's own part of the screen."""
    st.caption(
        t(
            "policy_replay.assumptions",
            draw=assumed.draw_percent,
            price=f"{assumed.price_response_percent / 100:g}",
            utilisation=assumed.utilisation_percent,
            spare=assumed.spare_utilisation_percent,
            review=assumed.review_approval_percent,
            reject=assumed.reject_default_percent,
            funding=shown.rate(assumed.funding_rate),
            months=assumed.average_life_months,
            cost=shown.money(assumed.operating_cost_fen),
        )
    )


def evidence(found: Replay) -> None:
    """How much of a measure was seen and how much is inferred, the inferred with its interval."""
    measure = st.segmented_control(
        t("policy_replay.measure_choice"),
        _MEASURES,
        default=_MEASURES[1],
        format_func=measure_name,
        required=True,
        key="policy_replay_evidence_measure",
        label_visibility="collapsed",
    )
    _, intervals = found.trust
    spans = {side: _span(each[measure]) for side, each in intervals.items() if measure in each}
    rows = replay_compare.pairs(found.today, found.draft, ("evidence",), measure)
    rows = seen_first(rows)
    names = [t(f"evidence.{kind}") for kind in rows["evidence"]]
    title = t("policy_replay.evidence_title", measure=measure_name(measure))
    panels.chart(
        today_beside_draft(
            rows.with_columns(code="evidence", name=pl.Series(names, dtype=pl.String)),
            measure_name(measure),
            "fen",
            language(),
            intervals=spans,
        ),
        title,
        alt=title,
        key=f"policy_replay_evidence_{measure}",
        note=t("policy_replay.evidence_note"),
    )
    _method(found, measure)
    inferred = int(rows.filter(evidence="inferred")["draft"].sum())
    _doubt(found, inferred, spans.get("draft"))


def _doubt(found: Replay, inferred_fen: int, span: tuple[int, int] | None) -> None:
    """Says so where the draft assumes other defaults of refused people than were seen."""
    near, _ = found.trust
    if span is None or near.ratio is None or span[0] <= inferred_fen <= span[1]:
        return
    assumed = found.draft_policy.assumption.reject_default_percent
    seen = round(near.ratio * 100)
    st.caption(t("policy_replay.outside_interval", seen=seen, assumed=assumed))


def _method(found: Replay, measure: str) -> None:
    """How the interval came about, or why there is none."""
    near, intervals = found.trust
    if not found.dealt["draft"]["loans_ppm"].sum():
        st.caption(t("policy_replay.nothing_inferred"))
        return
    ratio = near.ratio
    facts = {
        "bands": t("policy_replay.list_separator").join(near.bands),
        "loans": shown.count(near.loans),
        "bads": shown.count(near.bads),
        "expected": shown.count(round(near.expected)),
    }
    if ratio is None:
        st.caption(t("policy_replay.interval_unknown", **facts))
        return
    st.caption(
        t(
            "policy_replay.interval_method",
            **facts,
            ratio=shown.ratio(ratio),
            assumed=found.draft_policy.assumption.reject_default_percent,
            draws=shown.count(DRAWS),
            confidence=CONFIDENCE_PERCENT,
            draft=_span_text(intervals["draft"].get(measure)),
        )
    )


def seen_first(rows: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """The rows by `keys`, what was observed before what is expected and inferred."""
    order = {kind: position for position, kind in enumerate(EVIDENCE)}
    position = pl.col("evidence").replace_strict(order, default=0, return_dtype=pl.Int64)
    return rows.sort(*keys, position)


def observed_against_expected(found: Replay) -> None:
    """What the model and the score said of offers really made, beside what happened."""
    panels.heading(t("policy_replay.trust_title"), t("policy_replay.trust_note"))
    drawn = replay_compare.trust(found.today)
    seen = policy_replay_reads.outcomes().group_by("band").agg(pl.exclude("deal").sum())
    rows = drawn.join(seen, on="band", how="full", coalesce=True).sort("band")
    tables.show(
        rows.with_columns(
            expected_bads=(pl.col("expected_ppm") / PPM).round(1),
            modelled_loans=pl.col("modelled_loans").round(1),
        ),
        alt=t("policy_replay.trust_title"),
        key="policy_replay_trust",
        columns=(
            "band",
            "past_loans",
            "modelled_loans",
            "past_drawn_fen",
            "modelled_fen",
            "bads",
            "expected_bads",
        ),
    )
    again = policy_replay_reads.reproduced()
    facts = {name: shown.count(int(again[name].sum())) for name in ("applications", "differences")}
    st.caption(t("policy_replay.reproduced", **facts))


def lenders(found: Replay) -> None:
    """How much of each lender's quota and capital either policy takes on average."""
    panels.heading(t("policy_replay.lenders_title"), t("policy_replay.lenders_note"))
    rows = policy_replay_reads.lenders(found)
    names = [
        funder_name(code) if code else t("policy_replay.no_room") for code in rows["funder_code"]
    ]
    tables.show(
        rows.select(pl.Series("lender", names, dtype=pl.String), pl.exclude("funder_code")),
        alt=t("policy_replay.lenders_title"),
        key="policy_replay_lenders",
        columns=(
            "lender",
            "quota_fen",
            "today_balance_fen",
            "draft_balance_fen",
            "today_capital_fen",
            "draft_capital_fen",
        ),
    )


def _span(interval: Interval) -> tuple[int, int]:
    return interval.low, interval.high


def _span_text(interval: Interval | None) -> str:
    if interval is None:
        return shown.DASH
    return t("policy_replay.span", low=headline(interval.low), high=headline(interval.high))
