"""A loan's state from its contract and its events, for one loan or for millions.

Events take effect one after the other within a loan, side by side over loans: the n-th event of all
loans at once. Nothing is updated in place between calls: the same contracts and events give the
same state, whatever happened before.
"""

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from lending_core.servicing.accrual import COST_CAP_UNIT, PRINCIPAL_MAX_FEN
from lending_core.servicing.contracts import penalty_rates, whole_rate
from lending_core.servicing.effects import take_effect
from lending_core.servicing.loan_events import effective
from lending_core.servicing.plans import first_plans
from lending_core.servicing.state import State
from lending_core.servicing.step import Settled, Step, steps_of

# Loans replayed at a time: their matrices fit into the processor's caches and into memory.
BATCH_LOANS = 20_000
GROUPED_BY = ("allocation", "late_allocation", "late_allocation_days_past_due")


def batches(contracts: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Contracts in batches that share an order of allocation and are about equally long."""
    for group in contracts.partition_by(GROUPED_BY):
        yield from group.sort("instalments", "loan_id").iter_slices(BATCH_LOANS)


def start(contracts: pl.DataFrame) -> State:
    """The state of loans on the day of their disbursement, before any event.

    `contracts`: columns `CONTRACT_COLUMNS`, one order of allocation. Raises `ValueError` for a
    principal that the arithmetic has no room for.
    """
    if contracts["principal_fen"].max() > PRINCIPAL_MAX_FEN:  # type: ignore[operator]
        raise ValueError(f"a principal is above {PRINCIPAL_MAX_FEN} fen")
    known = contracts.with_columns(
        cost_cap_rate=whole_rate(contracts["cost_cap_annual_rate"], COST_CAP_UNIT)
    )
    state = State.empty(known, int(contracts["instalments"].max()))  # type: ignore[arg-type]
    first_plans(state)
    state.vectors["penalty_rate"] = (
        penalty_rates(contracts["annual_rate"], contracts["penalty_multiple"]).to_numpy().copy()
    )
    everyone = np.arange(contracts.height)
    lent = contracts["principal_fen"].to_numpy()
    state.add("principal_lent", everyone, lent)
    state.add("funding_received", everyone, lent)
    return state


def steps(state: State, events: pl.DataFrame, *, by_day: bool = False) -> list[Step]:
    """Events (`loan_events.effective`) of the state's loans in steps of one kind, in which a loan
    stands at most once: the n-th event of all loans together, or `by_day` the n-th of a day."""
    if events.is_empty():
        return []
    numbers = state.contracts.lazy().select("loan_id", loan=pl.int_range(pl.len(), dtype=pl.Int64))
    day = ["effective_on"] if by_day else []
    together = [*day, "turn", "kind"]
    own = (
        events.lazy()
        .join(numbers, on="loan_id", maintain_order="left")
        .with_columns(turn=pl.int_range(pl.len()).over("loan_id", *day))
        .sort(together, maintain_order=True)
        .with_columns(
            pl.col("effective_on").to_physical().cast(pl.Int64),
            pl.col("amount_fen", "instalments").fill_null(0),
            pl.col("strategy", "component").fill_null(""),
            run=pl.struct(together).rle_id(),
        )
        .collect()
    )
    return steps_of(own)


def advance(state: State, taken: list[Step]) -> list[Settled]:
    """Lets steps take effect, in place; returns which part of a loan each event settled."""
    settled: list[Settled] = []
    for step in taken:
        settled += take_effect(state, step)
    return settled


def replay(
    contracts: pl.DataFrame, events: pl.DataFrame, *, as_of: date, known_on: date
) -> Iterator[tuple[State, list[Settled]]]:
    """Batches of loans with all that took effect by `as_of`, and what was settled.

    Loans that `as_of` does not know yet are left out.
    """
    known = effective(events, as_of=as_of, known_on=known_on)
    for batch in batches(contracts.filter(pl.col("disbursed_on") <= as_of)):
        state = start(batch)
        own = known.join(batch, on="loan_id", how="semi", maintain_order="left")
        yield state, advance(state, steps(state, own))
