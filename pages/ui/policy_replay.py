"""What a draft would have done with the past, beside today's policy: the answer, and its parts."""

from collections.abc import Callable
from typing import Any, Literal

import polars as pl
import streamlit as st

from lending_core.policy import replay_compare
from lending_core.policy.document import Policy
from lending_core.policy.replay import DIMENSIONS
from lending_core.policy.replay_people import Cell
from pages.ui import format as shown
from pages.ui import (
    inputs,
    panels,
    policy_replay_money,
    policy_replay_people,
    policy_window,
    tables,
)
from pages.ui.charts.policies import Kind, today_beside_draft
from pages.ui.policy_replay_names import dimension_name, measure_name, value_name
from pages.ui.policy_replay_reads import Replay, replay
from pages.ui.session import language
from pages.ui.text import headline, points, t

# How each measure reads, and whether more of it is good: for most a house's taste decides.
KINDS: dict[str, Kind] = {
    "approval_share": "share",
    **dict.fromkeys(replay_compare.MONEY, "fen"),
    "portfolio_pd_rate": "rate",
    "return_rate": "rate",
    "average_rate": "rate",
    "unaffordable": "count",
}
_RISING_IS: dict[str, Literal["good", "bad"]] = {
    "expected_loss_fen": "bad",
    "expected_profit_fen": "good",
    "expected_income_fen": "good",
    "return_rate": "good",
    "unaffordable": "bad",
}
_FIGURES = (
    "approval_share",
    "limit_fen",
    "expected_drawn_fen",
    "expected_loss_fen",
    "expected_profit_fen",
    "return_rate",
)
# Sums of applications split by evidence; rates and shares are of the whole.
_SPLIT = (*replay_compare.MONEY[1:],)
# The one looked at first stands first.
_MEASURES = ("expected_drawn_fen", *(name for name in KINDS if name != "expected_drawn_fen"))


def figures(today: Policy, draft: Policy) -> Replay | None:
    """The answer: six figures of the draft over the chosen past, with what it changes; None
    without an application to replay it on."""
    days, said = st.columns([2, 3], gap="medium", vertical_alignment="bottom")
    with days:
        window = policy_window.choose()
    found = replay(today, draft, window)
    if found is None:
        panels.empty(t("policy_replay.no_applications"))
        return None
    now, then = replay_compare.totals(found.today), replay_compare.totals(found.draft)
    changes = replay_compare.changes_of(now, then)
    panels.key_figures([_figure(name, now[name], then[name], changes[name]) for name in _FIGURES])
    said.caption(
        t(
            "policy_replay.replayed",
            applications=shown.count(then["applications"]),
            today=shown.count(now["approvals"]),
            draft=shown.count(then["approvals"]),
        )
    )
    return found


def parts(found: Replay | None) -> None:
    """One measure by one dimension, today beside draft, beside how much of it was seen; the people
    behind a bar, and what it all assumes."""
    if found is None:
        return
    by_part, seen = st.columns(2, gap="medium")
    with by_part:
        _by_part(found)
    with seen:
        policy_replay_money.evidence(found)
    policy_replay_people.clicked(found)
    policy_replay_money.assumptions(found.draft_policy.assumption)


def _by_part(found: Replay) -> None:
    left, right = st.columns(2, gap="small")
    with left:
        measure = inputs.choose_one(
            t("policy_replay.measure_choice"), _MEASURES, key="measure", name_of=measure_name
        )
    with right:
        by = inputs.choose_one(
            t("policy_replay.by_choice"), DIMENSIONS, key="by", name_of=dimension_name
        )
    title = t("policy_replay.by_title", measure=measure_name(measure), by=dimension_name(by))
    clicked = panels.selectable_chart(
        today_beside_draft(
            _pairs(found, by, measure), measure_name(measure), KINDS[measure], language()
        ),
        title,
        alt=title,
        key=f"policy_replay_{by}_{measure}",
        note=t("policy_replay.parts_note"),
    )
    if clicked:
        code, side, evidence = clicked[-1]
        policy_replay_people.choose(Cell(side, by, code, evidence))
    st.caption(t("policy_replay.click"))


def affected(found: Replay | None) -> None:
    """Who gains and who loses, every measure, whose money it takes, and how far to trust it."""
    if found is None:
        return
    policy_replay_people.winners_and_losers(found)
    _all_measures(found)
    policy_replay_money.lenders(found)
    policy_replay_money.observed_against_expected(found)


def _all_measures(found: Replay) -> None:
    panels.heading(t("policy_replay.all_title"), t("policy_replay.all_note"))
    now, then = replay_compare.totals(found.today), replay_compare.totals(found.draft)
    changes = replay_compare.changes_of(now, then)
    rows = [
        {
            "measure": measure_name(name),
            "today_figure": VALUES[kind](now[name]),
            "draft_figure": VALUES[kind](then[name]),
            "change_figure": _CHANGES[kind](changes[name]),
        }
        for name, kind in KINDS.items()
    ]
    tables.show(pl.DataFrame(rows), alt=t("policy_replay.all_title"), key="policy_replay_all")


def _figure(name: str, today: Any, draft: Any, change: Any) -> panels.KeyFigure:
    kind = KINDS[name]
    return panels.KeyFigure(
        measure_name(name),
        VALUES[kind](draft),
        help=t(
            "policy_replay.figure_help",
            meaning=t(f"policy_replay.meaning.{name}"),
            today=_FULL[kind](today),
            draft=_FULL[kind](draft),
        ),
        change=_CHANGES[kind](change) if change else None,
        rising_is=_RISING_IS.get(name),
    )


def _pairs(found: Replay, by: str, measure: str) -> pl.DataFrame:
    """What the figure draws: code, name, evidence, today, draft."""
    keys = (by, "evidence") if measure in _SPLIT else (by,)
    rows = replay_compare.pairs(found.today, found.draft, keys, measure)
    if measure not in _SPLIT:
        rows = rows.with_columns(evidence=pl.lit(None, pl.String))
    rows = policy_replay_money.seen_first(rows, by)
    names = [value_name(by, code) for code in rows[by]]
    return rows.with_columns(code=by, name=pl.Series(names, dtype=pl.String))


def _signed(text: Callable[[Any], str]) -> Callable[[Any], str]:
    def signed(change: Any) -> str:
        return f"{'+' if change and change > 0 else ''}{text(change)}"

    return signed


VALUES: dict[Kind, Callable[[Any], str]] = {
    "share": shown.percent,
    "rate": shown.rate,
    "fen": headline,
    "count": shown.count,
}
_CHANGES: dict[Kind, Callable[[Any], str]] = {
    "share": points,
    "rate": shown.rate_points,
    "fen": _signed(headline),
    "count": _signed(shown.count),
}
_FULL: dict[Kind, Callable[[Any], str]] = {
    "share": shown.percent,
    "rate": shown.rate,
    "fen": shown.money,
    "count": shown.count,
}
