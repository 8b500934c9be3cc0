"""What a choice of limits and prices is asked to hold: set to what the policy of now holds."""

import streamlit as st

from lending_core.operations.policy_optimise import Question
from lending_core.policy.optimise import FULL_BP, Bounds, Outcome, Problem, impact_percents
from lending_core.policy.optimise_frontier import loss_bp
from lending_core.scoring import fairness
from pages.ui import optimise_reads, panels
from pages.ui.text import t

_WIDTH_MIN = 200
_MOVES = ("both", "limits", "prices")
_PERCENT_BP = FULL_BP // 100


def choose(asked: Question, problem: Problem, now: Outcome) -> Bounds:
    """The bounds as set; an empty field asks nothing."""
    learning = [band.name for band in asked.policy.band if band.admits == "learning"]
    with st.container(border=True, key="optimise_bounds"):
        panels.heading(t("optimise.bounds_title"), t("optimise.bounds_note"))
        with st.grid(4, min_column_width=_WIDTH_MIN):
            loss = _percent("loss", loss_bp(now), 0.05)
            approval = _percent("approval", now.approvals * FULL_BP // now.applications, 0.5)
            impact = _impact(problem, now)
            held = st.multiselect(
                t("optimise.held"),
                problem.bands,
                learning,
                key="optimise_held",
                help=t("optimise.held_help"),
                placeholder=t("optimise.held_none"),
            )
        with st.container(horizontal=True, vertical_alignment="center", key="optimise_switches"):
            moves = st.segmented_control(
                t("optimise.moves"),
                _MOVES,
                default=_MOVES[0],
                format_func=_move_name,
                required=True,
                key="optimise_moves",
                label_visibility="collapsed",
            )
            within_room = st.toggle(
                t("optimise.room"),
                value=_has_room(asked, problem),
                key="optimise_room",
                help=t("optimise.room_help"),
            )
    return Bounds(
        loss_bp_max=loss,
        approval_bp_min=approval,
        impact_percent_min=impact,
        within_room=within_room,
        held_bands=frozenset(held),
        holds_limits=moves == "prices",
        holds_prices=moves == "limits",
    )


def _percent(name: str, now_bp: int, step: float) -> int | None:
    """A share in basis points, typed in percent; None where the field is empty."""
    typed = st.number_input(
        t(f"optimise.{name}"),
        value=now_bp / _PERCENT_BP,
        min_value=0.0,
        max_value=100.0,
        step=step,
        format="%.2f",
        key=f"optimise_{name}",
        help=t(f"optimise.{name}_help"),
        placeholder=t("optimise.not_asked"),
    )
    return None if typed is None else round(typed * _PERCENT_BP)


def _impact(problem: Problem, now: Outcome) -> int | None:
    house = round(fairness.rules().impact_ratio_min * 100)
    reached = [ratio for ratio in impact_percents(problem, now).values() if ratio is not None]
    typed = st.number_input(
        t("optimise.impact"),
        value=min([house, *reached]),
        min_value=0,
        max_value=100,
        step=1,
        key="optimise_impact",
        help=t("optimise.impact_help"),
        placeholder=t("optimise.not_asked"),
    )
    return None if typed is None else int(typed)


def _has_room(asked: Question, problem: Problem) -> bool:
    as_now = Bounds(within_room=True, held_bands=frozenset(problem.bands))
    return optimise_reads.best(asked, as_now).reached is not None


def _move_name(code: str) -> str:
    return t(f"optimise.moves_{code}")
