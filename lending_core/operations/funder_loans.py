"""The loans of one lender, for the staff: the same rows that the lender's own people see."""

from collections.abc import Iterator

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.operations import listing
from lending_core.operations.listing import Asked, Order
from lending_core.operations.own_funding import OWN_LOANS
from lending_core.store.engine import Store


def count_loans_of_funder(store: Store, actor: Actor, funder_code: str) -> int:
    """In how many loans a lender has a share."""
    require(actor, Permission.VIEW_BOOK)
    return listing.count(store, OWN_LOANS, _of(funder_code))


def loans_of_funder(store: Store, actor: Actor, funder_code: str, asked: Asked) -> pl.DataFrame:
    """One page of the loans with a share of a lender: the columns of `own_funding.own_loans`."""
    require(actor, Permission.VIEW_BOOK)
    return listing.page(store, actor, OWN_LOANS, asked, _of(funder_code))


def all_loans_of_funder(
    store: Store, actor: Actor, funder_code: str, order: Order
) -> Iterator[pl.DataFrame]:
    """All rows of `loans_of_funder` in frames, for a file."""
    require(actor, Permission.VIEW_BOOK)
    return listing.frames(store, actor, OWN_LOANS, order, _of(funder_code))


def _of(funder_code: str) -> dict[str, str | None]:
    return {"funder_code": funder_code, "loan_id": None}
