"""What roll rates and the forecast read: where loans moved from one month end to the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import newest_month_end
from lending_core.operations import cohort_queries, listing
from lending_core.operations.console import book
from lending_core.operations.listing import Asked, Listing, Order
from lending_core.operations.reports import BookFilter
from lending_core.store.engine import Store

# What loans that moved may be sorted by.
LOAN_ORDERS = (
    *("from_principal_fen", "principal_fen", "days_past_due", "lent_fen", "disbursed_on"),
    "loan_id",
)


@dataclass(frozen=True)
class Rolled:
    """Loans of a part of the book that stood in a stage a month earlier, and in a state (stage or
    way of leaving) at a month end."""

    chosen: BookFilter
    month_end_on: date
    from_bucket: str
    to_state: str

    def parameters(self) -> dict[str, Any]:
        """The parameters of `roll_loan.sql`."""
        return {
            "month_end_on": self.month_end_on,
            "from_bucket": self.from_bucket,
            "to_state": self.to_state,
            **self.chosen.parameters(),
        }


def moves(store: Store, actor: Actor, chosen: BookFilter, where: str | None = None) -> pl.DataFrame:
    """One row per month end, stage a month earlier and state now, as `portfolio.roll_rates` takes
    them. A month counts once it is over: a part of one would roll less than a whole one. Raises
    `InvalidInput` for a condition that may not be asked."""
    require(actor, Permission.VIEW_BOOK)
    last_on = newest_month_end(book(store).business_on)
    condition = cohort_queries.checked(store, where)
    sql = cohort_queries.restricted("roll_move", condition).sql("duckdb")
    return store.reports.read_sql(sql, last_month_end_on=last_on, **chosen.parameters())


def count_rolled(store: Store, actor: Actor, rolled: Rolled) -> int:
    """How many loans moved so."""
    require(actor, Permission.VIEW_BOOK)
    return listing.count(store, _ROLLED, rolled.parameters())


def told_of_rolled(
    store: Store, actor: Actor, rolled: Rolled, columns: tuple[str, ...]
) -> tuple[str, ...]:
    """Those of the columns that any of the loans tells: a tape may not know all of them."""
    require(actor, Permission.VIEW_BOOK)
    return listing.told(store, _ROLLED, columns, rolled.parameters())


def rolled_loans(store: Store, actor: Actor, rolled: Rolled, asked: Asked) -> pl.DataFrame:
    """One page of the loans that moved so: loan_id, disbursed_on, month_end_on, previous_bucket,
    bucket, standing, days_past_due, from_principal_fen (a month earlier), principal_fen, lent_fen,
    product_code, region_code, funder_code, band."""
    require(actor, Permission.VIEW_BOOK)
    return listing.page(store, actor, _ROLLED, asked, rolled.parameters())


def all_rolled_loans(
    store: Store, actor: Actor, rolled: Rolled, order: Order
) -> Iterator[pl.DataFrame]:
    """All loans that moved so in frames, for a file: the columns of `rolled_loans`."""
    require(actor, Permission.VIEW_BOOK)
    return listing.frames(store, actor, _ROLLED, order, rolled.parameters())


_ROLLED = Listing("roll_loan", "loan_id", LOAN_ORDERS, is_report=True)
