"""What the overdue screen asks of whoever answers reports over the book: written down while the
screen itself is drawn: as it opens, after a click on each kind of mark, and with a filter."""

import functools
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import sqlglot
import streamlit as st
from sqlglot import exp
from streamlit.testing.v1 import AppTest

from lending_core.errors import InvalidState
from lending_core.settings import PROJECT_ROOT
from lending_core.store.dialect import DUCKDB
from lending_core.store.engine import Store
from lending_core.store.kept import Source
from lending_core.store.lake import Manifest, book_wide_queries
from lending_core.store.query_files import query_text
from pages.ui import session
from tests.pages.visits import opened

PAGE = "pages/book/overdue_loans.py"
RUN_SECONDS_MAX = 600
# A mark of each kind that a chart of the screen has, as a click writes it into the address.
CLICKS = {
    "stage": "stage|2026-10-31|M1",
    "rate": "rate|2026-10-31|over_30_share",
    "flow": "flow|2026-10-31|C|worse",
    "first": "first|2026-03-31|fpd_7_share",
    "entry": "entry|2026-08-31|open",
    "part": "part|mini_program|M1|channel",
}
# As it opens, after each click, and with a filter whose loans are looked up elsewhere.
VISITS = ({}, *({"show": mark} for mark in CLICKS.values()), {"funder": "binhai_bank"})


@dataclass(frozen=True)
class Question:
    """A report: what it is called, its statement and its parameters."""

    name: str
    sql: str
    parameters: dict[str, Any]


class Recorder:
    """An engine for reports that lets the store answer, and writes down what it was asked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def read(self, query: str, **parameters: Any) -> pl.DataFrame:
        return self.read_sql(query_text(query), **parameters)

    def read_sql(self, sql: str, /, **parameters: Any) -> pl.DataFrame:
        self.asked.append((sql, parameters))
        return self._store.read_sql(sql, **parameters)

    def stream(self, sql: str, rows_max: int, /, **parameters: Any) -> Iterator[pl.DataFrame]:
        self.asked.append((sql, parameters))
        return self._store.stream(sql, rows_max, **parameters)

    def kept(self, key: str, source: Source, /, **parameters: Any) -> AbstractContextManager[str]:
        return self._store.kept(key, source, **parameters)

    def state(self) -> str:
        return "recorded"

    def copied(self) -> Manifest:
        # The book answers itself, which is no copy.
        raise InvalidState("lake_missing", path=self._store.path(), book="recorded")


def questions(database: Path) -> list[Question]:
    """Each report that the screen asks over a book, once: asked with the same parameters set."""
    found: dict[tuple[str, frozenset[str]], Question] = {}
    for sql, parameters in _asked(database):
        given = frozenset(name for name, value in parameters.items() if value is not None)
        found.setdefault((sql, given), Question(_name(sql, given), sql, parameters))
    return list(found.values())


def _asked(database: Path) -> list[tuple[str, dict[str, Any]]]:
    """Statements and parameters in the order in which the screen asks them."""
    os.environ |= {"LENDING_DATABASE": str(database), "LENDING_DEMO": "on"}
    store = session.home().store
    store.engine = recorder = Recorder(store)
    for query in VISITS:
        console = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=RUN_SECONDS_MAX)
        console.run().session_state["user_name"] = "analyst"
        opened(console, PAGE, **query)
        if console.exception:
            raise ValueError(console.exception[0].value)
    store.close()
    st.cache_data.clear()
    st.cache_resource.clear()
    return recorder.asked


def _name(sql: str, given: frozenset[str]) -> str:
    """The query file, whether its rows are counted or paged, and which part of the book is asked
    for."""
    tree = sqlglot.parse_one(sql, dialect=DUCKDB)
    inner = tree.find(exp.Subquery)
    body = inner.this if inner is not None and inner.alias == "found" else tree
    name = _query_files()[_plain(body)]
    if body is not tree:
        name += ", a page" if tree.args.get("limit") else ", counted"
    chosen = sorted(given & {"previous_buckets", "channels", "funder_codes"})
    return f"{name} ({', '.join(chosen)})" if chosen else name


@functools.cache
def _query_files() -> dict[str, str]:
    """The name of each report by its statement."""
    names = book_wide_queries()
    return {_plain(sqlglot.parse_one(query_text(name), dialect=DUCKDB)): name for name in names}


def _plain(tree: exp.Expr) -> str:
    return tree.sql(DUCKDB, comments=False)
