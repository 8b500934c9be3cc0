"""The close of a day over a million open loans: against reading and writing the same rows, against
a loop over loans, and how it grows; the state of one loan; memory."""

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from lending_core.access.permissions import SYSTEM
from lending_core.operations.books import start_book
from lending_core.operations.closing import CHUNK_LOANS, close_day
from lending_core.operations.console import Book
from lending_core.operations.loan_events import state_of_loan
from lending_core.products.catalogue import catalogue, contract_terms
from lending_core.products.schedule import schedules_in_batches
from lending_core.servicing.contracts import contracts
from lending_core.servicing.loan_events import LOAN_EVENT_SCHEMA
from lending_core.servicing.positions import LoanState, loan_state
from lending_core.store.engine import Store, open_store
from lending_core.store.events import Moment
from tests.bench.bench_schedules import loans_of

LOANS, FEWER_LOANS = 1_000_000, 100_000
SAMPLE = 500
SEED = 30
CLOSED_ON = date(2026, 10, 30)
OPEN_ON = date(2026, 10, 31)
AT = datetime(2026, 10, 31, 18, tzinfo=UTC)
# Loans are up to this old: some owe their first instalment, some have paid three.
OLDEST_DAYS = 100
PAID_SHARE = 0.96
WRITTEN = ("loan_position", "posting", "bucket_move", "loan_month")
# Above every number of an event: as if nothing had happened since the last close.
EVERY_EVENT = 2**60


def run() -> list[dict[str, object]]:
    """Ratios of processor seconds within one run; one million loans, and a tenth of them."""
    few, many = (_in_its_own_process(size) for size in (FEWER_LOANS, LOANS))
    per_loan, loop = many["close"] / LOANS, many["loop"] / SAMPLE
    return [
        _row(
            f"close of a day, {LOANS:,} loans ({many['close']:.1f} s), against reading and writing "
            f"its rows ({many['copy']:.1f} s)",
            many["close"] / many["copy"],
            "at most 10",
            "times as long",
        ),
        _row(
            "the same against reading, closing and writing loan by loan",
            loop / per_loan,
            "at least 100",
            "times faster",
        ),
        _row(
            f"growth of the close from {FEWER_LOANS:,} to {LOANS:,} loans",
            (many["close"] / LOANS) / (few["close"] / FEWER_LOANS),
            "at most 1.3",
            "times per loan",
        ),
        _row(
            f"state of one loan (with reading it from the book {many['read_loan'] * 1000:.0f} ms)",
            many["one_loan"] * 1000,
            "at most 20",
            "ms",
        ),
        _row(f"memory of the whole run, {LOANS:,} loans", many["memory_gib"], "at most 6", "GiB"),
    ]


def _row(name: str, figure: float, aim: str, unit: str) -> dict[str, object]:
    return {"name": name, "figure": figure, "aim": aim, "unit": unit}


def _in_its_own_process(size: int) -> dict[str, float]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(measure, size).result()


def measure(size: int) -> dict[str, float]:
    """Seconds of each piece of work over a book of `size` loans, and the peak of memory."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "book.duckdb")
        _a_book(store, size)
        close_day(store, SYSTEM, CLOSED_ON, at=AT)
        _pay(store, OPEN_ON)
        found = {"close": seconds(lambda: close_day(store, SYSTEM, OPEN_ON, at=AT))}
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found["copy"] = _copy_seconds(store, Path(folder) / "copy.duckdb", size)
        found["loop"] = _loop_seconds(store, Path(folder) / "loop.duckdb")
        found["read_loan"] = median_seconds(lambda loan_id: _read_state(store, loan_id))
        found["one_loan"] = median_seconds(_state_at_hand(store))
        return {**found, "memory_gib": memory / 2**20}


def _a_book(store: Store, size: int) -> None:
    """Loans over all products, paid as they fell due but for a few, one day before the close."""
    chance = np.random.default_rng(SEED)
    products = list(catalogue().values())
    parts = [
        loans_of(product, size // len(products) + 1, chance).with_columns(
            product_code=pl.lit(product.code)
        )
        for product in products
    ]
    age = pl.Series(chance.integers(1, OLDEST_DAYS, size)).cast(pl.Int32)
    loans = (
        pl.concat(parts)
        .head(size)
        .join(contract_terms().drop("day_count"), on="product_code", maintain_order="left")
        .with_columns(
            loan_id=pl.int_range(1, size + 1, dtype=pl.Int64),
            disbursed_on=pl.lit(CLOSED_ON) - pl.duration(days=age),
            first_due_on=pl.lit(OPEN_ON),
            application_id=pl.lit(1),
            customer_id=pl.lit(1),
            line_id=pl.lit(1),
            **{name: pl.lit("-") for name in ("scenario", "channel", "region_code", "band")},
        )
        .with_columns(pl.col("disbursed_on").cast(pl.Date))
    )
    paid = _dues_paid(loans, chance)
    before_on = CLOSED_ON - timedelta(days=1)
    book = Book("bench", True, SEED, "CNY", CLOSED_ON, before_on)
    with store.transaction() as transaction:
        start_book(transaction, Moment(SYSTEM, before_on, AT), book, size)
        transaction.append("loan", loans)
        transaction.append(
            "funding",
            loans.select("loan_id", funder_code=pl.lit("bank"), share_fen="principal_fen"),
        )
        transaction.append("loan_event", paid)


def _dues_paid(loans: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    """Payments of what fell due before the close, but for a few that are late."""
    due = pl.concat(
        batch.filter(pl.col("due_on") <= CLOSED_ON).select("loan_id", "due_on", "total_fen")
        for batch in schedules_in_batches(loans.with_columns(every_months=pl.lit(1)))
    )
    return _payments(due.filter(pl.Series(chance.random(due.height) < PAID_SHARE)), 1)


def _pay(store: Store, on: date) -> None:
    """Those whose instalment falls due on the day pay it."""
    due = store.read_sql(
        "select loan_id, next_due_on as due_on, next_due_fen as total_fen from loan_position "
        "where next_due_on = $on and next_due_fen > 0",
        on=on,
    )
    with store.transaction() as transaction:
        first_id = transaction.next_id("loan_event", "loan_event_id")
        transaction.append("loan_event", _payments(due, first_id))


def _payments(due: pl.DataFrame, first_id: int) -> pl.DataFrame:
    return due.select(
        "loan_id",
        loan_event_id=pl.int_range(first_id, first_id + due.height, dtype=pl.Int64),
        kind=pl.lit("payment"),
        strategy=pl.lit("next_dues"),
        effective_on="due_on",
        recorded_on="due_on",
        amount_fen="total_fen",
        recorded_at=pl.lit(AT.replace(tzinfo=None)),
        recorded_by=pl.lit("system"),
    )


def _copy_seconds(store: Store, path: Path, size: int) -> float:
    """Reading what a close reads and writing what it wrote, without anything in between."""
    other = open_store(path)
    newest = {"first_loan_id": 1, "last_loan_id": size, "last_event_id": EVERY_EVENT}

    def copy() -> None:
        with other.transaction() as transaction:
            for first in range(1, size + 1, CHUNK_LOANS):
                chunk = {**newest, "first_loan_id": first, "last_loan_id": first + CHUNK_LOANS - 1}
                store.read("loan_to_continue", **chunk)
            for table in WRITTEN:
                transaction.append(table, _written(store, table))

    return seconds(copy)


def _written(store: Store, table: str) -> pl.DataFrame:
    day = {"loan_position": "closed_on", "posting": "booked_on", "bucket_move": "moved_on"}
    column = day.get(table, "month_end_on")
    return store.read_sql(f'select * from "{table}" where "{column}" = $on', on=OPEN_ON)


def _loop_seconds(store: Store, path: Path) -> float:
    """Reading, closing and writing one loan after the other, for a sample of loans."""
    other = open_store(path)
    day = (OPEN_ON - date(1970, 1, 1)).days

    def loop() -> None:
        with other.transaction() as transaction:
            for loan_id in range(1, SAMPLE + 1):
                one = {"first_loan_id": loan_id, "last_loan_id": loan_id}
                rows = store.read("loan_to_continue", last_event_id=EVERY_EVENT, **one)
                for loan in rows.iter_rows(named=True):
                    position, postings = close_by_loop(loan, day)
                    transaction.append("bucket_move", pl.DataFrame([position]))
                    transaction.append("posting", pl.DataFrame(postings))

    return seconds(loop)


def close_by_loop(
    loan: dict[str, Any], day: int
) -> tuple[dict[str, object], list[dict[str, object]]]:
    """One loan closed as code without vectors would do it: lateness, penalty, interest, journal."""
    oldest, penalty, accrued, principal = None, 0, 0, 0
    for place, due_on in enumerate(loan["due_on"]):
        left = loan["principal_left_fen"][place]
        unpaid = left + loan["interest_left_fen"][place]
        principal += left
        if due_on < day and unpaid > 0:
            oldest = due_on if oldest is None else oldest
            late = loan["days_late"][place] + day - max(due_on, loan["replayed_to"])
            extra = max(0, late - loan["grace_days"]) * left * loan["penalty_rate"]
            numerator = loan["penalty_numerator"][place] + extra
            penalty += round(numerator / (365 * 10**8)) - loan["penalty_settled_fen"][place]
        interest, before = loan["interest_fen"][place], loan["accrued_before_fen"][place]
        nights = max(due_on - loan["from_on"][place], 1)
        passed = min(max(day - loan["from_on"][place], 0), nights)
        accrued += (
            interest if day >= due_on else before + round((interest - before) * passed / nights)
        )
    days_past_due = 0 if oldest is None else day - oldest
    bucket = "C" if days_past_due == 0 else f"M{min((days_past_due + 29) // 30, 7)}"
    booked = dict(enumerate(loan["booked_fen"]))
    change = {"interest_accrued": accrued - booked[2], "penalty_accrued": penalty - booked[3]}
    keys = {"loan_id": loan["loan_id"], "booked_on": OPEN_ON, "funder_code": loan["funder_code"]}
    postings = [
        {**keys, "entry_id": loan["loan_id"], "flow": flow, "amount_fen": amount}
        for flow, amount in change.items()
        if amount
    ]
    position = {
        "loan_id": loan["loan_id"],
        "moved_on": OPEN_ON,
        "from_bucket": loan["bucket"],
        "to_bucket": bucket,
        "days_past_due": days_past_due,
        "principal_fen": principal,
    }
    return position, postings


def _read_state(store: Store, loan_id: int) -> LoanState:
    return state_of_loan(store, SYSTEM, loan_id, as_of=OPEN_ON, known_on=OPEN_ON)


def _state_at_hand(store: Store) -> Callable[[int], LoanState]:
    """The state of a loan whose contract and events have been read."""
    chosen = "where loan_id <= 40"
    loans = contracts(store.read_sql(f"select * from loan {chosen}"))
    events = store.read_sql(f"select * from loan_event {chosen}")
    known = events.select(list(LOAN_EVENT_SCHEMA)).cast(pl.Schema(LOAN_EVENT_SCHEMA))
    mine = {
        loan_id: (
            loans.filter(pl.col("loan_id") == loan_id),
            known.filter(pl.col("loan_id") == loan_id),
        )
        for loan_id in range(1, 41)
    }
    return lambda loan_id: loan_state(*mine[loan_id], as_of=OPEN_ON, known_on=OPEN_ON)


def median_seconds(work: Callable[[int], object]) -> float:
    """Of forty loans, one after the other, after a first round."""
    took = []
    for loan_id in [*range(1, 41), *range(1, 41)]:
        started = time.perf_counter()
        work(loan_id)
        took.append(time.perf_counter() - started)
    return sorted(took[40:])[20]


def seconds(work: Any) -> float:
    """Processor time of all threads, so that other work on the machine does not count."""
    started = time.process_time()
    work()
    return time.process_time() - started
