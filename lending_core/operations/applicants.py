"""Simulated applicants for demonstrations: one to look at, or many decided in a batch."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState
from lending_core.ledger.chain import utc_naive
from lending_core.operations.consents import with_text
from lending_core.operations.console import Book, book
from lending_core.operations.keys import Request, known_subject, remember
from lending_core.operations.months import originate, with_past
from lending_core.operations.traces import append_customers
from lending_core.products.catalogue import catalogue
from lending_core.simulate.draws import Draws
from lending_core.simulate.samples import SAMPLES, Applicants, applicants, in_ring, sample
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment

# Applicants done, of how many.
Progress = Callable[[int, int], None]

# Somebody with the device, card and address of a fraud ring of the book.
RING = "ring"
SAMPLE_NAMES = (*SAMPLES, RING)
BULK_MAX = 20_000
BATCH_SIZE = 1_000


def sample_applicant(store: Store, actor: Actor, name: str, seed: int) -> Applicants:
    """One simulated applicant of the kind `name` of `SAMPLE_NAMES`; nothing is written."""
    require(actor, Permission.RUN_DEMONSTRATION)
    current = _simulated_book(store)
    chance = np.random.default_rng(seed)
    if name != RING:
        return sample(name, 0, current.open_on, catalogue(), chance)
    newest_id = store.read("newest_customer")["customer_id"][0]
    plain = sample("surprise", 0, current.open_on, catalogue(), chance)
    return in_ring(plain, newest_id, Draws(current.seed or 0))


@dataclass(frozen=True)
class BulkRun:
    """How many applicants, under which key: a run that is started again goes on where it was."""

    key: str
    count: int

    def __post_init__(self) -> None:
        if not 1 <= self.count <= BULK_MAX:
            raise InvalidInput("bulk_count", maximum=BULK_MAX)


def run_applicants(
    store: Store, actor: Actor, run: BulkRun, *, at: datetime, progress: Progress | None = None
) -> pl.DataFrame:
    """New simulated people apply on the business date; offers they take are paid out.

    Each batch is one transaction and happens once under the run's key. Returns one row per
    application: application_id, product_code, score, default_probability, outcome, limit_fen,
    annual_rate.
    """
    require(actor, Permission.RUN_DEMONSTRATION)
    decided = []
    for first in range(0, run.count, BATCH_SIZE):
        size = min(BATCH_SIZE, run.count - first)
        first_id = _batch_once(store, actor, f"{run.key}/{first}", size, at)
        decided.append(
            store.read("decided_batch", first_application_id=first_id, applications_max=size)
        )
        if progress:
            progress(first + size, run.count)
    return pl.concat(decided)


def _batch_once(store: Store, actor: Actor, key: str, count: int, at: datetime) -> int:
    """Number of the batch's first application, decided now or under this key before."""
    asked = Request(key, "run_applicants", {"count": count})
    with store.transaction() as transaction:
        known = known_subject(transaction, asked)
        if known is not None:
            return known
        current = _simulated_book(transaction)
        decided = _run_batch(transaction, Moment(actor, current.open_on, at), current, count)
        first_id = int(decided["application_id"][0])
        remember(transaction, asked, first_id)
        return first_id


def _run_batch(transaction: Transaction, moment: Moment, current: Book, count: int) -> pl.DataFrame:
    draws = Draws(current.seed or 0)
    on = current.open_on
    first_customer_id = transaction.next_id("customer", "customer_id")
    drawn = applicants(first_customer_id, count, on, catalogue(), draws)
    append_customers(transaction, drawn.customers)
    transaction.append("simulated_borrower", drawn.traits)
    answers = drawn.consents.with_columns(
        answered_on=pl.lit(on), recorded_at=pl.lit(utc_naive(moment.at))
    )
    transaction.append("consent", with_text(answers))
    arrived = with_past(transaction, drawn.customers.join(drawn.traits, on="customer_id"))
    return originate(transaction, moment, arrived.with_columns(applied_on=pl.lit(on)), draws)


def _simulated_book(reader: Store | Transaction) -> Book:
    current = book(reader)
    if not current.is_simulated:
        raise InvalidState("book_is_real", name=current.name)
    return current
