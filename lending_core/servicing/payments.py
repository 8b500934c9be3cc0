"""Money from the borrower: which part of the loan it settles (PM-10, PM-11)."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from lending_core.products.catalogue import COMPONENTS
from lending_core.servicing.allocation import by_component, by_instalment, parse_order
from lending_core.servicing.loan_events import PAYOFF
from lending_core.servicing.plans import Wish, replan
from lending_core.servicing.standing import Standing
from lending_core.servicing.state import State
from lending_core.servicing.step import (
    Parts,
    Settled,
    Step,
    settled_of_instalments,
    settled_of_loan,
)

Whole = npt.NDArray[np.int64]

Effect = Callable[[State, Step, Standing], list[Settled]]

PAID_FLOW = {
    "fee": "fee_paid",
    "penalty": "penalty_paid",
    "interest": "interest_paid",
    "principal": "principal_repaid",
}


def payment(state: State, step: Step, now: Standing) -> list[Settled]:
    """After what is due, money settles the next dues, repays principal early, or pays all off."""
    written_off = state.is_charged_off[step.loans]
    pays_off = (
        ~written_off
        & (step.strategy == PAYOFF)
        & (step.amount >= now.payoff(state.vectors["fee"][step.loans]))
    )
    found = _for(state, step, now, (written_off, recovery))
    found += _for(state, step, now, (pays_off, _pay_off))
    return found + _for(state, step, now, (~written_off & ~pays_off, _pay_dues))


def _for(
    state: State, step: Step, now: Standing, case: tuple[npt.NDArray[np.bool_], Effect]
) -> list[Settled]:
    chosen, effect = case
    return effect(state, step.only(chosen), now.only(chosen)) if chosen.any() else []


def _pay_dues(state: State, step: Step, now: Standing) -> list[Settled]:
    taken = _allocated(state, step, now)
    left = step.amount - _total(taken)
    ahead = np.where(now.is_due, 0, now.cells["principal_left"]).sum(axis=0)
    repays_early = (step.strategy == "lower_instalment") | (step.strategy == "fewer_instalments")
    # Early repayment of everything is a payoff, which settles interest to date as well.
    repays_early &= (left > 0) & (left < ahead)
    next_dues = _next_dues(now, np.where(repays_early, 0, left))
    for component, part in next_dues.items():
        taken[component] = taken[component] + part
    _settle(state, now, taken)
    left = left - _total(next_dues)
    excess = np.where(repays_early, 0, left)
    state.vectors["excess"][step.loans] += excess
    state.add("excess_received", step.loans, excess)
    found = settled_of_instalments(step, taken) + settled_of_loan(step, "excess", excess)
    if repays_early.any():
        early = np.where(repays_early, left, 0)
        _repay_early(state, step.only(repays_early), early[repays_early])
        found += settled_of_loan(step, "early_principal", early)
    return found


def _allocated(state: State, step: Step, now: Standing) -> Parts:
    """What each component of what is due takes, in the order of the product and the lateness."""
    contract = state.contracts.row(0, named=True)
    is_due = now.is_due
    dues = {
        "fee": np.zeros_like(now.penalty_due),
        "penalty": now.penalty_due,
        "interest": np.where(is_due, now.cells["interest_left"], 0),
        "principal": np.where(is_due, now.cells["principal_left"], 0),
    }
    # A fee is the loan's: it stands with the oldest instalment.
    dues["fee"][0] = state.vectors["fee"][step.loans]
    taken = by_instalment(step.amount, dues, parse_order(contract["allocation"]))
    is_late = now.days_past_due >= contract["late_allocation_days_past_due"]
    if is_late.any():
        late = by_component(step.amount, dues, parse_order(contract["late_allocation"]))
        taken = {name: np.where(is_late, late[name], taken[name]) for name in COMPONENTS}
    return taken


def _next_dues(now: Standing, amount: Whole) -> Parts:
    ahead = {
        part: np.where(now.is_due, 0, now.cells[f"{part}_left"])
        for part in ("interest", "principal")
    }
    if not amount.any():
        return {part: np.zeros_like(left) for part, left in ahead.items()}
    return by_instalment(amount, ahead, ("interest", "principal"))


def _total(taken: Parts) -> Whole:
    total: Whole = np.sum([part.sum(axis=0) for part in taken.values()], axis=0)
    return total


def _settle(state: State, now: Standing, taken: Parts) -> None:
    """Takes what was paid off the loans and books it."""
    loans = now.loans
    state.cells["interest_left"][:, loans] -= taken["interest"]
    state.cells["principal_left"][:, loans] -= taken["principal"]
    state.cells["penalty_settled"][:, loans] += taken["penalty"]
    state.vectors["fee"][loans] -= taken["fee"].sum(axis=0)
    for component, flow in PAID_FLOW.items():
        state.add(flow, loans, taken[component].sum(axis=0))


def _repay_early(state: State, step: Step, amount: Whole) -> None:
    """Principal repaid ahead makes the plan anew: smaller instalments, or fewer of them."""
    state.add("principal_repaid", step.loans, amount)
    keeps = (step.strategy == "fewer_instalments").tolist()
    replan(
        state,
        [
            Wish(int(loan), int(day), amount_fen=-int(fen), keeps_level=keep)
            for loan, day, fen, keep in zip(step.loans, step.day, amount, keeps, strict=True)
        ],
    )


def _pay_off(state: State, step: Step, now: Standing) -> list[Settled]:
    """Everything outstanding, with interest to the day; what is over stays the borrower's."""
    parts = close_out(state, now)
    # Interest paid ahead and not earned comes back, so that the parts may be less than nothing.
    excess = step.amount - sum(parts.values())
    for component, part in parts.items():
        state.add(PAID_FLOW[component], step.loans, part)
    state.vectors["excess"][step.loans] += excess
    state.add("excess_received", step.loans, excess)
    found = [settled_of_loan(step, component, part) for component, part in parts.items()]
    return sum(found, settled_of_loan(step, "excess", excess))


def close_out(state: State, now: Standing) -> Parts:
    """Leaves nothing of the loans to pay or to earn; returns what there was, by component.
    Instalments ahead ask for no more than what was paid of them."""
    loans = now.loans
    parts = {
        "fee": state.vectors["fee"][loans].copy(),
        "penalty": now.penalty_due.sum(axis=0),
        "interest": now.interest_receivable,
        "principal": now.principal_left,
    }
    state.vectors["fee"][loans] = 0
    state.cells["penalty_settled"][:, loans] += now.penalty_due
    for name in ("interest", "accrued_before"):
        state.cells[name][:, loans] = now.accrued
    ahead = np.where(now.is_due, 0, now.cells["principal_left"])
    state.cells["principal"][:, loans] -= ahead
    for name in ("interest_left", "principal_left"):
        state.cells[name][:, loans] = 0
    return parts


def recovery(state: State, step: Step, _: Standing) -> list[Settled]:
    """Money on a loan that was written off: income, as far as the claim goes."""
    taken = np.minimum(step.amount, state.vectors["claim"][step.loans])
    state.vectors["claim"][step.loans] -= taken
    state.add("recovered", step.loans, taken)
    over = step.amount - taken
    state.vectors["excess"][step.loans] += over
    state.add("excess_received", step.loans, over)
    return settled_of_loan(step, "claim", taken) + settled_of_loan(step, "excess", over)
