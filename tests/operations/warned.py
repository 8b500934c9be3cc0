"""A book in which something leaves its usual range."""

import polars as pl

from lending_core.store.engine import Store

FULL_FUNDER = "binhai_bank"


def fill_up(store: Store, used: float) -> None:
    """Gives a lender the quota of which what it is owed is this share."""
    rows = store.read("funder_room")
    is_full = pl.col("funder_code") == FULL_FUNDER
    quota = pl.when(is_full).then((pl.col("outstanding_fen") / used).ceil().cast(pl.Int64))
    with store.transaction() as transaction:
        transaction.clear("funder")
        kept = rows.with_columns(quota_fen=quota.otherwise("quota_fen"))
        transaction.append("funder", kept.drop("outstanding_fen", "room_fen"))
