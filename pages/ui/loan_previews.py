"""A loan as it is beside the loan as it would be: figures, and instalments where a plan changes."""

from dataclasses import dataclass
from datetime import date

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.errors import LendingError
from lending_core.operations.loan_events import LoanEvent, Preview, preview
from lending_core.servicing.instalments import outlook
from lending_core.servicing.positions import LoanState
from pages.ui import format as shown
from pages.ui import loan_panels, session, tables
from pages.ui.text import refusal_text, t

_PLAN = ("number", "due_on", "due_fen", "new_due_on", "new_due_fen")


@dataclass(frozen=True)
class Shown:
    """What a preview says: the loan before and after, or why it may not happen."""

    preview: Preview | None
    refusal: str | None = None


def looked_at(event: LoanEvent, actor: Actor) -> Shown:
    """What an event would do. A reason is asked for when it is booked, not before."""
    try:
        return Shown(preview(session.store(), actor, event))
    except LendingError as refusal:
        return Shown(None, refusal_text(refusal))


def figures(before: LoanState, after: LoanState, on: date) -> None:
    """Where the loan stands on the day without and with the event."""
    now, then = figures_of(before, on), figures_of(after, on)
    more_fen = total_interest_fen(after) - total_interest_fen(before)
    if more_fen:
        sign = "+" if more_fen > 0 else ""
        then[t("loan_desk.total_interest")] += f" ({sign}{shown.money(more_fen)})"
    side_by_side(now, then, (t("loan_desk.now"), t("loan_desk.then")))


def side_by_side(one: dict[str, str], other: dict[str, str], headings: tuple[str, str]) -> None:
    """Figures of two views in a table; where they differ, the second is bold. Figures that most
    loans never have are left out where both are nothing."""
    nothing = shown.money(0)
    names = [name for name in one if name not in _rare() or {one[name], other[name]} != {nothing}]
    st.table(
        {
            t("loan_desk.figure"): names,
            headings[0]: [one[name] for name in names],
            headings[1]: [_marked(one[name], other[name]) for name in names],
        },
        border="horizontal",
        hide_index=True,
        alt=t("loan_desk.figures_alt"),
    )


def plan(before: LoanState, after: LoanState, on: date) -> None:
    """The instalments from the day on, as they are and as they would be."""
    columns = (pl.col("principal_left_fen") + pl.col("interest_left_fen")).alias("due_fen")
    old = before.instalments.select("number", "due_on", columns)
    new = after.instalments.select("number", pl.col("due_on").alias("new_due_on"), columns)
    both = old.join(
        new.rename({"due_fen": "new_due_fen"}), on="number", how="full", coalesce=True
    ).sort("number")
    changed = both.filter(
        (pl.col("new_due_on") > on)
        | (pl.col("due_on") > on)
        | pl.col("due_fen").ne_missing(pl.col("new_due_fen"))
    )
    tables.show(changed, alt=t("loan_desk.plan_alt"), key="loan_desk_plan", columns=_PLAN)


def total_interest_fen(state: LoanState) -> int:
    """Interest of all instalments, earned or to come."""
    return int(state.instalments["interest_fen"].sum())


def figures_of(state: LoanState, on: date) -> dict[str, str]:
    """Where a loan stands on a day: name of a figure -> the figure as text."""
    ahead, position = outlook(state, on), state.positions.row(0, named=True)
    rare = (position["claim_fen"], position["excess_fen"], position["written_off_fen"])
    return {
        t("loan.stage"): loan_panels.stage(state),
        t("column.days_past_due"): shown.count(ahead.days_past_due),
        t("loan.due_now"): shown.money(ahead.due_fen),
        t("column.outstanding_fen"): shown.money(ahead.principal_fen),
        t("loan.next_due"): due_text(ahead.next_due_fen, ahead.next_due_on),
        t("loan_desk.instalments_left"): shown.count(ahead.instalments_left),
        t("loan_desk.last_due"): shown.day(ahead.last_due_on),
        t("loan_desk.total_interest"): shown.money(total_interest_fen(state)),
        t("loan_desk.payoff_on_day"): shown.money(ahead.payoff_fen),
        **{name: shown.money(fen) for name, fen in zip(_rare(), rare, strict=True)},
    }


def _rare() -> tuple[str, ...]:
    """Figures that most loans never have."""
    return (t("loan.claim"), t("loan_desk.excess"), t("loan_desk.written_off_principal"))


def due_text(fen: int | None, on: date | None) -> str:
    """An instalment and its day: `¥881.34 on 2026-12-01`, a dash where none is."""
    if fen is None or on is None:
        return shown.DASH
    return t("loan_desk.due_on", amount=shown.money(fen), on=shown.day(on))


def _marked(now: str, then: str) -> str:
    return then if now == then else f"**{then}**"
