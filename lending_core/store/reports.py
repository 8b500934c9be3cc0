"""Reports over the whole book: which query files they are, and which tables they read.

A query file is book-wide where it reads a table that grows with the book, asks for nothing by its
number (no parameter ends in `_id` or `_ids`, but for a span's `first_id` and `last_id`), and reads
no column that is personal: an index finds one thing sooner than any cluster, and what is personal
never leaves the book's own file.
"""

import functools
import re
import tomllib
from collections.abc import Iterable
from typing import Any

import sqlglot
from sqlglot import exp

from lending_core.settings import reference_file
from lending_core.store.dialect import DUCKDB
from lending_core.store.shape import shape

_ONE_THING = re.compile(r"\$(?!(?:first|last)_id\b)\w+_ids?\b")


def is_book_wide(text: str) -> bool:
    """Whether the text of a query file asks a report over the whole book."""
    if _ONE_THING.search(text):
        return False
    named = {column.name for column in _parsed(text).find_all(exp.Column)}
    reads_personal = named & _withheld(tables_of(text)) or _brought(text)
    return bool(tables_of(text) & growing_tables()) and not reads_personal


def tables_of(sql: str) -> frozenset[str]:
    """The tables that a statement reads, by itself or through views."""
    found = named_tables(sql)
    views = shape().views
    through = [tables_of(views[name]) for name in found if name in views]
    return (found - views.keys()).union(*through)


@functools.lru_cache(maxsize=512)
def named_tables(sql: str) -> frozenset[str]:
    """The tables and views that a statement names; its own steps are none."""
    tree = _parsed(sql)
    own = {part.alias for part in tree.find_all(exp.CTE)}
    return frozenset(table.name for table in tree.find_all(exp.Table)) - own


def needed_views(sql: str) -> tuple[str, ...]:
    """The views that a statement reads, those that others build on first."""
    views = shape().views
    asked = named_tables(sql) & views.keys()
    wanted = asked.union(*(needed_views(views[name]) for name in asked))
    return tuple(name for name in views if name in wanted)


@functools.cache
def growing_tables() -> frozenset[str]:
    """Tables that grow with the book, from `lake.toml`."""
    return frozenset(_lake()["grows"]["tables"])


@functools.cache
def month_columns() -> dict[str, str]:
    """Tables that the lake keeps by month, and the date by which."""
    return dict(_lake()["by_month"]["columns"])


@functools.cache
def screen_tables() -> frozenset[str]:
    """Tables that no report reads, and screens over a lake do, from `lake.toml`."""
    return frozenset(_lake()["screens"]["tables"])


@functools.cache
def own_tables() -> frozenset[str]:
    """Tables that a console over a lake writes itself, from `lake.toml`."""
    return frozenset(_lake()["own"]["tables"])


@functools.cache
def own_reads() -> frozenset[str]:
    """Tables that it only reads in its own file, where they are empty but for its keys."""
    return frozenset(_lake()["own"]["reads"])


@functools.cache
def withheld_columns() -> dict[str, tuple[str, ...]]:
    """Columns by table that are personal and never leave the book's own file: what it encrypts, and
    what its ledger commits to by a salted hash only, but for what scores and policies need."""
    withheld: dict[str, tuple[str, ...]] = {}
    sealed = tomllib.loads(reference_file("privacy.toml").read_text("utf-8"))["sealed"]
    for table, told in sealed.items():
        withheld[table] = tuple(told["columns"])
    facts = tomllib.loads(reference_file("ledger_tables.toml").read_text("utf-8"))["facts"]
    for table, told in facts.items():
        withheld[table] = (*withheld.get(table, ()), *told.get("personal", ()))
    decides = _lake()["decides"]["columns"]
    kept = {
        table: tuple(name for name in columns if name not in decides.get(table, ()))
        for table, columns in withheld.items()
    }
    return {table: columns for table, columns in kept.items() if columns}


def read_tables(texts: Iterable[str]) -> tuple[str, ...]:
    """All tables that these statements read, in order."""
    return tuple(sorted(frozenset[str]().union(*(tables_of(text) for text in texts))))


def _withheld(tables: Iterable[str]) -> set[str]:
    """The personal columns of tables, and of those that views among them read."""
    views = shape().views
    read = [tables_of(views[name]) if name in views else {name} for name in tables]
    return {name for each in read for table in each for name in withheld_columns().get(table, ())}


def _brought(sql: str) -> set[str]:
    """The personal columns that a star brings along: of a view, those that it has itself."""
    columns = shape().columns
    return {
        name
        for source in _starred(sql)
        for name in _withheld([source]).intersection(columns.get(source, ()))
    }


def _starred(sql: str) -> set[str]:
    """Tables and views of which a statement asks for every column."""
    starred: set[str] = set()
    for select in _parsed(sql).find_all(exp.Select):
        sources = {table.alias_or_name: table.name for table in _sources(select)}
        for each in select.expressions:
            if isinstance(each, exp.Star):
                starred.update(sources.values())
            elif isinstance(each, exp.Column) and isinstance(each.this, exp.Star):
                starred.add(sources.get(each.table, each.table))
    return starred


def _sources(select: exp.Select) -> list[exp.Table]:
    read = [select.args.get("from_"), *(select.args.get("joins") or ())]
    return [each.this for each in read if each is not None and isinstance(each.this, exp.Table)]


@functools.lru_cache(maxsize=512)
def _parsed(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, dialect=DUCKDB)


@functools.cache
def _lake() -> dict[str, Any]:
    return tomllib.loads(reference_file("lake.toml").read_text("utf-8"))
