"""States kept between closes (table `loan_plan`): what a day without events starts from."""

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.servicing.accrual import COST_CAP_UNIT
from lending_core.servicing.contracts import whole_rate
from lending_core.servicing.state import CELLS, FLOWS, VECTORS, State, blank

Whole = npt.NDArray[np.int64]

CELL_COLUMNS = {
    name: name if name in {"due_on", "from_on", "days_late", "penalty_numerator"} else f"{name}_fen"
    for name in CELLS
}
VECTOR_COLUMNS = {
    name: f"{name}_fen" if name in {"fee", "excess", "claim"} else name for name in VECTORS
}
FLAGS = ("is_charged_off", "is_restructured")


def kept(state: State) -> pl.DataFrame:
    """One row per loan with the columns of table `loan_plan`."""
    counts = state.counts
    is_there = np.arange(int(counts.max()))[:, None] < counts
    # Column by column, so that a loan's instalments follow each other.
    lists = {
        column: _lists(state.cells[name][: len(is_there)].T[is_there.T], counts)
        for name, column in CELL_COLUMNS.items()
    }
    totals = np.stack([state.flows[name] for name in FLOWS], axis=1)
    return pl.DataFrame(
        {
            "loan_id": state.contracts["loan_id"],
            **{column: state.vectors[name] for name, column in VECTOR_COLUMNS.items()},
            **{name: getattr(state, name) for name in FLAGS},
            **lists,
            "flow_totals_fen": pl.Series(totals).arr.to_list(),
        }
    )


def resumed(contracts: pl.DataFrame, plans: pl.DataFrame) -> State:
    """The state of loans from `kept` rows, to be looked at on later days; it takes no more events,
    for which the loan is replayed. `contracts` and `plans`: one row per loan in the same order."""
    known = contracts.with_columns(
        cost_cap_rate=whole_rate(contracts["cost_cap_annual_rate"], COST_CAP_UNIT)
    )
    counts = plans["due_on"].list.len().cast(pl.Int64).to_numpy()
    state = State.empty(known, int(counts.max()))
    state.counts = counts
    for name, column in CELL_COLUMNS.items():
        state.cells[name] = _matrix(plans[column], counts, blank(name, state.cells[name].shape))
    state.vectors = {name: plans[column].to_numpy() for name, column in VECTOR_COLUMNS.items()}
    totals = plans["flow_totals_fen"].explode().to_numpy().reshape(-1, len(FLOWS))
    state.flows = {name: totals[:, place] for place, name in enumerate(FLOWS)}
    state.is_charged_off = plans["is_charged_off"].to_numpy()
    state.is_restructured = plans["is_restructured"].to_numpy()
    return state


def _lists(values: Whole, counts: Whole) -> pl.Series:
    """`values` cut into runs of `counts`."""
    run = np.repeat(np.arange(len(counts)), counts)
    return (
        pl.DataFrame({"run": run, "values": values})
        .group_by("run", maintain_order=True)
        .agg("values")["values"]
    )


def _matrix(lists: pl.Series, counts: Whole, cells: Whole) -> Whole:
    """Lists as columns of `cells`, from the first row down."""
    is_there = np.arange(len(cells))[:, None] < counts
    filled = cells.T.copy()
    filled[is_there.T] = lists.explode().to_numpy()
    matrix: Whole = np.ascontiguousarray(filled.T)
    return matrix
