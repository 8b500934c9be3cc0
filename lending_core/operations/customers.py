"""What the customer's page reads: one borrower with all loans and lines, as of now."""

from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import NotFound
from lending_core.operations.debts import debts, lines_now
from lending_core.operations.personal import masked
from lending_core.store.engine import Store


def customer_page(store: Store, actor: Actor, customer_id: int) -> dict[str, Any]:
    """Who it is (masked by role), and all loans together: loans, open_loans, principal_fen,
    overdue_fen, days_past_due and bucket of the worst loan (None without a loan), is_charged_off.

    Raises `NotFound`.
    """
    require(actor, Permission.VIEW_BOOK)
    kept = store.read("customer_page", customer_id=customer_id)
    if kept.is_empty():
        raise NotFound("customer_unknown", customer_id=customer_id)
    return {**masked(store, actor, kept).row(0, named=True), **_together(debts(store, customer_id))}


def loans_of_customer(store: Store, actor: Actor, customer_id: int) -> pl.DataFrame:
    """One row per loan, the worst first, as `debts.debts`, with outstanding_fen (principal) and
    loan_standing (on_time, late, paid_off, charged_off)."""
    require(actor, Permission.VIEW_BOOK)
    worst_first = ("is_charged_off", "days_past_due", "principal_fen")
    return (
        debts(store, customer_id)
        .sort(*worst_first, "loan_id", descending=[True, True, True, False])
        .with_columns(loan_standing=_STANDING)
        .rename({"principal_fen": "outstanding_fen"})
    )


def lines_of_customer(store: Store, actor: Actor, customer_id: int) -> pl.DataFrame:
    """One row per line of credit: see `debts.lines_now`."""
    require(actor, Permission.VIEW_BOOK)
    return lines_now(store, customer_id)


def line_log(store: Store, actor: Actor, customer_id: int) -> pl.DataFrame:
    """One row per change of a line, newest first: line_event (limit, frozen, active), limit_fen,
    line_reason, changed_on, actor, recorded_at."""
    require(actor, Permission.VIEW_BOOK)
    return store.read("line_log", customer_id=customer_id)


_STANDING = (
    pl.when(pl.col("is_charged_off"))
    .then(pl.lit("charged_off"))
    .when(~pl.col("is_open"))
    .then(pl.lit("paid_off"))
    .when(pl.col("days_past_due") > 0)
    .then(pl.lit("late"))
    .otherwise(pl.lit("on_time"))
)


def _together(owed: pl.DataFrame) -> dict[str, Any]:
    """A customer is as late as the worst loan."""
    worst = owed.sort("days_past_due", descending=True)["bucket"].head(1).to_list()
    return {
        "loans": owed.height,
        "open_loans": int(owed["is_open"].sum()),
        "principal_fen": int(owed["principal_fen"].sum()),
        "overdue_fen": int(owed["overdue_fen"].sum()),
        "days_past_due": int(owed["days_past_due"].max() or 0),  # type: ignore[arg-type]
        "bucket": worst[0] if worst else None,
        "is_charged_off": bool(owed["is_charged_off"].any()),
    }
