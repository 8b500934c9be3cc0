"""Erasure in the ledger: salts of personal fields are destroyed, and what is left is committed."""

from collections.abc import Collection
from dataclasses import replace

import polars as pl

from lending_core.ledger.blocks import Segment
from lending_core.ledger.rows import commitment, commitment_rows, salt_hash, salts
from lending_core.ledger.tables import fact_tables
from lending_core.store.engine import Transaction
from lending_core.store.events import Moment, append_events
from lending_core.store.fact_rows import fact_rows, schema


def renew_commitments(
    transaction: Transaction, moment: Moment, table: str, keys: Collection[str]
) -> int:
    """After personal fields of sealed rows were overwritten (`Transaction.overwrite`): destroys the
    salts of what stood there, so that its commitments say nothing any more, and commits to what is
    left, with an event for each row. `keys`: the rows' keys as text, as in `Finding.row_key`.
    Returns how many commitments were made; rows that are not sealed yet need none."""
    made = 0
    for row in transaction.read("ledger_segment").iter_rows(named=True):
        segment = Segment.of(row["segment_id"], row["text"])
        if segment.table == table and segment.personal:
            made += _renew(transaction, moment, segment, keys)
    return made


def _renew(
    transaction: Transaction, moment: Moment, segment: Segment, keys: Collection[str]
) -> int:
    known = transaction.read("ledger_opening", segment_id=segment.segment_id, row_keys=list(keys))
    if known.is_empty():
        return 0
    places = known.group_by("position", maintain_order=True).agg(pl.col("row_key").first())
    rows = places.join(_now(transaction, segment), on="row_key", maintain_order="left")
    drawn = salts(rows.height)
    start = transaction.next_id("ledger_commitment", "commitment_id")
    fresh = rows.select(
        "position",
        commitment_id=pl.int_range(start, start + pl.len(), dtype=pl.Int64),
        segment_id=pl.lit(segment.segment_id, pl.Int64),
        commitment=pl.Series(
            [commitment(*pair) for pair in zip(drawn, rows["personal"], strict=True)]
        ),
        salt=pl.Series(drawn),
        salt_hash=pl.Series([salt_hash(salt) for salt in drawn]),
    )
    for commitment_id in known["commitment_id"]:
        transaction.remove("ledger_salt", "commitment_id", commitment_id)
    transaction.append("ledger_commitment", commitment_rows(fresh.drop("salt")))
    transaction.append("ledger_salt", fresh.select("commitment_id", "salt"))
    happenings = [
        (
            "ledger",
            one["commitment_id"],
            {"table": segment.table, "position": one["position"], "commitment": one["commitment"]},
        )
        for one in fresh.iter_rows(named=True)
    ]
    append_events(transaction, moment, "commitments_renewed", happenings)
    return fresh.height


def _now(transaction: Transaction, segment: Segment) -> pl.DataFrame:
    """Key and personal fields of the table's rows as they are now."""
    table = replace(fact_tables()[segment.table], personal=segment.personal)
    present = {column.name: column for column in schema(transaction)[segment.table]}
    columns = [present[name] for name in (*segment.columns, *segment.personal)]
    slices = [rows.select("row_key", "personal") for rows in fact_rows(transaction, table, columns)]
    return pl.concat(slices)
