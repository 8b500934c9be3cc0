"""A book in which something leaves its usual range."""

from dataclasses import replace

import polars as pl

from lending_core.access.permissions import SYSTEM
from lending_core.operations.console import book
from lending_core.operations.funder_register import FunderOrder, funders_in_force, put_in_force
from lending_core.store.engine import Store
from lending_core.store.events import Moment
from tests.builders import AT

FULL_FUNDER = "binhai_bank"


def fill_up(store: Store, used: float) -> None:
    """Gives a lender the quota of which what it is owed is this share."""
    on = book(store).business_on
    owed = store.read("warning_quota", from_on=on).filter(pl.col("segment") == FULL_FUNDER)
    quota = owed.select((pl.col("open_fen") / used).ceil().cast(pl.Int64)).item()
    terms = replace(funders_in_force(store)[FULL_FUNDER], quota_fen=quota)
    with store.transaction() as transaction:
        put_in_force(transaction, Moment(SYSTEM, on, AT), FunderOrder(terms, on, "filled up"))


def without_funders(store: Store) -> None:
    """From now on nobody has money to lend."""
    with store.transaction() as transaction:
        transaction.clear("funder_version_step")
