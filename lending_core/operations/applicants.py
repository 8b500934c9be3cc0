"""Simulated applicants for demonstrations: one to look at, or many decided in a batch."""

from collections.abc import Callable
from datetime import datetime

import numpy as np
import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import Book, book
from lending_core.operations.months import originate, with_past
from lending_core.operations.servicing import close_month
from lending_core.products.catalogue import catalogue
from lending_core.simulate.draws import Draws
from lending_core.simulate.samples import SAMPLES, Applicants, applicants, sample
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment

# Applicants done, of how many.
Progress = Callable[[int, int], None]

SAMPLE_NAMES = tuple(SAMPLES)
BULK_MAX = 20_000
BATCH_SIZE = 1_000
CONSENT_TEXT_VERSION = "2026-09-30"


def sample_applicant(store: Store, actor: Actor, name: str, seed: int) -> Applicants:
    """One simulated applicant of the kind `name` of `SAMPLE_NAMES`; nothing is written."""
    require(actor, Permission.RUN_DEMONSTRATION)
    on = _simulated_book(store).business_on
    return sample(name, 0, on, catalogue(), np.random.default_rng(seed))


def run_applicants(
    store: Store, actor: Actor, count: int, *, at: datetime, progress: Progress | None = None
) -> pl.DataFrame:
    """`count` new simulated people apply on the business date; offers they take are paid out.

    Each batch is one transaction. Returns one row per application: application_id, product_code,
    score, default_probability, outcome, limit_fen, annual_rate.
    """
    require(actor, Permission.RUN_DEMONSTRATION)
    if not 1 <= count <= BULK_MAX:
        raise InvalidInput("bulk_count", maximum=BULK_MAX)
    decided = []
    for first in range(0, count, BATCH_SIZE):
        size = min(BATCH_SIZE, count - first)
        with store.transaction() as transaction:
            current = _simulated_book(transaction)
            moment = Moment(actor, current.business_on, at)
            decided.append(_run_batch(transaction, moment, current, size))
        if progress:
            progress(first + size, count)
    columns = ("application_id", "product_code", "score", "default_probability", "outcome")
    return pl.concat(decided).select(*columns, "limit_fen", "annual_rate")


def _run_batch(transaction: Transaction, moment: Moment, current: Book, count: int) -> pl.DataFrame:
    draws = Draws(current.seed or 0)
    on = current.business_on
    first_customer_id = transaction.next_id("customer", "customer_id")
    drawn = applicants(first_customer_id, count, on, catalogue(), draws)
    transaction.append("customer", drawn.customers)
    transaction.append("simulated_borrower", drawn.traits)
    transaction.append(
        "consent",
        drawn.consents.with_columns(
            text_version=pl.lit(CONSENT_TEXT_VERSION), recorded_at=pl.lit(utc_naive(moment.at))
        ),
    )
    arrived = with_past(transaction, drawn.customers.join(drawn.traits, on="customer_id"), on)
    first_loan_id = transaction.next_id("loan", "loan_id")
    decided = originate(
        transaction,
        moment,
        arrived.with_columns(applied_on=pl.lit(on)),
        draws,
        room_known_on=on,
    )
    close_month(transaction, on, first_loan_id=first_loan_id)
    return decided


def _simulated_book(reader: Store | Transaction) -> Book:
    current = book(reader)
    if not current.is_simulated:
        raise InvalidState("book_is_real", name=current.name)
    return current
