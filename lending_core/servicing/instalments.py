"""Where each instalment of a loan stands: paid, late, due or still to come."""

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

    A state is paid, overdue, due_today, upcoming; written_off in a loan that the book let go;
    holiday or moved where nothing is due, from `holiday_from_on` on or before it (a re-age took
    it along). The due date itself is day 0: an instalment is overdue from the next day on.
    """
    is_charged_off = bool(state.positions["is_charged_off"][0])
    rows = _paid(state, is_charged_off=is_charged_off)
    due = pl.col("principal_fen") + pl.col("interest_fen")
    left = due - pl.col("paid_fen")
    is_holiday = pl.lit(False) if holiday_from_on is None else pl.col("due_on") >= holiday_from_on
    return rows.with_columns(
        left_fen=left + pl.col("penalty_fen"),
        instalment_state=pl.when((due == 0) & (pl.col("penalty_fen") == 0))
        .then(pl.when(is_holiday).then(pl.lit("holiday")).otherwise(pl.lit("moved")))
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
