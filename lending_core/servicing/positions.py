"""Loans on a day as frames: where each stands, its instalments, and what each event settled."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.dates import day_number
from lending_core.servicing.replay import replay
from lending_core.servicing.standing import Standing, everyone
from lending_core.servicing.state import FLOWS, NO_DAY, State
from lending_core.servicing.step import Settled

Whole = npt.NDArray[np.int64]

INSTALMENT_MONEY = (
    "principal",
    "interest",
    "principal_left",
    "interest_left",
)


@dataclass(frozen=True)
class LoanState:
    """Loans on a day, as known on a day. Sorted by loan_id, instalments also by number.

    `positions`: one row per loan, see `positions`. `instalments`: one row per loan and number, see
    `instalments`. `allocations`: one row per event, component and instalment settled (number 0: of
    the loan as a whole): loan_event_id, loan_id, component, number, amount_fen. Of the components
    `early_principal` is principal repaid ahead of the plan, `excess` what is the borrower's, and
    `claim` a recovery after the write-off.
    """

    positions: pl.DataFrame
    instalments: pl.DataFrame
    allocations: pl.DataFrame


def loan_state(
    contracts: pl.DataFrame, events: pl.DataFrame, *, as_of: date, known_on: date
) -> LoanState:
    """Where loans stand at the end of `as_of`, by what had been recorded by `known_on`.

    A pure function of contracts (`servicing.contracts`) and events (`loan_events`), the same for
    one loan and for a million. Loans disbursed after `as_of` are absent. Raises `ValueError` where
    no loan is left.
    """
    positions_of, instalments_of, settled = [], [], []
    for state, allocated in replay(contracts, events, as_of=as_of, known_on=known_on):
        now = everyone(state, day_number(as_of))
        positions_of.append(positions(state, now))
        instalments_of.append(instalments(state, now))
        settled += allocated
    return LoanState(
        positions=pl.concat(positions_of).sort("loan_id"),
        instalments=pl.concat(instalments_of).sort("loan_id", "number"),
        allocations=_allocations(settled),
    )


def positions(state: State, now: Standing) -> pl.DataFrame:
    """One row per loan of `now`: loan_id; is_open, is_charged_off, is_restructured; days_past_due;
    principal_fen outstanding; overdue_principal_fen and overdue_fen (principal and interest of
    instalments due before the day); oldest_due_on and oldest_overdue_fen (with its penalty and the
    fees) of the oldest unpaid instalment; next_due_on, next_due_fen, next_due_principal_fen of the
    next one; interest_receivable_fen (earned, not paid; negative where paid ahead); penalty_fen and
    fee_fen due; excess_fen owed to the borrower; claim_fen after a write-off; written_off_fen of
    principal; payoff_fen; cost_room_fen left under the cost cap; flow_totals_fen, a list in the
    order of `FLOWS`.
    """
    cells, fee = now.cells, state.vectors["fee"][now.loans]
    left = cells["principal_left"] + cells["interest_left"]
    is_overdue = cells["due_on"] < now.day
    columns = np.arange(len(now.loans))
    oldest = now.oldest, columns
    penalty = now.penalty_due.sum(axis=0)
    is_next = ~is_overdue & (left > 0)
    upcoming = is_next.argmax(axis=0), columns
    has_next = is_next[upcoming]
    to_earn = (cells["interest"] - now.accrued).sum(axis=0)
    is_settled = (left.sum(axis=0) + penalty + fee) == 0
    written_off = state.is_charged_off[now.loans]
    oldest_overdue = left[oldest] + now.penalty_due[oldest] + fee
    frame = pl.DataFrame(
        {
            "loan_id": state.contracts["loan_id"].to_numpy()[now.loans],
            # Paid in advance, a loan goes on earning what was paid.
            "is_open": ~written_off & ~(is_settled & (to_earn == 0)),
            "is_charged_off": written_off,
            "is_restructured": state.is_restructured[now.loans],
            "days_past_due": now.days_past_due.astype(np.int32),
            "principal_fen": now.principal_left,
            "overdue_principal_fen": np.where(is_overdue, cells["principal_left"], 0).sum(axis=0),
            "overdue_fen": np.where(is_overdue, left, 0).sum(axis=0),
            "oldest_due_on": np.where(now.is_late, cells["due_on"][oldest], NO_DAY),
            "oldest_overdue_fen": np.where(now.is_late, oldest_overdue, 0),
            "next_due_on": np.where(has_next, cells["due_on"][upcoming], NO_DAY),
            "next_due_fen": np.where(has_next, left[upcoming], 0),
            "next_due_principal_fen": np.where(has_next, cells["principal_left"][upcoming], 0),
            "interest_receivable_fen": now.interest_receivable,
            "penalty_fen": penalty,
            "fee_fen": fee,
            "excess_fen": state.vectors["excess"][now.loans],
            "claim_fen": state.vectors["claim"][now.loans],
            "written_off_fen": state.flows["principal_written_off"][now.loans],
            "payoff_fen": now.payoff(fee),
            "cost_room_fen": now.cost_room,
        }
    )
    return frame.with_columns(
        _as_date("oldest_due_on"),
        _as_date("next_due_on"),
        flow_totals_fen=pl.Series(flow_totals(state, now)).arr.to_list(),
    )


def instalments(state: State, now: Standing) -> pl.DataFrame:
    """One row per loan of `now` and number: due_on; principal_fen and interest_fen of the plan;
    principal_left_fen and interest_left_fen unpaid; accrued_fen of interest earned by the day;
    penalty_fen due; days_late counted."""
    counts = state.counts[now.loans]
    is_there = np.arange(len(now.cells["due_on"]))[:, None] < counts
    number, column = np.nonzero(is_there)
    cells = {f"{name}_fen": now.cells[name][is_there] for name in INSTALMENT_MONEY}
    return pl.DataFrame(
        {
            "loan_id": state.contracts["loan_id"].to_numpy()[now.loans][column],
            "number": number + 1,
            "due_on": now.cells["due_on"][is_there],
            **cells,
            "accrued_fen": now.accrued[is_there],
            "penalty_fen": now.penalty_due[is_there],
            "days_late": now.cells["days_late"][is_there],
        }
    ).with_columns(_as_date("due_on"))


def flow_totals(state: State, now: Standing) -> Whole:
    """Row per loan: what each flow of `FLOWS` amounts to by the day. The allowance is booked by the
    close of the day: its place stays 0."""
    totals = {name: totals[now.loans] for name, totals in state.flows.items()}
    settled = totals["penalty_paid"] + totals["penalty_waived"] + totals["penalty_written_off"]
    totals["interest_accrued"] = now.accrued.sum(axis=0)
    totals["penalty_accrued"] = now.penalty_due.sum(axis=0) + settled
    return np.stack([totals[name] for name in FLOWS], axis=1)


def _allocations(settled: list[Settled]) -> pl.DataFrame:
    counts = np.array([len(part.amounts) for part in settled], np.int64)
    components = pl.Series([part.component for part in settled], dtype=pl.String)

    def joined(name: str) -> Whole:
        parts = [getattr(part, name) for part in settled]
        return np.concatenate([np.zeros(0, np.int64), *parts])

    return pl.DataFrame(
        {
            "loan_event_id": joined("loan_event_ids"),
            "loan_id": joined("loan_ids"),
            "component": components.gather(np.repeat(np.arange(len(settled)), counts)),
            "number": joined("numbers"),
            "amount_fen": joined("amounts"),
        }
    )


def _as_date(name: str) -> pl.Expr:
    day = pl.when(pl.col(name) < NO_DAY).then(pl.col(name))
    return day.cast(pl.Int32).cast(pl.Date).alias(name)
