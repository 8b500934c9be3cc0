"""A query in pages: sorted, cut and counted where the rows are, by expressions, never by pasted
text. It is the name of a query file, or a tree built in code; it has no order and no limit."""

import functools

import sqlglot
from sqlglot import exp

from lending_core.store.query_files import query_text

# Column, and whether the largest come first; the last one tells every row apart.
Order = tuple[tuple[str, bool], ...]
Query = str | exp.Query
# Trees with what people asked for in them are as many as their questions.
_KEPT_MAX = 512


@functools.lru_cache(maxsize=_KEPT_MAX)
def page_sql(query: Query, order: Order) -> str:
    """The rows of a query from `$rows_from` (0: the first), at most `$rows_max`, in order."""
    ordered = _ordered(query, order)
    return ordered.limit(_parameter("rows_max")).offset(_parameter("rows_from")).sql("duckdb")


@functools.lru_cache(maxsize=_KEPT_MAX)
def whole_sql(query: Query, order: Order) -> str:
    """All rows of a query, in order."""
    return _ordered(query, order).sql("duckdb")


@functools.lru_cache(maxsize=_KEPT_MAX)
def count_sql(query: Query) -> str:
    """One row: how many rows a query finds, as `found`."""
    count = exp.Count(this=exp.Star()).as_("found")
    return exp.select(count).from_(_found(query)).sql("duckdb")


@functools.lru_cache(maxsize=_KEPT_MAX)
def told_sql(query: Query, columns: tuple[str, ...]) -> str:
    """One row: of each of these columns whether any row of a query tells it."""
    told = [
        exp.GT(this=exp.Count(this=exp.column(name, quoted=True)), expression=exp.convert(0)).as_(
            name, quoted=True
        )
        for name in columns
    ]
    return exp.select(*told).from_(_found(query)).sql("duckdb")


def _ordered(query: Query, order: Order) -> exp.Select:
    by = [
        exp.Ordered(this=exp.column(name, quoted=True), desc=is_down, nulls_first=False)
        for name, is_down in order
    ]
    return exp.select("*").from_(_found(query)).order_by(*by)


def _found(query: Query) -> exp.Subquery:
    if isinstance(query, exp.Query):
        return query.subquery("found")
    parsed = sqlglot.parse_one(query_text(query), dialect="duckdb")
    if not isinstance(parsed, exp.Query):
        raise ValueError(query)
    return parsed.subquery("found")


def _parameter(name: str) -> exp.Parameter:
    return exp.Parameter(this=exp.var(name))
