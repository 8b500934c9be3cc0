"""The sealed ledger as it is shown: its blocks, and how much waits for the next one."""

import json
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.ledger.tables import fact_tables
from lending_core.store.engine import Store
from lending_core.store.fact_rows import row_counts, schema


@dataclass(frozen=True)
class LedgerFigures:
    """How far the ledger is sealed. `waiting`: rows recorded since; instants and days are None
    before the first block."""

    blocks: int
    rows: int
    waiting: int
    sealed_at: datetime | None
    sealed_to_on: date | None
    heads_given: int


def ledger_figures(store: Store, actor: Actor) -> LedgerFigures:
    """How far the ledger is sealed. Raises `NotAllowed`."""
    blocks = ledger_blocks(store, actor)
    present = schema(store)
    recorded = row_counts(store, [name for name in fact_tables() if name in present])
    sealed = int(store.read("ledger_covered")["row_count"].sum())
    return LedgerFigures(
        blocks=blocks.height,
        rows=sealed,
        waiting=max(0, sum(recorded.values()) - sealed),
        sealed_at=blocks["sealed_at"][0] if blocks.height else None,
        sealed_to_on=blocks["business_on"][0] if blocks.height else None,
        heads_given=store.read("ledger_witness").height,
    )


def ledger_blocks(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per block, the newest first: block_number, sealed_at, sealed_by, business_on,
    sealed_rows, fact_tables (how many have rows in it), hash. Raises `NotAllowed`."""
    require(actor, Permission.VIEW_EVENTS)
    rows = []
    for block in store.read("ledger_block").iter_rows(named=True):
        says = json.loads(block["text"])
        rows.append(
            {
                "block_number": block["block_number"],
                "sealed_at": datetime.fromisoformat(says["sealed_at"]),
                "sealed_by": says["sealed_by"],
                "business_on": date.fromisoformat(says["business_on"]),
                "sealed_rows": says["rows"],
                "fact_tables": says["segments"],
                "hash": block["hash"],
            }
        )
    return pl.DataFrame(rows[::-1], schema=_BLOCKS)


_BLOCKS = {
    "block_number": pl.Int64,
    "sealed_at": pl.Datetime,
    "sealed_by": pl.String,
    "business_on": pl.Date,
    "sealed_rows": pl.Int64,
    "fact_tables": pl.Int64,
    "hash": pl.String,
}
