"""A query file in pages: sorted, cut and counted where the rows are, by expressions, never by
pasted text. Such a query has no order and no limit of its own."""

import functools

import sqlglot
from sqlglot import exp

from lending_core.store.engine import query_text

# Column, and whether the largest come first; the last one tells every row apart.
Order = tuple[tuple[str, bool], ...]


@functools.cache
def page_sql(query: str, order: Order) -> str:
    """The rows of a query file from `$rows_from` (0: the first), at most `$rows_max`, in order."""
    ordered = _ordered(query, order)
    return ordered.limit(_parameter("rows_max")).offset(_parameter("rows_from")).sql("duckdb")


@functools.cache
def whole_sql(query: str, order: Order) -> str:
    """All rows of a query file, in order."""
    return _ordered(query, order).sql("duckdb")


@functools.cache
def count_sql(query: str) -> str:
    """One row: how many a query file finds, as `found`."""
    count = exp.Count(this=exp.Star()).as_("found")
    return exp.select(count).from_(_found(query)).sql("duckdb")


def _ordered(query: str, order: Order) -> exp.Select:
    by = [
        exp.Ordered(this=exp.column(name, quoted=True), desc=is_down, nulls_first=False)
        for name, is_down in order
    ]
    return exp.select("*").from_(_found(query)).order_by(*by)


def _found(query: str) -> exp.Subquery:
    parsed = sqlglot.parse_one(query_text(query), dialect="duckdb")
    if not isinstance(parsed, exp.Query):
        raise ValueError(query)
    return parsed.subquery("found")


def _parameter(name: str) -> exp.Parameter:
    return exp.Parameter(this=exp.var(name))
