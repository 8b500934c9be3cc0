"""What a draft would have done with the past, beside today's policy: figures, parts, people."""

from collections.abc import Callable
from typing import Any, Literal

import polars as pl
import streamlit as st

from lending_core.policy import comparison
from lending_core.policy.document import Policy
from lending_core.policy.what_if import BREAKDOWNS
from pages.ui import format as shown
from pages.ui import panels, policy_reads, tables
from pages.ui.charts.policies import Kind, today_beside_draft
from pages.ui.links import APPLICATION_PAGE
from pages.ui.session import language
from pages.ui.text import headline, points, product_name, t

# How each measure reads, and whether more of it is good: for most a house's taste decides.
_KINDS: dict[str, Kind] = {
    "approval_share": "share",
    "limit_fen": "fen",
    "expected_drawn_fen": "fen",
    "expected_loss_fen": "fen",
    "expected_income_fen": "fen",
    "expected_result_fen": "fen",
    "average_rate": "rate",
}
_RISING_IS: dict[str, Literal["good", "bad"]] = {
    "expected_loss_fen": "bad",
    "expected_income_fen": "good",
    "expected_result_fen": "good",
}
_FIGURES = (
    "approval_share",
    "limit_fen",
    "expected_loss_fen",
    "expected_income_fen",
    "expected_result_fen",
)
_AFFECTED_COLUMNS = (
    "application_id",
    "effect",
    "product_code",
    "score",
    "today_outcome",
    "draft_outcome",
    "today_limit_fen",
    "draft_limit_fen",
    "today_rate",
    "draft_rate",
)


def figures(today: Policy, draft: Policy) -> None:
    """The answer: five figures of the draft over the whole past, with what it changes."""
    now = comparison.totals(policy_reads.replay(today))
    then = comparison.totals(policy_reads.replay(draft))
    if now["applications"] == 0:
        panels.empty(t("limit_policies.no_applications"))
        return
    changes = comparison.changes_of(now, then)
    panels.key_figures(
        [_figure(name, now[name], then[name], changes[name]) for name in _FIGURES],
        t(
            "limit_policies.replayed",
            applications=shown.count(then["applications"]),
            today=shown.count(now["approvals"]),
            draft=shown.count(then["approvals"]),
            rate_today=shown.rate(now["average_rate"]),
            rate_draft=shown.rate(then["average_rate"]),
        ),
    )


def parts(today: Policy, draft: Policy) -> None:
    """One measure by band and by product, today beside draft, and what it rests on."""
    measure = st.pills(
        t("limit_policies.measure_choice"),
        list(_KINDS),
        default="limit_fen",
        format_func=_measure_name,
        required=True,
        wrap=True,
        key="limit_policies_measure",
        label_visibility="collapsed",
    )
    now, then = policy_reads.replay(today), policy_reads.replay(draft)
    for by in BREAKDOWNS:
        pairs = comparison.pairs(now, then, by, measure)
        names = [product_name(code) if by == "product_code" else code for code in pairs[by]]
        title = t(f"limit_policies.by_{by}", measure=_measure_name(measure))
        panels.chart(
            today_beside_draft(
                pairs.with_columns(pl.Series(by, names, dtype=pl.String)),
                _measure_name(measure),
                _KINDS[measure],
                language(),
                is_inferred=measure.startswith("expected_"),
            ),
            title,
            alt=title,
            key=f"limit_policies_by_{by}",
            note=t("limit_policies.parts_note"),
        )
    assumed = draft.assumption
    st.caption(
        t(
            "limit_policies.assumptions",
            draw=assumed.draw_percent,
            utilisation=assumed.utilisation_percent,
            review=assumed.review_approval_percent,
            funding=shown.rate(assumed.funding_rate),
            months=assumed.average_life_months,
        )
    )


def affected(today: Policy, draft: Policy) -> None:
    """Who fares better and who worse, counted in full; the list leads to each application."""
    panels.heading(t("limit_policies.affected_title"), t("limit_policies.affected_note"))
    counts, applicants = policy_reads.affected(today, draft)
    if applicants.is_empty():
        panels.empty(t("limit_policies.nobody_affected"))
        return
    st.markdown(_counted(comparison.GAINS, counts, "limit_policies.gain"))
    st.markdown(_counted(comparison.LOSSES, counts, "limit_policies.lose"))
    chosen = tables.selectable(
        _readable(applicants),
        "application_id",
        alt=t("limit_policies.affected_title"),
        key="limit_policies_affected",
        columns=_AFFECTED_COLUMNS,
    )
    total = sum(counts.values())
    if total > applicants.height:
        st.caption(t("limit_policies.affected_most", rows=applicants.height, total=f"{total:,}"))
    if chosen is not None:
        st.switch_page(APPLICATION_PAGE, query_params={"application_id": str(chosen)})


def _figure(name: str, today: Any, draft: Any, change: Any) -> panels.KeyFigure:
    kind = _KINDS[name]
    return panels.KeyFigure(
        t(f"limit_policies.measure.{name}"),
        _VALUES[kind](draft),
        help=t(
            "limit_policies.figure_help",
            meaning=t(f"limit_policies.meaning.{name}"),
            today=_FULL[kind](today),
            draft=_FULL[kind](draft),
        ),
        change=_CHANGES[kind](change) if change else None,
        rising_is=_RISING_IS.get(name),
    )


def _readable(applicants: pl.DataFrame) -> pl.DataFrame:
    effects = {code: t(f"limit_policies.effect.{code}") for code in comparison.EFFECTS}
    outcomes = {code: t(f"outcome.{code}") for code in ("approve", "review", "decline")}
    return applicants.rename(
        {"today_annual_rate": "today_rate", "draft_annual_rate": "draft_rate"}
    ).with_columns(
        pl.col("effect").replace(effects),
        pl.col("today_outcome", "draft_outcome").replace(outcomes),
    )


def _counted(effects: tuple[str, ...], counts: dict[str, int], key: str) -> str:
    parts = [
        t("limit_policies.effect_count", effect=t(f"limit_policies.effect.{effect}"), count=count)
        for effect in effects
        if (count := shown.count(counts[effect])) != "0"
    ]
    total = shown.count(sum(counts[effect] for effect in effects))
    detail = t("limit_policies.list_separator").join(parts)
    return t(key, total=total, detail=f"({detail})" if detail else "")


def _measure_name(measure: str) -> str:
    return t(f"limit_policies.measure.{measure}")


def _signed_money(fen: int) -> str:
    return f"{'+' if fen > 0 else ''}{headline(fen)}"


_VALUES: dict[Kind, Callable[[Any], str]] = {
    "share": shown.percent,
    "rate": shown.rate,
    "fen": headline,
}
_CHANGES: dict[Kind, Callable[[Any], str]] = {
    "share": points,
    "fen": _signed_money,
}
_FULL: dict[Kind, Callable[[Any], str]] = {
    "share": shown.percent,
    "rate": shown.rate,
    "fen": shown.money,
}
