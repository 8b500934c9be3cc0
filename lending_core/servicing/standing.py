"""Where loans stand on a day: how late, what is accrued, what is due. The one definition."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from lending_core.servicing import accrual
from lending_core.servicing.state import NO_DAY, State

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Standing:
    """Some loans of a state, as of one day each; matrices have a column per loan asked for.

    `penalty_due` is unpaid penalty, `accrued` interest earned by the day, `cost_room` what fees may
    still be charged under the cost cap. `days_past_due` counts
    from the oldest unpaid instalment: due date 0, next day 1, granted holidays not counted.
    """

    loans: Whole
    day: Whole
    cells: dict[str, Whole]
    principal_days: Whole
    penalty_due: Whole
    cost_room: Whole
    accrued: Whole
    oldest: Whole
    is_late: npt.NDArray[np.bool_]
    days_past_due: Whole
    interest_receivable: Whole

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Standing":
        """Some of the loans."""
        if chosen.all():
            return self
        cells = {name: matrix[:, chosen] for name, matrix in self.cells.items()}
        columns = {
            item.name: getattr(self, item.name)[..., chosen]
            for item in fields(self)
            if item.name != "cells"
        }
        return Standing(cells=cells, **columns)

    @property
    def is_due(self) -> npt.NDArray[np.bool_]:
        """Instalments due by the day, that of the day itself included."""
        return self.cells["due_on"] <= self.day

    @property
    def principal_left(self) -> Whole:
        """Principal outstanding of each loan."""
        left: Whole = self.cells["principal_left"].sum(axis=0)
        return left

    @property
    def is_over(self) -> npt.NDArray[np.bool_]:
        """Loans with nothing left to pay of any instalment, and nothing left to earn."""
        left = (self.cells["principal_left"] + self.cells["interest_left"]).sum(axis=0)
        to_earn = (self.cells["interest"] - self.accrued).sum(axis=0)
        over: npt.NDArray[np.bool_] = (left == 0) & (to_earn == 0)
        return over

    def payoff(self, fee: Whole) -> Whole:
        """What settles each loan on the day: principal, interest to date, penalty and fees."""
        return np.maximum(
            self.principal_left + self.interest_receivable + self.penalty_due.sum(axis=0) + fee, 0
        )


def everyone(state: State, day: int) -> Standing:
    """Where all loans stand on `day`, to be looked at before the next event takes effect: the
    matrices are the state's own."""
    return _standing(state, np.arange(len(state.counts)), day, dict(state.cells))


def standing(state: State, loans: Whole, day: Any) -> Standing:
    """Where `loans` (column numbers) stand on `day`, at or after the day of their last event."""
    return _standing(
        state, loans, day, {name: all_[:, loans] for name, all_ in state.cells.items()}
    )


def _standing(state: State, loans: Whole, day: Any, cells: dict[str, Whole]) -> Standing:
    vectors = {name: vector[loans] for name, vector in state.vectors.items()}
    days = np.broadcast_to(np.asarray(day, np.int64), loans.shape)
    terms = _terms(state, loans)
    _count_days(cells, vectors, days, terms["grace_days"])
    left = cells["principal_left"].sum(axis=0)
    principal_days = vectors["principal_days"] + left * (days - vectors["replayed_to"])
    accrued = accrual.interest_accrued(
        cells["interest"], cells["accrued_before"], cells["from_on"], cells["due_on"], days
    )
    interest = accrued.sum(axis=0)
    flows = {name: totals[loans] for name, totals in state.flows.items()}
    charged = interest + flows["fee_charged"]
    room = accrual.cost_room(principal_days, terms["cost_cap"], charged)
    penalty = accrual.penalty_within(cells["penalty_numerator"], room)
    is_unpaid = (cells["principal_left"] + cells["interest_left"] > 0) & (cells["due_on"] < days)
    oldest = is_unpaid.argmax(axis=0)
    columns = np.arange(len(loans))
    is_late = is_unpaid[oldest, columns]
    settled = flows["interest_paid"] + flows["interest_waived"] + flows["interest_written_off"]
    return Standing(
        loans=loans,
        day=days,
        cells=cells,
        principal_days=principal_days,
        cost_room=room - penalty.sum(axis=0),
        penalty_due=np.maximum(penalty - cells["penalty_settled"], 0),
        accrued=accrued,
        oldest=oldest,
        is_late=is_late,
        days_past_due=np.where(is_late, cells["days_late"][oldest, columns], 0),
        interest_receivable=interest - settled,
    )


def _terms(state: State, loans: Whole) -> dict[str, Whole]:
    names = {"grace_days": "grace_days", "cost_cap": "cost_cap_rate"}
    return {name: state.contracts[column].to_numpy()[loans] for name, column in names.items()}


def _count_days(
    cells: dict[str, Whole], vectors: dict[str, Whole], day: Whole, grace_days: Whole
) -> None:
    """Adds the days past due since the last event, and the penalty that they cost."""
    holiday = (vectors["holiday_from"], vectors["holiday_to"])
    is_open = (cells["principal_left"] + cells["interest_left"] > 0) & (cells["due_on"] < NO_DAY)
    more = accrual.days_late_between(cells["due_on"], vectors["replayed_to"], day, holiday)
    more = np.where(is_open, more, 0)
    penalised = accrual.penalised_days(cells["days_late"], more, grace_days)
    cells["penalty_numerator"] = (
        cells["penalty_numerator"] + cells["principal_left"] * penalised * vectors["penalty_rate"]
    )
    cells["days_late"] = cells["days_late"] + more
