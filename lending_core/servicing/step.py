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


def settled_of_instalments(step: Step, taken: Parts) -> list[pl.DataFrame]:
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


def settled_of_loan(step: Step, component: str, part: Whole) -> list[pl.DataFrame]:
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
