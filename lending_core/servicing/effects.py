"""What an event does to a loan's state: one function per kind, for many loans at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.products.catalogue import COMPONENTS
from lending_core.servicing.allocation import (
    by_component,
    by_instalment,
    parse_order,
    waterfall,
)
from lending_core.servicing.contracts import penalty_rates
from lending_core.servicing.loan_events import PAYOFF
from lending_core.servicing.plans import Wish, replan
from lending_core.servicing.standing import Standing, standing
from lending_core.servicing.state import State

Whole = npt.NDArray[np.int64]
Parts = dict[str, Whole]

PAID_FLOW = {
    "fee": "fee_paid",
    "penalty": "penalty_paid",
    "interest": "interest_paid",
    "principal": "principal_repaid",
}


@dataclass(frozen=True)
class Step:
    """Events of one kind, each of another loan; `loans` are column numbers of the state."""

    kind: str
    loans: Whole
    day: Whole
    amount: Whole
    rows: pl.DataFrame

    @classmethod
    def of(cls, rows: pl.DataFrame) -> "Step":
        return cls(
            kind=rows["kind"][0],
            loans=rows["loan"].to_numpy(),
            day=rows["effective_on"].to_physical().cast(pl.Int64).to_numpy(),
            amount=rows["amount_fen"].fill_null(0).to_numpy(),
            rows=rows,
        )

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Step":
        """The step of some of its loans."""
        return Step(
            self.kind,
            self.loans[chosen],
            self.day[chosen],
            self.amount[chosen],
            self.rows.filter(pl.Series(chosen)),
        )


def take_effect(state: State, step: Step) -> list[pl.DataFrame]:
    """Changes the state in place; returns what was settled, as `replay.advance` says."""
    now = standing(state, step.loans, step.day)
    _count(state, now)
    return _EFFECTS[step.kind](state, step, now)


def _count(state: State, now: Standing) -> None:
    """Keeps the days past due, penalty and principal days that have been counted by the event."""
    for name in ("days_late", "penalty_numerator"):
        state.cells[name][:, now.loans] = now.cells[name]
    state.vectors["principal_days"][now.loans] = now.principal_days
    state.vectors["replayed_to"][now.loans] = now.day


def _payment(state: State, step: Step, now: Standing) -> list[pl.DataFrame]:
    """After what is due, money settles the next dues, repays principal early, or pays all off."""
    strategy = step.rows["strategy"].fill_null("next_dues").to_numpy()
    written_off = state.is_charged_off[step.loans]
    pays_off = (
        ~written_off
        & (strategy == PAYOFF)
        & (step.amount >= now.payoff(state.vectors["fee"][step.loans]))
    )
    settled = _for(state, step, written_off, _recovery)
    settled += _for(state, step, pays_off, _pay_off)
    return settled + _for(state, step, ~written_off & ~pays_off, _pay_dues)


def _for(
    state: State,
    step: Step,
    chosen: npt.NDArray[np.bool_],
    effect: Callable[[State, Step, Standing], list[pl.DataFrame]],
) -> list[pl.DataFrame]:
    if not chosen.any():
        return []
    part = step.only(chosen)
    return effect(state, part, standing(state, part.loans, part.day))


def _pay_dues(state: State, step: Step, now: Standing) -> list[pl.DataFrame]:
    taken = _allocated(state, step, now)
    left = step.amount - _total(taken)
    strategy = step.rows["strategy"].fill_null("next_dues").to_numpy()
    ahead = np.where(now.is_due, 0, now.cells["principal_left"]).sum(axis=0)
    repays_early = np.isin(strategy, ("lower_instalment", "fewer_instalments"))
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
    settled = _settled(step, taken) + _settled_of_loan(step, "excess", excess)
    if repays_early.any():
        early = np.where(repays_early, left, 0)
        _repay_early(state, step.only(repays_early), early[repays_early])
        settled += _settled_of_loan(step, "early_principal", early)
    return settled


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
    keeps = (step.rows["strategy"] == "fewer_instalments").to_list()
    replan(
        state,
        [
            Wish(int(loan), int(day), amount_fen=-int(fen), keeps_level=keep)
            for loan, day, fen, keep in zip(step.loans, step.day, amount, keeps, strict=True)
        ],
    )


def _pay_off(state: State, step: Step, now: Standing) -> list[pl.DataFrame]:
    """Everything outstanding, with interest to the day; what is over stays the borrower's."""
    excess = step.amount - now.payoff(state.vectors["fee"][step.loans])
    parts = _close_out(state, now)
    for component, part in parts.items():
        state.add(PAID_FLOW[component], step.loans, part)
    state.vectors["excess"][step.loans] += excess
    state.add("excess_received", step.loans, excess)
    settled = [_settled_of_loan(step, component, part) for component, part in parts.items()]
    return sum(settled, _settled_of_loan(step, "excess", excess))


def _close_out(state: State, now: Standing) -> Parts:
    """Leaves nothing of the loans to pay or to earn; returns what there was, by component."""
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
    for name in ("interest_left", "principal_left"):
        state.cells[name][:, loans] = 0
    return parts


def _recovery(state: State, step: Step, _: Standing) -> list[pl.DataFrame]:
    """Money on a loan that was written off: income, as far as the claim goes."""
    taken = np.minimum(step.amount, state.vectors["claim"][step.loans])
    state.vectors["claim"][step.loans] -= taken
    state.add("recovered", step.loans, taken)
    over = step.amount - taken
    state.vectors["excess"][step.loans] += over
    state.add("excess_received", step.loans, over)
    return _settled_of_loan(step, "claim", taken) + _settled_of_loan(step, "excess", over)


def _charge_off(state: State, step: Step, now: Standing) -> list[pl.DataFrame]:
    """The book lets the loan go; the claim against the borrower stays."""
    parts = _close_out(state, now)
    state.is_charged_off[step.loans] = True
    settled: list[pl.DataFrame] = []
    for component, part in parts.items():
        state.add(f"{component}_written_off", step.loans, part)
        state.vectors["claim"][step.loans] += part
        settled += _settled_of_loan(step, component, part)
    return settled


def _fee(state: State, step: Step, _: Standing) -> list[pl.DataFrame]:
    state.vectors["fee"][step.loans] += step.amount
    state.add("fee_charged", step.loans, step.amount)
    return []


def _waiver(state: State, step: Step, now: Standing) -> list[pl.DataFrame]:
    """Lets go of charges that are due, the oldest first; never of principal."""
    component = step.rows["component"].to_numpy()
    dues = {
        "penalty": now.penalty_due,
        "interest": np.where(now.is_due, now.cells["interest_left"], 0),
    }
    fee = np.where(component == "fee", step.amount, 0)
    fee = np.minimum(fee, state.vectors["fee"][step.loans])
    state.vectors["fee"][step.loans] -= fee
    state.add("fee_waived", step.loans, fee)
    settled = _settled_of_loan(step, "fee", fee)
    for name, due in dues.items():
        taken = waterfall(np.where(component == name, step.amount, 0), due)
        cell, sign = ("penalty_settled", 1) if name == "penalty" else ("interest_left", -1)
        state.cells[cell][:, step.loans] += sign * taken
        state.add(f"{name}_waived", step.loans, taken.sum(axis=0))
        settled += _settled(step, {name: taken})
    return settled


def _refund(state: State, step: Step, _: Standing) -> list[pl.DataFrame]:
    back = np.minimum(step.amount, state.vectors["excess"][step.loans])
    state.vectors["excess"][step.loans] -= back
    state.add("excess_refunded", step.loans, back)
    return _settled_of_loan(step, "excess", -back)


def _draw(state: State, step: Step, _: Standing) -> list[pl.DataFrame]:
    for flow in ("funding_received", "principal_lent"):
        state.add(flow, step.loans, step.amount)
    return _replanned(state, step, lambda row: {"amount_fen": row["amount_fen"]})


def _rate_change(state: State, step: Step, _: Standing) -> list[pl.DataFrame]:
    _reprice(state, step)
    return _replanned(state, step, lambda row: {"annual_rate": row["annual_rate"]})


def _holiday(state: State, step: Step, _: Standing) -> list[pl.DataFrame]:
    """So many instalments pay nothing; until the last of them falls due no day counts as late."""
    settled = _replanned(state, step, lambda row: {"holiday": row["instalments"]})
    due_on = state.cells["due_on"][:, step.loans]
    first = (due_on <= step.day).sum(axis=0)
    last = first + step.rows["instalments"].to_numpy() - 1
    state.vectors["holiday_from"][step.loans] = step.day
    state.vectors["holiday_to"][step.loans] = due_on[last, np.arange(len(step.loans))]
    return settled


def _restructure(state: State, step: Step, _: Standing) -> list[pl.DataFrame]:
    state.is_restructured[step.loans] = True
    _reprice(state, step.only(step.rows["annual_rate"].is_not_null().to_numpy()))
    return _replanned(
        state,
        step,
        lambda row: {
            "annual_rate": row["annual_rate"],
            "more": row["instalments"] or 0,
            "re_ages": row["strategy"] == "re_age",
        },
    )


def _replanned(
    state: State, step: Step, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> list[pl.DataFrame]:
    replan(
        state,
        [
            Wish(int(loan), int(day), **change(row))
            for loan, day, row in zip(
                step.loans, step.day, step.rows.iter_rows(named=True), strict=True
            )
        ],
    )
    return []


def _reprice(state: State, step: Step) -> None:
    """Overdue principal costs the new rate times the multiple from now on."""
    multiples = state.contracts["penalty_multiple"][step.loans]
    rates = penalty_rates(step.rows["annual_rate"], multiples)
    state.vectors["penalty_rate"][step.loans] = rates.to_numpy()


def _settled(step: Step, taken: Parts) -> list[pl.DataFrame]:
    """What each instalment took, as rows."""
    ids = step.rows["loan_event_id"].to_numpy()
    loan_ids = step.rows["loan_id"].to_numpy()
    frames = []
    for component, part in taken.items():
        row, column = np.nonzero(part)
        of_instalment = row + 1 if component != "fee" else np.zeros_like(row)
        frames.append(
            _rows(ids[column], loan_ids[column], component, of_instalment, part[row, column])
        )
    return frames


def _settled_of_loan(step: Step, component: str, part: Whole) -> list[pl.DataFrame]:
    """What each loan as a whole took."""
    chosen = np.flatnonzero(part)
    ids, loan_ids = (step.rows[name].to_numpy()[chosen] for name in ("loan_event_id", "loan_id"))
    return [_rows(ids, loan_ids, component, np.zeros_like(chosen), part[chosen])]


def _rows(
    ids: Whole, loan_ids: Whole, component: str, number: Whole, amount: Whole
) -> pl.DataFrame:
    columns = {
        "loan_event_id": ids,
        "loan_id": loan_ids,
        "number": number,
        "amount_fen": amount,
    }
    return pl.DataFrame(columns).with_columns(component=pl.lit(component))


_EFFECTS: dict[str, Callable[[State, Step, Standing], list[pl.DataFrame]]] = {
    "payment": _payment,
    "recovery": _recovery,
    "charge_off": _charge_off,
    "fee": _fee,
    "waiver": _waiver,
    "refund": _refund,
    "draw": _draw,
    "rate_change": _rate_change,
    "holiday": _holiday,
    "restructure": _restructure,
}
