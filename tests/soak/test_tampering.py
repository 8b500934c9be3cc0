"""A thousand times something is done to some row of some table: found each time, place named."""

from collections import Counter
from datetime import date

import numpy as np
import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.ledger.tables import fact_tables
from lending_core.operations.demonstration import SimulationPlan, evening, simulate_book
from lending_core.operations.ledger_checks import verify_ledger
from lending_core.operations.ledger_witnesses import give_head
from lending_core.operations.months import run_month
from lending_core.operations.sealing import seal_block
from lending_core.store.engine import Store, open_store
from lending_core.store.fact_rows import schema
from tests.tampering import KINDS, LEDGER_TABLES, put, rows_of, tamper

# A thousand in all, in pieces that can be run one by one.
PIECES, CASES_OF_PIECE = 10, 100
PLAN = SimulationPlan(200, 6, 7, date(2026, 10, 31))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Eight months of 200 people: two blocks, the first of them given to a witness, and a month
    that is not sealed yet."""
    folder = tmp_path_factory.mktemp("sealed")
    store = open_store(folder / "book.duckdb")
    store.signing_key = folder / "ledger-key"
    simulate_book(store, PLAN)
    seal_block(store, SYSTEM, at=evening(PLAN.until_on))
    give_head(store, SYSTEM, "binhai_bank", at=evening(PLAN.until_on))
    run_month(store, SYSTEM, at=evening(date(2026, 11, 30)))
    seal_block(store, SYSTEM, at=evening(date(2026, 11, 30)))
    give_head(store, SYSTEM, "binhai_bank", at=evening(date(2026, 12, 1)))
    run_month(store, SYSTEM, at=evening(date(2026, 12, 31)))
    return store


def possible(rows: pl.DataFrame) -> tuple[str, ...]:
    """What can be done to a table of so many rows."""
    if rows.is_empty():
        return ("inserted",)
    return KINDS if rows.unique().height > 1 else ("changed", "deleted", "inserted")


def keys(rows: pl.DataFrame, table: str) -> list[str]:
    columns = fact_tables()[table].key
    if not columns:
        return [""] * rows.height
    said = rows.select(columns).rows()
    return [" ".join(str(value) for value in row if value is not None) for row in said]


def touched(before: pl.DataFrame, after: pl.DataFrame, table: str) -> set[str]:
    """The keys of the rows that are not the same, or not in the same place."""
    was, now = (
        Counter(zip(keys(r, table), map(str, r.rows()), strict=True)) for r in (before, after)
    )
    different = {key for key, _ in [*(was - now), *(now - was)]}
    if different:
        return different
    places = zip(keys(before, table), keys(after, table), before.rows(), after.rows(), strict=True)
    return {key for one, other, left, right in places if left != right for key in (one, other)}


def missed(store: Store, table: str, draws: np.random.Generator) -> str | None:
    """One case, after which the table is mended: None where it was found in its place."""
    kinds = possible(rows_of(store, table))
    kind = kinds[int(draws.integers(len(kinds)))]
    before = tamper(store, table, kind, draws)
    found = verify_ledger(store, SYSTEM).findings
    after = rows_of(store, table)
    put(store, table, before)
    named = {one.row_key for one in found if one.table == table}
    is_named = bool(named & touched(before, after, table) if table in fact_tables() else named)
    return None if is_named else f"{kind} {table}: {found[:3]}"


@pytest.mark.parametrize("piece", range(PIECES))
def test_whatever_is_done_to_a_row_is_found_and_named(store: Store, piece: int) -> None:
    draws = np.random.default_rng([2026, piece])
    present = schema(store)
    tables = [table for table in (*fact_tables(), *LEDGER_TABLES) if table in present]
    chosen = [tables[int(draws.integers(len(tables)))] for _ in range(CASES_OF_PIECE)]

    lost = [what for table in chosen if (what := missed(store, table, draws)) is not None]

    assert lost == []
    assert verify_ledger(store, SYSTEM).findings == ()
