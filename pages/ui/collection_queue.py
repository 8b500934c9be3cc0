"""The collectors' queue: filters, figures, the next case, the list, what the order is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations.collections import (
    CASE_ORDERS,
    CASE_STAGES,
    Queue,
    QueueFilter,
    take_next,
)
from lending_core.portfolio.case_overview import CASE_STATES, in_state, with_state
from lending_core.portfolio.collection_rules import conduct, desk, recovery
from lending_core.portfolio.conduct import is_quiet
from pages.ui import (
    collection_reads,
    collection_words,
    inputs,
    links,
    notices,
    panels,
    reads,
    session,
    tables,
)
from pages.ui import format as shown
from pages.ui.panels import KeyFigure
from pages.ui.text import headline, t

_COLUMNS = (
    "queue_place",
    "case_id",
    "name",
    "case_stage",
    "days_past_due",
    "overdue_fen",
    "expected_fen",
    "case_why",
    "case_state",
    "promise_due_on",
    "contact_outcome",
    "contacts_count",
    "phone",
)
_MODEL_RATES = ("case_stage", "amount_band", "cases_seen", "own_rate", "start_rate", "used_rate")
_MODEL_FACTORS = ("recovery_factor", "cases_seen", "own_ratio", "multiple_ratio")


@dataclass(frozen=True)
class Asked:
    """What the filters ask for: stages of the whole screen, states of the list."""

    chosen: QueueFilter
    states: tuple[str, ...]

    @property
    def key(self) -> str:
        """Names the selection: what was clicked on another one does not count."""
        return "_".join((*self.chosen.stages, *self.states))


def choose() -> Asked:
    """The filters, kept in the URL; none chosen means all."""
    with st.container(horizontal=True, width=640):
        stages = inputs.choose_many(
            t("collections.stage"),
            CASE_STAGES,
            key="case_stage",
            name_of=collection_words.stage_name,
        )
        states = inputs.choose_many(
            t("column.case_state"),
            CASE_STATES[::-1],
            key="case_state",
            name_of=collection_words.state_name,
        )
    return Asked(QueueFilter(tuple(stages)), tuple(states))


def cases(queue: Queue) -> pl.DataFrame:
    """Every case of the queue, the first to call first, with what goes on with it."""
    return with_state(queue.rows)


def figures(rows: pl.DataFrame) -> None:
    """How many, how much, what of it may be expected, what was promised, what has to wait."""
    days = recovery().horizon_days
    promised = rows.filter(pl.col("promise_standing") == "open")
    broken = rows.filter(pl.col("promise_standing") == "broken").height
    held, placed = (in_state(rows, (state,)).height for state in ("held", "at_agency"))
    promised_fen = int(promised["promise_amount_fen"].sum())
    panels.key_figures(
        [
            KeyFigure(
                t("collections.cases"), shown.count(rows.height), help=t("collections.cases_help")
            ),
            _money("overdue", rows, "overdue_fen"),
            KeyFigure(
                t("collections.expected"),
                headline(int(rows["expected_fen"].sum())),
                help=t(
                    "collections.expected_help",
                    days=days,
                    full=shown.money(int(rows["expected_fen"].sum())),
                ),
            ),
            KeyFigure(
                t("collections.promised"),
                shown.count(promised.height),
                help=t("collections.promised_help", full=shown.money(promised_fen)),
            ),
            KeyFigure(
                t("collections.broken"), shown.count(broken), help=t("collections.broken_help")
            ),
            KeyFigure(
                t("collections.waiting"),
                shown.count(held + placed),
                help=t(
                    "collections.waiting_help", held=shown.count(held), placed=shown.count(placed)
                ),
            ),
        ],
        note=t("collections.as_of", on=shown.day(reads.book().business_on), days=days),
    )


def next_case(asked: Asked, queue: Queue, actor: Actor) -> None:
    """What the borrowers' clock allows, and a button that takes the next case and opens it."""
    local, rules = collection_reads.now_local(), conduct()
    is_shut = is_quiet(local, rules)
    said = t(
        "collections.quiet_hours" if is_shut else "collections.open_hours",
        local=f"{local:%H:%M}",
        from_hour=rules.quiet_from_hour,
        to_hour=rules.quiet_to_hour,
        cases=shown.count(queue.callable),
    )
    with st.container(horizontal=True, vertical_alignment="center", key="collections_next_row"):
        if actor.may(Permission.COLLECT):
            is_asked = st.button(
                t("collections.next"),
                key="collections_next",
                type="primary",
                icon=":material/phone_forwarded:",
                disabled=is_shut or not queue.callable,
                help=t("collections.next_help", minutes=desk().lock_minutes),
            )
            for case_id in _mine(queue, actor):
                links.case(case_id, t("collections.mine", case_id=case_id))
            if is_asked:
                open_next(actor, asked.chosen)
        icon = ":material/bedtime:" if is_shut else ":material/schedule:"
        st.markdown(f"{icon} {said}", width="content")


def open_next(actor: Actor, chosen: QueueFilter) -> None:
    """Takes the next case and opens it; says so where none is left, or why it may not be."""
    try:
        case_id = take_next(session.store(), actor, chosen, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
        st.rerun()
    if case_id is None:
        notices.done(t("collections.none_left"))
        st.switch_page(links.COLLECTIONS_PAGE)
    st.switch_page(links.CASE_PAGE, query_params={"case_id": str(case_id)})


def listed(rows: pl.DataFrame, asked: Asked, stage: Sequence[Any], state: Sequence[Any]) -> None:
    """The list to act on, narrowed by what was clicked; a click opens a case."""
    states = (str(state[-1]),) if state else asked.states
    found = in_state(rows, states)
    if stage:
        found = found.filter(pl.col("case_stage") == stage[-1])
    with st.container(border=True, key="collections_list"):
        title = t("collections.list_title", cases=shown.count(found.height))
        panels.heading(title, t("collections.list_note"))
        if found.is_empty():
            st.markdown(t("collections.nothing_chosen"))
            return
        st.caption(_how(stage, state))
        case_id = tables.paged(
            tables.computed(
                found,
                "case_id",
                in_words=partial(collection_words.queue_in_words, language=session.language()),
                ascending=("queue_place",),
                file_name="collection_cases",
            ),
            alt=t("collections.list_alt"),
            # Rows are chosen by their place: other rows are another table.
            key=f"collections_cases_{asked.key}_{'_'.join(states)}_{'_'.join(map(str, stage))}",
            columns=_COLUMNS,
            sortable=CASE_ORDERS,
        )
    if case_id is not None:
        st.switch_page(links.CASE_PAGE, query_params={"case_id": str(case_id)})


def model() -> None:
    """The inputs of every expectation, as tables."""
    found, rules = collection_reads.model(), recovery()
    with st.expander(t("collections.model_title"), icon=":material/function:"):
        st.markdown(
            t(
                "collections.model_note",
                months=rules.history_months,
                cases=rules.credibility_cases,
                days=found.horizon_days,
                cost=shown.money(rules.cost_per_call_fen),
            )
        )
        left, right = st.columns([3, 2])
        with left:
            tables.show(
                collection_words.rates_in_words(found.rates),
                alt=t("collections.model_alt"),
                key="collections_rates",
                columns=_MODEL_RATES,
            )
        with right:
            tables.show(
                collection_words.factors_in_words(found.factors),
                alt=t("collections.factors_alt"),
                key="collections_factors",
                columns=_MODEL_FACTORS,
            )


def _how(stage: Sequence[Any], state: Sequence[Any]) -> str:
    """What a click does, and what was clicked above."""
    clicked = [collection_words.stage_name(str(each)) for each in stage[-1:]]
    clicked += [collection_words.state_name(str(each)) for each in state[-1:]]
    if not clicked:
        return t("collections.list_how")
    what = t("collection_case.separator").join(clicked)
    return t("collections.list_narrowed", what=what, how=t("collections.list_how"))


def _mine(queue: Queue, actor: Actor) -> list[int]:
    return queue.rows.filter(pl.col("locked_by") == actor.user_name)["case_id"].to_list()


def _money(name: str, rows: pl.DataFrame, column: str) -> KeyFigure:
    fen = int(rows[column].sum())
    return KeyFigure(
        t(f"collections.{name}"),
        headline(fen),
        help=t(f"collections.{name}_help", full=shown.money(fen)),
    )
