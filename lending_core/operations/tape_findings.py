"""What was found wrong of a staged tape: as findings with examples, and as rows of rejects."""

from collections.abc import Iterator

import polars as pl
from sqlglot import exp

from lending_core.operations.tape_desk import StagedRows
from lending_core.operations.tape_shapes import LATE_SCHEMA
from lending_core.portfolio.tape_quality import EXAMPLES_MAX, AmountSum, Example, Finding
from lending_core.portfolio.tape_reading import column_of
from lending_core.portfolio.tape_refused import REFUSED, refused_query
from lending_core.store.engine import Transaction

# Rows found again in the file at a time, which bounds the memory of rejects.
CHUNK_ROWS = 100_000


def refused_rows(transaction: Transaction, rows: StagedRows, late: pl.DataFrame) -> pl.DataFrame:
    """Rows that are not loaded, but for broken lines: position, reason, target; by position."""
    failed = transaction.evaluate(
        exp.select("position", "failed")
        .from_(rows.table)
        .where(exp.not_(exp.column("failed").is_(exp.null())))
        .sql("duckdb")
    )
    checks = pl.DataFrame(
        [(place, check.reason, check.target) for place, check in enumerate(rows.checks)],
        schema={"failed": pl.Int16, "reason": pl.String, "target": pl.String},
        orient="row",
    )
    named = failed.join(checks, on="failed").select(*LATE_SCHEMA)
    return pl.concat([named, late.select(*LATE_SCHEMA)]).sort("position")


def findings(
    transaction: Transaction, rows: StagedRows, refused: pl.DataFrame
) -> tuple[Finding, ...]:
    """Refused rows counted by reason and target, with a few examples each; broken lines first."""
    if refused.is_empty():
        # Nothing to be found again: the file need not be read once more.
        return _broken(rows)
    counted = refused.group_by("reason", "target", maintain_order=True).agg(
        rows=pl.len(), position=pl.col("position").head(EXAMPLES_MAX)
    )
    shown = refused.join(
        counted.explode("position"), on=["reason", "target", "position"], how="semi"
    )
    told = _found_again(transaction, rows, shown)
    return (*_broken(rows), *(_finding(told, found) for found in counted.rows(named=True)))


def rejects(
    transaction: Transaction, rows: StagedRows, refused: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """Frames of rows of `tape_reject` without their import: row_number, reason, detail, content."""
    broken = rows.broken.select(
        row_number="position",
        reason=pl.lit("broken"),
        detail="detail",
        content=pl.col("content"),
    )
    yield broken
    for part in refused.iter_slices(CHUNK_ROWS):
        found = _found_again(transaction, rows, part)
        yield found.select(
            "row_number",
            "reason",
            pl.concat_str("target", pl.lit(": "), "detail").alias("detail"),
            "content",
        )


def sums(
    transaction: Transaction, rows: StagedRows, refused: pl.DataFrame
) -> tuple[AmountSum, ...]:
    """Of each amount that the mapping names: what went in, was loaded, was rejected."""
    amounts = [target for target in rows.reading.mapped if target.kind == "amount"]
    if not amounts:
        return ()
    is_out = exp.In(
        this=exp.column("position"),
        query=exp.select("position").from_(REFUSED).subquery(),
    )
    columns: list[exp.Expr] = []
    for target in amounts:
        column = exp.column(column_of(target))
        kept = exp.case().when(is_out.copy(), exp.null()).else_(column.copy())
        for name, value in (("in", column), ("loaded", kept)):
            total = exp.Coalesce(this=exp.Sum(this=value), expressions=[exp.Literal.number(0)])
            columns.append(exp.alias_(exp.cast(total, "BIGINT"), f"{name}_{target.name}"))
        columns.append(exp.alias_(exp.Count(this=kept.copy()), f"rows_{target.name}"))
    query = exp.select(*columns).from_(rows.table)
    found = transaction.evaluate(query.sql("duckdb"), **{REFUSED: refused.select("position")}).row(
        0, named=True
    )
    return tuple(
        AmountSum(
            target.name,
            rows=found[f"rows_{target.name}"],
            in_fen=found[f"in_{target.name}"],
            loaded_fen=found[f"loaded_{target.name}"],
            rejected_fen=found[f"in_{target.name}"] - found[f"loaded_{target.name}"],
        )
        for target in amounts
    )


def _found_again(transaction: Transaction, rows: StagedRows, refused: pl.DataFrame) -> pl.DataFrame:
    query = refused_query(rows.reading).sql("duckdb")
    found = transaction.evaluate(query, **{REFUSED: refused})
    return found.with_columns(row_number=rows.row_number(found["position"]))


def _broken(rows: StagedRows) -> tuple[Finding, ...]:
    if rows.broken.is_empty():
        return ()
    shown = rows.broken.head(EXAMPLES_MAX).rows(named=True)
    examples = tuple(Example(row["position"], row["content"][:60]) for row in shown)
    return (Finding("broken", "", rows.broken.height, is_rejected=True, examples=examples),)


def _finding(told: pl.DataFrame, found: dict[str, object]) -> Finding:
    own = told.filter((pl.col("reason") == found["reason"]) & (pl.col("target") == found["target"]))
    examples = tuple(Example(row["row_number"], row["detail"]) for row in own.rows(named=True))
    return Finding(
        str(found["reason"]),
        str(found["target"]),
        int(str(found["rows"])),
        is_rejected=True,
        examples=examples,
    )
