"""Plans of instalments: the one of the contract, and the new one after an event that changes it.

A plan changes by being made again from its last due date: the balance that it had there, the
changes since then, and the due dates of the contract still to come (`products.schedule`). A re-age
alone starts a calendar of its own, on the day it is granted, from all that is outstanding.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.dates import numbered_day
from lending_core.products.schedule import schedule
from lending_core.servicing.accrual import interest_accrued
from lending_core.servicing.allocation import waterfall
from lending_core.servicing.state import CELLS, NO_DAY, PlanChange, State, blank

Whole = npt.NDArray[np.int64]

NOTHING = np.zeros(1, np.int64)

# Methods whose instalments have a size to keep while the balance falls.
LEVEL_METHODS = {
    "equal_instalment": ("principal", "interest"),
    "equal_principal": ("principal",),
    "daily_interest": ("principal",),
    "flat": ("principal",),
}


@dataclass(frozen=True)
class Wish:
    """How the plan of one loan is to change on a day. `amount_fen` is drawn, or repaid early where
    negative; `more` instalments are added to those left, of which `holiday` pay nothing;
    `keeps_level` asks for fewer instalments of the same size; `re_ages` takes arrears along;
    `starts_anew` draws on a loan that has nothing ahead any more."""

    loan: int
    day: int
    amount_fen: int = 0
    annual_rate: object = None
    more: int = 0
    holiday: int = 0
    keeps_level: bool = False
    re_ages: bool = False
    starts_anew: bool = False


def first_plans(state: State) -> None:
    """Enters the plan of each loan's contract."""
    terms = state.contracts.with_columns(
        loan_id=pl.int_range(pl.len(), dtype=pl.Int64), every_months=pl.lit(1)
    )
    none = np.zeros_like(state.counts)
    start = _Start(state.calendar_on, kept=none, accrued=none, carried=none, holiday=none)
    _enter(state, np.arange(state.contracts.height), schedule(terms), start)


def replan(state: State, wishes: list[Wish]) -> None:
    """Changes the plans of some loans, each named once; what was paid ahead is applied again.

    The principal of an early repayment must have been booked, not yet taken off the instalments.
    """
    loans = np.array([wish.loan for wish in wishes])
    day = np.array([wish.day for wish in wishes])
    re_ages = np.array([wish.re_ages for wish in wishes])
    starts_anew = np.array([wish.starts_anew for wish in wishes])
    cells = {name: matrix[:, loans] for name, matrix in state.cells.items()}
    kept = (cells["due_on"] <= day).sum(axis=0)
    is_ahead = np.arange(len(cells["due_on"]))[:, None] >= kept
    paid_ahead = _paid_of(cells, is_ahead)
    # A loan that is over has repaid what it owed: that is no part of what is drawn anew.
    paid_ahead["principal"][starts_anew] = 0
    accrued = _accrued(cells, is_ahead, day) + np.where(re_ages, _arrears(cells, is_ahead), 0)
    carried = np.where(re_ages | starts_anew, accrued, 0)
    _end_holidays(state, loans[re_ages | starts_anew], day[re_ages | starts_anew])
    # A holiday that was granted before goes on.
    granted = np.array([wish.holiday for wish in wishes])
    holiday = skipped_ahead(state, loans, day) + granted
    tails = [
        _tail(state, wish, int(kept[place]), int(holiday[place]))
        for place, wish in enumerate(wishes)
    ]
    _clear(state, loans, is_ahead, re_ages)
    terms = pl.DataFrame([tail.terms for tail in tails], infer_schema_length=None)
    changes = [change for tail in tails for change in tail.changes]
    events = pl.DataFrame(changes, infer_schema_length=None) if changes else None
    start = _Start(day, kept=kept, accrued=accrued, carried=carried, holiday=holiday)
    _enter(state, loans, schedule(terms, events), start)
    _apply_again(state, loans, kept, paid_ahead)


def skipped_ahead(state: State, loans: Whole, day: Whole) -> Whole:
    """How many instalments after `day` pay nothing because of a holiday granted before."""
    due_on, until = state.cells["due_on"][:, loans], state.vectors["holiday_to"][loans]
    skipped: Whole = ((due_on > day) & (due_on <= until)).sum(axis=0)
    return skipped


def _end_holidays(state: State, loans: Whole, day: Whole) -> None:
    """A calendar of its own knows nothing of a holiday granted before."""
    state.vectors["holiday_to"][loans] = np.minimum(state.vectors["holiday_to"][loans], day)


@dataclass(frozen=True)
class _Start:
    """Where new instalments start: the day, how many stand before them, and the interest earned by
    then, which the first of them that bears any holds. `carried` of it the schedule knows nothing
    of; `holiday` instalments bear none."""

    day: Whole
    kept: Whole
    accrued: Whole
    carried: Whole
    holiday: Whole


@dataclass(frozen=True)
class _Tail:
    """Terms of the instalments to come, for `schedule`, and the changes since their first day."""

    terms: dict[str, Any]
    changes: list[dict[str, Any]]


def _tail(state: State, wish: Wish, kept: int, holiday: int) -> _Tail:
    loan, contract = wish.loan, state.contracts.row(wish.loan, named=True)
    past = state.changes.get(loan, [])
    terms = {
        "loan_id": loan,
        "method": contract["method"],
        "day_count": contract["day_count"],
        "carries_remainder": contract["carries_remainder"],
        "instalments": int(state.counts[loan]) - kept + wish.more + wish.holiday,
        "grace_principal_instalments": holiday,
        "grace_interest_instalments": holiday,
    }
    if wish.re_ages or wish.starts_anew:
        return _fresh(state, wish, kept, terms)
    passed = kept - int(state.calendar_from[loan])
    base = int(state.cells["due_on"][kept - 1, loan]) if passed else int(state.calendar_on[loan])
    since = [change for change in past if change[0] >= base]
    owed = int(state.cells["principal"][kept:, loan].sum()) - sum(change[2] for change in since)
    now = _change(wish)
    state.changes[loan] = past + now
    return _Tail(
        {
            **terms,
            "principal_fen": owed,
            "annual_rate": _rate_before(base, past, contract["annual_rate"]),
            "disbursed_on": numbered_day(int(state.calendar_on[loan])),
            "instalments_before": passed,
            "level_fen": _level(state, loan, kept, contract["method"]) if wish.keeps_level else 0,
        },
        [_as_event(loan, change) for change in since + now],
    )


def _fresh(state: State, wish: Wish, kept: int, terms: dict[str, Any]) -> _Tail:
    """All principal outstanding, arrears included, over a calendar from the day of the wish on; or
    a draw alone, over as many instalments as the contract had."""
    loan = wish.loan
    rate = wish.annual_rate or _rate_before(
        NO_DAY, state.changes.get(loan, []), state.contracts["annual_rate"][loan]
    )
    state.changes[loan] = [(wish.day - 1, "rate_change", 0, rate)]
    state.calendar_on[loan], state.calendar_from[loan] = wish.day, kept
    arrears = int(state.cells["principal_left"][:kept, loan].sum())
    outstanding = arrears + int(state.cells["principal"][kept:, loan].sum())
    count = state.contracts["instalments"][loan] if wish.starts_anew else terms["instalments"]
    fresh = {
        "principal_fen": wish.amount_fen if wish.starts_anew else outstanding,
        "instalments": count,
        "annual_rate": rate,
        "disbursed_on": numbered_day(wish.day),
        "instalments_before": 0,
        "level_fen": 0,
    }
    return _Tail({**terms, **fresh}, [])


def _change(wish: Wish) -> list[PlanChange]:
    drawn = [(wish.day, "draw", wish.amount_fen, None)] if wish.amount_fen else []
    changed = [(wish.day, "rate_change", 0, wish.annual_rate)] if wish.annual_rate else []
    return [*drawn, *changed]


def _rate_before(day: int, changes: list[PlanChange], contract_rate: object) -> object:
    rates = [change[3] for change in changes if change[0] < day and change[3] is not None]
    return rates[-1] if rates else contract_rate


def _level(state: State, loan: int, kept: int, method: str) -> int:
    """The size of instalments to come; 0 for methods that have none to keep. The first one may
    hold the interest of an odd period, the last one what is left."""
    parts = LEVEL_METHODS.get(method, ())
    sizes = sum((state.cells[part][kept : state.counts[loan], loan] for part in parts), NOTHING)
    middle = sizes[1:-1] if len(sizes) > 2 else sizes[:1]
    # Instalments of a holiday ask nothing; the others are of one size.
    asked = middle[middle > 0]
    return int(asked[0]) if len(asked) else 0


def _as_event(loan: int, change: PlanChange) -> dict[str, Any]:
    day, kind, amount_fen, annual_rate = change
    return {
        "loan_id": loan,
        "on": numbered_day(day),
        "kind": kind,
        "amount_fen": amount_fen,
        "annual_rate": annual_rate,
    }


def _enter(state: State, loans: Whole, rows: pl.DataFrame, start: _Start) -> None:
    """Writes instalments whose loan_id is a column number, after those that each loan keeps."""
    place_of = np.zeros(len(state.counts), np.int64)
    place_of[loans] = np.arange(len(loans))
    loan = rows["loan_id"].to_numpy()
    place, number = place_of[loan], rows["number"].to_numpy() - 1
    counts = np.bincount(place, minlength=len(loans))
    state.counts[loans] = start.kept + counts
    state.grow(int(state.counts.max()))
    at = start.kept[place] + number, loan
    due_on = rows["due_on"].to_physical().cast(pl.Int64).to_numpy()
    principal, interest = rows["principal_fen"].to_numpy(), rows["interest_fen"].to_numpy()
    before = np.concatenate([[0], due_on[:-1]])
    bears_first = number == start.holiday[place]
    cells = state.cells
    cells["due_on"][at] = due_on
    cells["from_on"][at] = np.where(bears_first | (number == 0), start.day[place], before)
    cells["accrued_before"][at] = np.where(bears_first, start.accrued[place], 0)
    for name, values in (("principal", principal), ("interest", interest)):
        cells[name][at] = cells[f"{name}_left"][at] = values
    carried = np.where(bears_first, start.carried[place], 0)
    cells["interest"][at] += carried
    cells["interest_left"][at] += carried


def _clear(
    state: State, loans: Whole, is_ahead: npt.NDArray[np.bool_], re_ages: npt.NDArray[np.bool_]
) -> None:
    """Takes out the instalments ahead; a re-age also takes what is unpaid out of those behind."""
    for part in ("principal", "interest"):
        left = np.where(~is_ahead & re_ages, state.cells[f"{part}_left"][:, loans], 0)
        state.cells[part][:, loans] -= left
        state.cells[f"{part}_left"][:, loans] -= left
    for name in CELLS:
        cells = state.cells[name][:, loans]
        state.cells[name][:, loans] = np.where(is_ahead, blank(name, cells.shape), cells)


def _paid_of(cells: dict[str, Whole], is_ahead: npt.NDArray[np.bool_]) -> dict[str, Whole]:
    """What was paid of instalments ahead: interest and principal of each loan."""
    return {
        part: np.where(is_ahead, cells[part] - cells[f"{part}_left"], 0).sum(axis=0)
        for part in ("interest", "principal")
    }


def _accrued(cells: dict[str, Whole], is_ahead: npt.NDArray[np.bool_], day: Whole) -> Whole:
    earned = interest_accrued(
        cells["interest"], cells["accrued_before"], cells["from_on"], cells["due_on"], day
    )
    total: Whole = np.where(is_ahead, earned, 0).sum(axis=0)
    return total


def _arrears(cells: dict[str, Whole], is_ahead: npt.NDArray[np.bool_]) -> Whole:
    unpaid: Whole = np.where(is_ahead, 0, cells["interest_left"]).sum(axis=0)
    return unpaid


def _apply_again(state: State, loans: Whole, kept: Whole, paid_ahead: dict[str, Whole]) -> None:
    """Gives what was paid ahead to the new instalments in turn, and books the new split."""
    amount = paid_ahead["interest"] + paid_ahead["principal"]
    if not amount.any():
        return
    ahead = np.arange(len(state.cells["due_on"]))[:, None] >= kept
    left = [
        np.where(ahead, state.cells[f"{part}_left"][:, loans], 0)
        for part in ("interest", "principal")
    ]
    slots = np.stack(left, axis=1)
    taken = waterfall(amount, slots.reshape(-1, len(loans))).reshape(slots.shape)
    interest, principal = taken.sum(axis=0)
    state.cells["interest_left"][:, loans] -= taken[:, 0]
    state.cells["principal_left"][:, loans] -= taken[:, 1]
    state.add("interest_paid", loans, interest - paid_ahead["interest"])
    state.add("principal_repaid", loans, principal - paid_ahead["principal"])
    state.add("excess_received", loans, amount - interest - principal)
    state.vectors["excess"][loans] += amount - interest - principal
