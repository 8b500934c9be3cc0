"""The state of loans while their events are replayed: matrices of instalments, totals of flows.

A matrix has a row per instalment and a column per loan; days are whole numbers since 1970-01-01.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

CELLS = (
    "due_on",
    "from_on",
    "principal",
    "interest",
    "principal_left",
    "interest_left",
    "accrued_before",
    "days_late",
    "penalty_numerator",
    "penalty_settled",
)
# Money that moved or was earned since disbursement; names and order of the chart (accounts.toml).
FLOWS = (
    "funding_received",
    "principal_lent",
    "interest_accrued",
    "penalty_accrued",
    "fee_charged",
    "principal_repaid",
    "interest_paid",
    "penalty_paid",
    "fee_paid",
    "excess_received",
    "excess_refunded",
    "interest_waived",
    "penalty_waived",
    "fee_waived",
    "principal_written_off",
    "interest_written_off",
    "penalty_written_off",
    "fee_written_off",
    "recovered",
    "provisioned",
)
VECTORS = (
    "replayed_to",
    "principal_days",
    "penalty_rate",
    "fee",
    "excess",
    "claim",
    "holiday_from",
    "holiday_to",
)
# The day of an instalment that is not there: after every other day.
NO_DAY = 2**31

# A change of the plan since its last due date: (day, kind, amount in fen, yearly rate or None).
PlanChange = tuple[int, str, int, object]


@dataclass
class State:
    """Loans of one order of allocation. Column n of every array is row n of `contracts`."""

    contracts: pl.DataFrame
    cells: dict[str, Whole]
    vectors: dict[str, Whole]
    flows: dict[str, Whole]
    is_charged_off: Flags
    is_restructured: Flags
    disbursed_on: Whole
    counts: Whole
    calendar_on: Whole
    calendar_from: Whole
    changes: dict[int, list[PlanChange]] = field(default_factory=dict)

    @classmethod
    def empty(cls, contracts: pl.DataFrame, instalments: int) -> "State":
        """Loans without instalments yet, with room for so many."""
        loans = contracts.height
        disbursed_on = _days(contracts["disbursed_on"])
        zeros = {name: np.zeros(loans, np.int64) for name in VECTORS}
        return cls(
            contracts=contracts,
            cells={name: blank(name, (instalments, loans)) for name in CELLS},
            vectors={**zeros, "replayed_to": disbursed_on.copy()},
            flows={name: np.zeros(loans, np.int64) for name in FLOWS},
            is_charged_off=np.zeros(loans, np.bool_),
            is_restructured=np.zeros(loans, np.bool_),
            disbursed_on=disbursed_on,
            counts=np.zeros(loans, np.int64),
            calendar_on=disbursed_on.copy(),
            calendar_from=np.zeros(loans, np.int64),
        )

    def grow(self, instalments: int) -> None:
        """Make room for at least so many instalments."""
        missing = instalments - len(self.cells["due_on"])
        if missing > 0:
            for name in CELLS:
                more = blank(name, (missing, len(self.counts)))
                self.cells[name] = np.concatenate([self.cells[name], more])

    def add(self, flow: str, loans: Whole, amounts: Whole) -> None:
        """Book more of a flow for some of the loans, each named once."""
        self.flows[flow][loans] += amounts


def blank(name: str, shape: tuple[int, int]) -> Whole:
    """Cells of instalments that are not there."""
    return np.full(shape, NO_DAY if name in {"due_on", "from_on"} else 0, np.int64)


def _days(dates: pl.Series) -> Whole:
    days: Whole = dates.to_physical().cast(pl.Int64).to_numpy()
    return days
