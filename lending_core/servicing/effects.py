"""What an event does to a loan's state: one function per kind, for many loans at once."""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.servicing.accrual import PENALTY_UNIT
from lending_core.servicing.allocation import waterfall
from lending_core.servicing.contracts import penalty_rates
from lending_core.servicing.payments import Effect, close_out, payment
from lending_core.servicing.plans import Wish, replan, skipped_ahead
from lending_core.servicing.standing import Standing, standing
from lending_core.servicing.state import State
from lending_core.servicing.step import Settled, Step, settled_of_instalments, settled_of_loan

Whole = npt.NDArray[np.int64]


def take_effect(state: State, step: Step) -> list[Settled]:
    """Changes the state in place; returns what was settled, as `replay.advance` says."""
    now = standing(state, step.loans, step.day)
    _count(state, now)
    settled = _EFFECTS[step.kind](state, step, now)
    _let_go(state, now)
    return settled


def _count(state: State, now: Standing) -> None:
    """Keeps the days past due, penalty and principal days that have been counted by the event."""
    for name in ("days_late", "penalty_numerator"):
        state.cells[name][:, now.loans] = now.cells[name]
    state.vectors["principal_days"][now.loans] = now.principal_days
    state.vectors["replayed_to"][now.loans] = now.day


def _let_go(state: State, now: Standing) -> None:
    """What the cost cap held back of a penalty is gone with the principal that ran it up: it does
    not come up later, when a loan in good standing has room again."""
    rows, loans = slice(len(now.penalty_due)), now.loans
    charged = (now.penalty_due + now.cells["penalty_settled"]) * PENALTY_UNIT
    numerators = state.cells["penalty_numerator"][rows, loans]
    is_repaid = state.cells["principal_left"][rows, loans] == 0
    let_go = np.where(is_repaid, np.minimum(numerators, charged), numerators)
    state.cells["penalty_numerator"][rows, loans] = let_go


def _charge_off(state: State, step: Step, now: Standing) -> list[Settled]:
    """The book lets the loan go; the claim against the borrower stays."""
    parts = close_out(state, now)
    state.is_charged_off[step.loans] = True
    found: list[Settled] = []
    for component, part in parts.items():
        state.add(f"{component}_written_off", step.loans, part)
        state.vectors["claim"][step.loans] += part
        found += settled_of_loan(step, component, part)
    return found


def _fee(state: State, step: Step, _: Standing) -> list[Settled]:
    state.vectors["fee"][step.loans] += step.amount
    state.add("fee_charged", step.loans, step.amount)
    return []


def _waiver(state: State, step: Step, now: Standing) -> list[Settled]:
    """Lets go of charges that are due, the oldest first; never of principal."""
    dues = {
        "penalty": now.penalty_due,
        "interest": np.where(now.is_due, now.cells["interest_left"], 0),
    }
    fee = np.where(step.component == "fee", step.amount, 0)
    fee = np.minimum(fee, state.vectors["fee"][step.loans])
    state.vectors["fee"][step.loans] -= fee
    state.add("fee_waived", step.loans, fee)
    found = settled_of_loan(step, "fee", fee)
    for name, due in dues.items():
        taken = waterfall(np.where(step.component == name, step.amount, 0), due)
        cell, sign = ("penalty_settled", 1) if name == "penalty" else ("interest_left", -1)
        state.cells[cell][:, step.loans] += sign * taken
        state.add(f"{name}_waived", step.loans, taken.sum(axis=0))
        found += settled_of_instalments(step, {name: taken})
    return found


def _refund(state: State, step: Step, _: Standing) -> list[Settled]:
    back = np.minimum(step.amount, state.vectors["excess"][step.loans])
    state.vectors["excess"][step.loans] -= back
    state.add("excess_refunded", step.loans, back)
    return settled_of_loan(step, "excess", -back)


def _draw(state: State, step: Step, now: Standing) -> list[Settled]:
    for flow in ("funding_received", "principal_lent"):
        state.add(flow, step.loans, step.amount)
    _replan(state, step, amount_fen=step.amount, starts_anew=_owed_ahead(now) == 0)
    return []


def _rate_change(state: State, step: Step, now: Standing) -> list[Settled]:
    _reprice(state, step)
    has_plan = _owed_ahead(now) > 0
    _keep_rate(state, step.only(~has_plan))
    planned = step.only(has_plan)
    _replan(state, planned, annual_rate=planned.annual_rate)
    return []


def _holiday(state: State, step: Step, now: Standing) -> list[Settled]:
    """So many instalments pay nothing; until the last of them falls due no day counts as late."""
    planned = step.only(_owed_ahead(now) > 0)
    granted_before = skipped_ahead(state, planned.loans, planned.day)
    _replan(state, planned, holiday=planned.instalments)
    due_on = state.cells["due_on"][:, planned.loans]
    first = (due_on <= planned.day).sum(axis=0)
    last = first + granted_before + planned.instalments - 1
    state.vectors["holiday_from"][planned.loans] = planned.day
    state.vectors["holiday_to"][planned.loans] = due_on[last, np.arange(len(planned.loans))]
    return []


def _restructure(state: State, step: Step, now: Standing) -> list[Settled]:
    state.is_restructured[step.loans] = True
    has_rate = np.array([rate is not None for rate in step.annual_rate], np.bool_)
    _reprice(state, step.only(has_rate))
    re_ages = step.strategy == "re_age"
    has_plan = np.where(re_ages, now.principal_left, _owed_ahead(now)) > 0
    _keep_rate(state, step.only(has_rate & ~has_plan))
    planned = step.only(has_plan)
    _replan(
        state,
        planned,
        annual_rate=planned.annual_rate,
        more=planned.instalments,
        re_ages=planned.strategy == "re_age",
    )
    return []


def _owed_ahead(now: Standing) -> Whole:
    """Principal of instalments not due yet, by plan; without any, or in a loan that is over, there
    is no plan to change."""
    owed: Whole = np.where(now.is_due | now.is_over, 0, now.cells["principal"]).sum(axis=0)
    return owed


def _replan(state: State, step: Step, **wished: npt.NDArray[Any]) -> None:
    """Changes the plans; `wished` are fields of `Wish`, an entry per loan."""
    if len(step.loans) == 0:
        return
    rows = zip(*(array.tolist() for array in wished.values()), strict=True)
    wishes = [
        Wish(loan, day, **dict(zip(wished, row, strict=True)))
        for loan, day, row in zip(step.loans.tolist(), step.day.tolist(), rows, strict=True)
    ]
    replan(state, wishes)


def _keep_rate(state: State, step: Step) -> None:
    """Without a plan to change, a new rate waits for the next one."""
    for loan, day, rate in zip(step.loans, step.day, step.annual_rate, strict=True):
        change = (int(day), "rate_change", 0, rate)
        state.changes[int(loan)] = [*state.changes.get(int(loan), []), change]


def _reprice(state: State, step: Step) -> None:
    """Overdue principal costs the new rate times the multiple from now on."""
    multiples = state.contracts["penalty_multiple"][step.loans]
    rates = pl.Series(step.annual_rate.tolist(), dtype=pl.Decimal(9, 6))
    penalty = penalty_rates(rates, multiples)
    state.vectors["penalty_rate"][step.loans] = penalty.to_numpy()


_EFFECTS: dict[str, Effect] = {
    "payment": payment,
    "recovery": payment,
    "charge_off": _charge_off,
    "fee": _fee,
    "waiver": _waiver,
    "refund": _refund,
    "draw": _draw,
    "rate_change": _rate_change,
    "holiday": _holiday,
    "restructure": _restructure,
}
