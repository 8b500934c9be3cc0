"""The first rows of a tape as a mapping reads them: what a person sees while mapping."""

from datetime import date, datetime

import polars as pl
from sqlglot import exp

from lending_core.operations.tape_desk import PAYMENTS, ROWS, Look, Tape, desk, stage
from lending_core.portfolio.tape_mapping import TapeMapping
from lending_core.portfolio.tape_reading import column_of

SAMPLE_ROWS = 20


def sample_tape(
    tape: Tape,
    mapping: TapeMapping,
    *,
    at: datetime,
    rows: int = SAMPLE_ROWS,
    is_payments: bool = False,
) -> pl.DataFrame:
    """One row per row of the start of a tape (or of its payments): row_number, each target of the
    mapping (amounts in hundredths: `lent_fen`), own_segments, and reason and target of what is
    wrong of the row, null where nothing is.

    The mapping need not be whole. Raises `InvalidInput` where it asks for what the file has not.
    """
    on = mapping.as_of_on
    last_on = on if isinstance(on, date) else at.date()
    look = Look(PAYMENTS if is_payments else ROWS, last_on, rows)
    with desk(tape.files) as store, store.transaction() as transaction:
        found = stage(transaction, tape, mapping, look)
        query = exp.select("*").from_(found.table).order_by("position")
        told = transaction.evaluate(query.sql("duckdb"))
    checks = pl.DataFrame(
        [(place, check.reason, check.target) for place, check in enumerate(found.checks)],
        schema={"failed": pl.Int16, "reason": pl.String, "target": pl.String},
        orient="row",
    )
    names = [column_of(target) for target in found.reading.mapped]
    return (
        told.with_columns(row_number=found.row_number(told["position"]))
        .join(checks, on="failed", how="left", maintain_order="left")
        .select("row_number", *names, "own_segments", "reason", "target")
    )
