"""The close of a day over a batch of loans: what it books, and which loans change their stage."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.dates import day_number
from lending_core.servicing.accounts import NOTHING
from lending_core.servicing.buckets import buckets
from lending_core.servicing.classification import classified
from lending_core.servicing.positions import flow_totals, positions
from lending_core.servicing.standing import Standing, everyone
from lending_core.servicing.state import FLOWS, State

Whole = npt.NDArray[np.int64]

PROVISIONED = FLOWS.index("provisioned")
WRITTEN_OFF = [place for place, flow in enumerate(FLOWS) if flow.endswith("_written_off")]


@dataclass
class OpenLoans:
    """A batch of loans between two closes: their state, what of each flow is booked (a row per
    loan), and the place in `buckets` of the stage that each was seen in last."""

    state: State
    booked: Whole
    bucket_place: Whole


@dataclass(frozen=True)
class DayEnd:
    """What the close of one day found: `change` of each flow (a row per loan), and of the loans
    that `moved` their stages before and after, in places of `buckets`, with days past due and
    principal."""

    on: date
    change: Whole
    moved: Whole
    from_place: Whole
    to_place: Whole
    days_past_due: Whole
    principal_fen: Whole


def close(loans: OpenLoans, on: date, *, provisions: bool) -> DayEnd:
    """Books what changed since the last close, and moves stages, in place. With `provisions` the
    allowance is set to what the class asks for; until then it only goes with what it stood against:
    a write-off uses it, a loan that is settled needs it no longer."""
    day = day_number(on)
    now = everyone(loans.state, day)
    totals = flow_totals(loans.state, now)
    totals[:, PROVISIONED] = _provisioned(loans, now, totals, provisions=provisions)
    # Loans of later days of the same run are in the state already.
    is_paid_out = loans.state.disbursed_on <= day
    totals = np.where(is_paid_out[:, None], totals, loans.booked)
    place = stages_of(now.days_past_due)
    moved = np.flatnonzero(place != loans.bucket_place)
    end = DayEnd(
        on=on,
        change=totals - loans.booked,
        moved=moved,
        from_place=loans.bucket_place[moved],
        to_place=place[moved],
        days_past_due=now.days_past_due[moved],
        principal_fen=now.principal_left[moved],
    )
    loans.booked, loans.bucket_place = totals, place
    return end


def moves(loan_ids: pl.Series, ends: list[DayEnd]) -> pl.DataFrame:
    """Which loans changed their stage on which day: loan_id, moved_on, from_bucket, to_bucket,
    days_past_due, principal_fen."""

    def joined(name: str) -> Whole:
        return np.concatenate([NOTHING, *(getattr(end, name) for end in ends)])

    codes = pl.Series([stage.bucket for stage in buckets()])
    days = pl.Series([end.on for end in ends], dtype=pl.Date)
    day = np.repeat(np.arange(len(ends)), [len(end.moved) for end in ends])
    return pl.DataFrame(
        {
            "loan_id": loan_ids.gather(joined("moved")),
            "moved_on": days.gather(day),
            "from_bucket": codes.gather(joined("from_place")),
            "to_bucket": codes.gather(joined("to_place")),
            "days_past_due": joined("days_past_due").astype(np.int32),
            "principal_fen": joined("principal_fen"),
        }
    )


def end_positions(loans: OpenLoans, on: date) -> pl.DataFrame:
    """The rows of `positions` with bucket, asset_class, stage, allowance_fen and what is booked."""
    now = everyone(loans.state, day_number(on))
    codes = pl.Series([stage.bucket for stage in buckets()])
    return classified(positions(loans.state, now)).with_columns(
        bucket=codes.gather(stages_of(now.days_past_due)),
        allowance_fen=pl.Series(allowance(loans.booked)),
        flow_totals_fen=pl.Series(loans.booked).arr.to_list(),
    )


def allowance(booked: Whole) -> Whole:
    """What stands against each loan's loss: provisioned less written off."""
    left: Whole = booked[:, PROVISIONED] - booked[:, WRITTEN_OFF].sum(axis=1)
    return left


def stages_of(days_past_due: Whole) -> Whole:
    """The place of each loan's stage of lateness in `buckets`."""
    edges = np.array([stage.days_past_due_from for stage in buckets()])
    return np.searchsorted(edges, days_past_due, side="right") - 1


def _provisioned(loans: OpenLoans, now: Standing, totals: Whole, *, provisions: bool) -> Whole:
    written_off = totals[:, WRITTEN_OFF].sum(axis=1)
    if provisions:
        asked = classified(positions(loans.state, now))["allowance_fen"].to_numpy()
        return written_off + asked
    # A loan that was written off, or settled, needs no allowance beyond what it took: it is closed,
    # and no later close looks at it again.
    needs_none = loans.state.is_charged_off | (_owed(loans.state, now) == 0)
    return np.where(needs_none, written_off, loans.booked[:, PROVISIONED])


def _owed(state: State, now: Standing) -> Whole:
    """What an allowance may be needed for, interest paid ahead left out (`classified`)."""
    interest = np.maximum(now.interest_receivable, 0)
    owed: Whole = now.principal_left + interest + now.penalty_due.sum(axis=0) + state.vectors["fee"]
    return owed
