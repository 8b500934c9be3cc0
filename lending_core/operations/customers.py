"""What the customer's page reads: one borrower with all loans, lines and consents.

Loans stand as at the newest closed day; one paid out since then stands as paid out.
"""

from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import NotFound
from lending_core.operations.reports import masked
from lending_core.store.engine import Store


def customer_page(store: Store, actor: Actor, customer_id: int) -> dict[str, Any]:
    """Who it is (masked by role) and all loans together: loans, open_loans, principal_fen,
    overdue_fen, claim_fen after write-offs, days_past_due and bucket of the worst loan.

    Raises `NotFound`.
    """
    require(actor, Permission.VIEW_BOOK)
    found = masked(actor, store.read("customer_page", customer_id=customer_id)).rows(named=True)
    if not found:
        raise NotFound("customer_unknown", customer_id=customer_id)
    return found[0]


def loans_of_customer(store: Store, actor: Actor, customer_id: int) -> pl.DataFrame:
    """One row per loan, the worst first: loan_standing (new, on_time, late, paid_off, charged_off),
    bucket, days_past_due, outstanding_fen, overdue_fen, next_due_on, next_due_fen and terms."""
    require(actor, Permission.VIEW_BOOK)
    return store.read("customer_loan", customer_id=customer_id)


def lines_of_customer(store: Store, actor: Actor, customer_id: int) -> pl.DataFrame:
    """One row per line of credit: limit_fen in force, used_fen, available_fen (PM-12), loans,
    line_status and what set it: line_reason, status_changed_on, status_changed_by."""
    require(actor, Permission.VIEW_BOOK)
    lines = store.read("line_state", customer_id=customer_id, line_id=None)
    return lines.rename({"status": "line_status", "status_reason": "line_reason"})


def line_log(store: Store, actor: Actor, customer_id: int) -> pl.DataFrame:
    """One row per change of a line, newest first: line_event (limit, frozen, active), limit_fen,
    line_reason, changed_on, actor, recorded_at."""
    require(actor, Permission.VIEW_BOOK)
    log = store.read("line_log", customer_id=customer_id)
    return log.rename({"reason": "line_reason"})


def consents_of_customer(store: Store, actor: Actor, customer_id: int) -> pl.DataFrame:
    """One row per source asked about: consent_state (granted, withdrawn) by the newest
    answer, text_version, recorded_at."""
    require(actor, Permission.VIEW_BOOK)
    return store.read("customer_consent", customer_id=customer_id)
