"""Where each instalment of a loan stands: paid, late, due or still to come."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from lending_core.servicing.positions import LoanState

# What an event settled of a numbered instalment, without its penalty.
_OF_PLAN = ("interest", "principal")


def standing_instalments(
    state: LoanState, as_of_on: date, *, holiday_from_on: date | None = None
) -> pl.DataFrame:
    """One row per instalment of one loan: number, due_on, principal_fen and interest_fen of the
    plan, penalty_fen due, paid_fen (without penalty), left_fen (with it), days_late and
    instalment_state.

    A state is paid, overdue, due_today, upcoming; written_off in a loan that the book let go.
    Where the plan asks for nothing: closed in a loan settled before, holiday from
    `holiday_from_on` on, else moved (a re-age took it along). The due date itself is day 0: an
    instalment is overdue from the next day on.
    """
    position = state.positions.row(0, named=True)
    is_charged_off = position["is_charged_off"]
    rows = _paid(state, is_charged_off=is_charged_off)
    due = pl.col("principal_fen") + pl.col("interest_fen")
    left = due - pl.col("paid_fen")
    is_holiday = pl.lit(False) if holiday_from_on is None else pl.col("due_on") >= holiday_from_on
    is_settled = position["payoff_fen"] + position["principal_fen"] == 0
    let_go = "written_off" if is_charged_off else "closed" if is_settled else None
    return rows.with_columns(
        left_fen=left + pl.col("penalty_fen"),
        instalment_state=pl.when(due == 0)
        .then(pl.when(is_holiday).then(pl.lit("holiday")).otherwise(pl.lit(let_go or "moved")))
        .when(left + pl.col("penalty_fen") == 0)
        .then(pl.lit("paid"))
        .when(pl.lit(is_charged_off))
        .then(pl.lit("written_off"))
        .when(pl.col("due_on") < as_of_on)
        .then(pl.lit("overdue"))
        .when(pl.col("due_on") == as_of_on)
        .then(pl.lit("due_today"))
        .otherwise(pl.lit("upcoming")),
    ).select(
        "number",
        "due_on",
        "principal_fen",
        "interest_fen",
        "penalty_fen",
        "paid_fen",
        "left_fen",
        "days_late",
        "instalment_state",
    )


def _paid(state: LoanState, *, is_charged_off: bool) -> pl.DataFrame:
    """The instalments with paid_fen. A write-off leaves nothing open: there only what events
    settled of each instalment was paid."""
    if not is_charged_off:
        left = pl.col("principal_left_fen") + pl.col("interest_left_fen")
        paid = pl.col("principal_fen") + pl.col("interest_fen") - left
        return state.instalments.with_columns(paid_fen=paid)
    settled = (
        state.allocations.filter(pl.col("component").is_in(_OF_PLAN), pl.col("number") > 0)
        .group_by("number")
        .agg(paid_fen=pl.col("amount_fen").sum())
    )
    rows = state.instalments.join(settled, on="number", how="left", maintain_order="left")
    return rows.with_columns(pl.col("paid_fen").fill_null(0))


@dataclass(frozen=True)
class Outlook:
    """One loan on a day in a few figures. `due_fen`: instalments due by the day, penalty, fees.
    `next_*`: the first instalment after the day with something to pay, `later_fen` the one after
    it; None where there is none. `interest_left_fen`: unpaid interest of all instalments."""

    days_past_due: int
    principal_fen: int
    due_fen: int
    next_due_on: date | None
    next_due_fen: int | None
    later_fen: int | None
    instalments_left: int
    last_due_on: date | None
    interest_left_fen: int
    payoff_fen: int


def outlook(state: LoanState, as_of_on: date) -> Outlook:
    """What is due and what is still to come of one loan, whose state is that of `as_of_on`."""
    position = state.positions.row(0, named=True)
    left = pl.col("principal_left_fen") + pl.col("interest_left_fen")
    rows = state.instalments.with_columns(unpaid_fen=left).filter(pl.col("unpaid_fen") > 0)
    due = rows.filter(pl.col("due_on") <= as_of_on)
    ahead = rows.filter(pl.col("due_on") > as_of_on)
    amounts, days = ahead["unpaid_fen"].to_list(), ahead["due_on"].to_list()
    return Outlook(
        days_past_due=position["days_past_due"],
        principal_fen=position["principal_fen"],
        due_fen=int(due["unpaid_fen"].sum()) + position["penalty_fen"] + position["fee_fen"],
        next_due_on=days[0] if days else None,
        next_due_fen=amounts[0] if amounts else None,
        later_fen=amounts[1] if len(amounts) > 1 else None,
        instalments_left=ahead.height,
        last_due_on=days[-1] if days else None,
        interest_left_fen=int(rows["interest_left_fen"].sum()),
        payoff_fen=position["payoff_fen"],
    )
