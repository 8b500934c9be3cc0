"""Events of one kind taking effect side by side, and which part of each loan they settled."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Whole = npt.NDArray[np.int64]
# A matrix per component: a row per instalment, a column per loan.
Parts = dict[str, Whole]


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
        if chosen.all():
            return self
        return Step(
            self.kind,
            self.loans[chosen],
            self.day[chosen],
            self.amount[chosen],
            self.rows.filter(pl.Series(chosen)),
        )


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
    ids, loan_ids = (step.rows[name].to_numpy() for name in ("loan_event_id", "loan_id"))
    return ids[columns], loan_ids[columns]
