"""Records whose time is over: words, tickets and adverse facts, blanked in rows that stay."""

import functools
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
from sqlglot import exp

from lending_core.operations.renewing import renew_commitments
from lending_core.settings import reference_file
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment


@dataclass(frozen=True)
class Blanked:
    """Columns of a table that are emptied so many days after the date `since`, which stands in the
    table itself or in `dated_by`, a table with the same key."""

    table: str
    key: str
    since: str
    columns: tuple[str, ...]
    dated_by: str | None = None


@dataclass(frozen=True)
class RecordRule:
    """For how many days records are kept, the rule it stands on, and where they lie."""

    code: str
    days: int
    source: str
    parts: tuple[Blanked, ...]


@functools.cache
def record_rules() -> tuple[RecordRule, ...]:
    """The rules on records of `privacy.toml`, in its order."""
    told = tomllib.loads(reference_file("privacy.toml").read_text("utf-8"))["records"]
    return tuple(
        RecordRule(code, each["days"], each["source"], tuple(map(_part, each["parts"])))
        for code, each in told.items()
    )


def due_records(
    reader: Store | Transaction, rule: RecordRule, on: date
) -> list[tuple[Blanked, list[int]]]:
    """Per table of the rule, the keys of rows whose time is over on a day and that still have
    something to empty."""
    until_on = on - timedelta(days=rule.days)
    return [(part, _keys(reader, part, until_on)) for part in rule.parts]


def blank(transaction: Transaction, moment: Moment, part: Blanked, keys: Sequence[int]) -> None:
    """Empties the columns of these rows and commits anew to what is left of them. The caller asked
    for the right and writes the event."""
    nothing = [pl.lit(None, pl.String).alias(name) for name in part.columns]
    rows = pl.DataFrame({part.key: keys}, schema={part.key: pl.Int64}).with_columns(nothing)
    transaction.overwrite(part.table, part.key, rows)
    renew_commitments(transaction, moment, part.table, [str(key) for key in keys])


def _keys(reader: Store | Transaction, part: Blanked, until_on: date) -> list[int]:
    table = exp.to_table(part.table)
    filled = exp.or_(*(_is_filled(part.table, name) for name in part.columns))
    dated = exp.column(part.since, table=part.dated_by or part.table)
    query = exp.select(exp.column(part.key, table=part.table)).from_(table)
    if part.dated_by is not None:
        same = exp.column(part.key, table=part.table).eq(exp.column(part.key, table=part.dated_by))
        query = query.join(exp.to_table(part.dated_by), on=same)
    over = query.where(dated < exp.cast(exp.Literal.string(str(until_on)), "date"), filled)
    return reader.evaluate(over.sql("duckdb"))[part.key].to_list()


def _is_filled(table: str, column: str) -> exp.Expression:
    return exp.not_(exp.column(column, table=table).is_(exp.null()))


def _part(told: dict[str, Any]) -> Blanked:
    return Blanked(**{**told, "columns": tuple(told["columns"])})
