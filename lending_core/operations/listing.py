"""Long lists: a page at a time, or all of it in frames for a file; sorted and counted where the
rows are, masked for who reads. What a model says of rows is not stored: `page_of` pages these."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor
from lending_core.store import paging
from lending_core.store.engine import Store
from lending_core.store.reader import Reports

# What fits a screen with some scrolling, and what a file is written in.
PAGE_ROWS = 100
FRAME_ROWS = 20_000

Finish = Callable[[Store, Actor, pl.DataFrame], pl.DataFrame]


def as_read(_store: Store, _actor: Actor, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows as they are: of lists that tell nothing of people."""
    return rows


@dataclass(frozen=True)
class Order:
    """By which column a list is sorted, the largest or newest first unless `descending` is off."""

    column: str
    descending: bool = True


@dataclass(frozen=True)
class Listing:
    """A list: its query, the column that tells its rows apart, the columns it may be sorted by, and
    `finish`, which masks what the reader may not see and adds what only shown rows need.
    `beside`: more columns where it takes them too to tell rows apart. `is_report`: it goes over the
    whole book, and the engine chosen for reports finds its rows."""

    query: paging.Query
    key: str
    sortable: tuple[str, ...]
    finish: Finish = as_read
    beside: tuple[str, ...] = ()
    is_report: bool = False

    def reader(self, store: Store) -> Reports:
        """Who finds the rows: of a report over the whole book the engine chosen for these."""
        return store.reports if self.is_report else store

    def order(self, asked: Order) -> paging.Order:
        """The order as the store takes it. Raises `ValueError` for a column of no order."""
        if asked.column not in self.sortable:
            raise ValueError(asked.column)
        ties = tuple((name, False) for name in (self.key, *self.beside) if name != asked.column)
        return ((asked.column, asked.descending), *ties)


@dataclass(frozen=True)
class Asked:
    """Which rows of a list: in which order, from which one on (0: the first), and how many."""

    order: Order
    rows_from: int = 0
    rows_max: int = PAGE_ROWS


def count(store: Store, listing: Listing, parameters: dict[str, Any]) -> int:
    """How many rows the list has."""
    return int(listing.reader(store).read_sql(paging.count_sql(listing.query), **parameters).item())


def told(
    store: Store, listing: Listing, columns: tuple[str, ...], parameters: dict[str, Any]
) -> tuple[str, ...]:
    """Those of the columns that any row of the list tells."""
    found = listing.reader(store).read_sql(paging.told_sql(listing.query, columns), **parameters)
    return tuple(name for name in columns if found[name].item())


def page(
    store: Store, actor: Actor, listing: Listing, asked: Asked, parameters: dict[str, Any]
) -> pl.DataFrame:
    """The rows of one page."""
    sql = paging.page_sql(listing.query, listing.order(asked.order))
    span = {"rows_from": asked.rows_from, "rows_max": asked.rows_max}
    rows = listing.reader(store).read_sql(sql, **span, **parameters)
    return listing.finish(store, actor, rows)


def frames(
    store: Store, actor: Actor, listing: Listing, order: Order, parameters: dict[str, Any]
) -> Iterator[pl.DataFrame]:
    """All rows, frame by frame, the first one empty: it tells the columns."""
    sql = paging.whole_sql(listing.query, listing.order(order))
    for rows in listing.reader(store).stream(sql, FRAME_ROWS, **parameters):
        yield listing.finish(store, actor, rows)


def page_of(rows: pl.DataFrame, key: str, asked: Asked) -> pl.DataFrame:
    """One page of rows that were computed rather than read; `key` tells them apart."""
    return in_order(rows, key, asked.order).slice(asked.rows_from, asked.rows_max)


def in_order(rows: pl.DataFrame, key: str, order: Order) -> pl.DataFrame:
    """Computed rows in an order, as the store orders those it reads: what is not known last."""
    by = [order.column, *([] if order.column == key else [key])]
    return rows.sort(by, descending=[order.descending, False][: len(by)], nulls_last=True)
