"""Events of one kind taking effect side by side, and which part of each loan they settled."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Whole = npt.NDArray[np.int64]
# A matrix per component: a row per instalment, a column per loan.
Parts = dict[str, Whole]


@dataclass(frozen=True)
class Step:
    """Events of one kind, each of another loan; `loans` are column numbers of the state. What an
    event does not say is an empty text, 0, or None for a rate."""

    kind: str
    loans: Whole
    day: Whole
    amount: Whole
    strategy: npt.NDArray[Any]
    component: npt.NDArray[Any]
    annual_rate: npt.NDArray[Any]
    instalments: Whole
    loan_event_ids: Whole
    loan_ids: Whole

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Step":
        """The step of some of its loans."""
        if chosen.all():
            return self
        arrays = {name: array[chosen] for name, array in vars(self).items() if name != "kind"}
        return Step(self.kind, **arrays)


def steps_of(events: pl.DataFrame) -> list[Step]:
    """Events of the same `run`, which name no loan twice, as steps in order. Needs the columns of
    `LOAN_EVENT_SCHEMA`, days as numbers and gaps filled, and `loan`, the column number."""
    arrays = {
        "loans": events["loan"].to_numpy(),
        "day": events["effective_on"].to_numpy(),
        "amount": events["amount_fen"].to_numpy(),
        "strategy": events["strategy"].to_numpy(),
        "component": events["component"].to_numpy(),
        "annual_rate": np.array([*events["annual_rate"], None], object)[:-1],
        "instalments": events["instalments"].to_numpy(),
        "loan_event_ids": events["loan_event_id"].to_numpy(),
        "loan_ids": events["loan_id"].to_numpy(),
    }
    starts = np.flatnonzero(np.diff(events["run"].to_numpy().astype(np.int64), prepend=-1)).tolist()
    kinds = events["kind"].to_numpy()[starts].tolist()
    edges = pairwise([*starts, events.height])
    return [
        Step(kind, **{name: array[slice(*edge)] for name, array in arrays.items()})
        for kind, edge in zip(kinds, edges, strict=True)
    ]


@dataclass(frozen=True)
class Settled:
    """What events settled of one component: event, number of the instalment (0: of the loan as a
    whole) and amount side by side."""

    component: str
    loan_event_ids: Whole
    loan_ids: Whole
    numbers: Whole
    amounts: Whole


def settled_of_instalments(step: Step, taken: Parts) -> list[Settled]:
    """What each instalment took."""
    found = []
    for component, part in taken.items():
        row, column = np.nonzero(part)
        if len(row):
            number = np.zeros_like(row) if component == "fee" else row + 1
            found.append(Settled(component, *_who(step, column), number, part[row, column]))
    return found


def settled_of_loan(step: Step, component: str, part: Whole) -> list[Settled]:
    """What each loan as a whole took."""
    chosen = np.flatnonzero(part)
    if len(chosen) == 0:
        return []
    return [Settled(component, *_who(step, chosen), np.zeros_like(chosen), part[chosen])]


def _who(step: Step, columns: Whole) -> tuple[Whole, Whole]:
    return step.loan_event_ids[columns], step.loan_ids[columns]
