"""What an import left in a book: where it came from, what was rejected, and one loan of it."""

from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import NotFound
from lending_core.store.engine import Store


def tape_origin(store: Store, actor: Actor) -> dict[str, Any]:
    """The newest import into a book: file_name, mapping (TOML), shape, as_of_on, rows_in,
    rows_loaded, rows_rejected, loans, imported_by, recorded_at. Raises `NotFound` without one."""
    require(actor, Permission.VIEW_BOOK)
    found = store.read("tape_origin").rows(named=True)
    if not found:
        raise NotFound("tape_origin_unknown")
    return found[0]


def tape_rejects(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per row of the file that was not loaded, in its order: row_number, reason (a code of
    `tape.toml`), detail, content (the row as read, JSON: whatever the file says of people, so for
    those who may bring one in)."""
    require(actor, Permission.IMPORT_TAPE)
    return store.opened(store.read("tape_reject"))


def tape_loan(store: Store, actor: Actor, loan_id: int) -> dict[str, Any]:
    """One loan of a tape: its facts (null: the tape does not say), `own_segments` (name -> value),
    the import it came with (file_name, shape, as_of_on), and where it stood at the last month end
    that is told: standing, bucket, days_past_due, outstanding_fen. Raises `NotFound`."""
    require(actor, Permission.VIEW_BOOK)
    found = store.read("tape_loan_page", loan_id=loan_id).rows(named=True)
    if not found:
        raise NotFound("loan_unknown", loan_id=loan_id)
    return {**found[0], "own_segments": found[0]["own_segments"] or {}}


def tape_months(store: Store, actor: Actor, loan_id: int) -> pl.DataFrame:
    """One row per month end told of the loan, oldest first: standing, bucket, days_past_due,
    principal_fen, overdue_fen, paid_fen, written_off_fen."""
    require(actor, Permission.VIEW_BOOK)
    return store.read("tape_month", loan_id=loan_id)


def tape_payments(store: Store, actor: Actor, loan_id: int) -> pl.DataFrame:
    """One row per payment told of the loan, oldest first: paid_on, amount_fen."""
    require(actor, Permission.VIEW_BOOK)
    return store.read("tape_payment", loan_id=loan_id)


def loan_called(store: Store, actor: Actor, reference: str) -> int:
    """Number of the loan that the tape calls `reference`. Raises `NotFound`."""
    require(actor, Permission.VIEW_BOOK)
    found = store.read("tape_loan_by_reference", reference=reference.strip())
    if found.is_empty():
        raise NotFound("tape_reference_unknown", reference=reference.strip()[:60])
    return int(found["loan_id"][0])
