"""Schedules: a million loans at once against a loop over loans with numpy-financial."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy_financial as npf
import polars as pl

from lending_core.dates import add_months
from lending_core.products.catalogue import Product, catalogue
from lending_core.products.schedule import schedules_in_batches

LOANS = 1_000_000
SAMPLE = 2_000
FIRST_DAY = np.datetime64("2024-11-01")
DAYS = 730
SEED = 20


@dataclass(frozen=True)
class Instalment:
    """A row of the loop's answer."""

    loan_id: int
    number: int
    due_on: date
    principal: float
    interest: float
    balance: float


def run() -> list[dict[str, object]]:
    """The ratio of seconds per loan: loop over sample, whole book at once."""
    loans = a_book(LOANS)
    at_once = seconds(lambda: sum(batch.height for batch in schedules_in_batches(loans)))
    sample = loans.head(SAMPLE).rows(named=True)
    one_by_one = seconds(lambda: [instalments_by_loop(loan) for loan in sample])
    return [
        {
            "name": f"schedules of {LOANS:,} loans ({at_once:.1f} s) against a loop over loans",
            "figure": (one_by_one / SAMPLE) / (at_once / LOANS),
            "aim": "at least 50",
            "unit": "times faster",
        }
    ]


def a_book(size: int) -> pl.DataFrame:
    """Loans spread over the catalogue's products, methods, terms and rates, and over two years."""
    chance = np.random.default_rng(SEED)
    products = list(catalogue().values())
    shares = [
        size // len(products) + (place < size % len(products)) for place in range(len(products))
    ]
    parts = [loans_of(product, n, chance) for product, n in zip(products, shares, strict=True)]
    book = pl.concat(parts).sample(fraction=1, shuffle=True, seed=SEED)
    return book.with_columns(loan_id=pl.int_range(size, dtype=pl.Int64))


def loans_of(product: Product, size: int, chance: np.random.Generator) -> pl.DataFrame:
    steps = int((product.annual_rate_max - product.annual_rate_min) / product.rate_step)
    rates = [product.annual_rate_min + step * product.rate_step for step in range(steps + 1)]
    least, most = product.draw_min_fen // 100_00, product.draw_max_fen // 100_00
    return pl.DataFrame(
        {
            "principal_fen": chance.integers(least, most, size, endpoint=True) * 100_00,
            "annual_rate": pl.Series(rates, dtype=pl.Decimal(9, 6)).gather(
                chance.integers(0, len(rates), size)
            ),
            "method": chance.choice(product.methods, size),
            "instalments": chance.choice(product.instalment_choices, size),
            "disbursed_on": FIRST_DAY + chance.integers(0, DAYS, size),
            "day_count": [product.day_count] * size,
        }
    )


def instalments_by_loop(loan: dict[str, object]) -> list[Instalment]:
    """One loan in equal instalments, as code without vectors would make it."""
    rate, count = float(loan["annual_rate"]) / 12, int(loan["instalments"])
    numbers = np.arange(1, count + 1)
    principal = loan["principal_fen"] / 100
    interest = np.round(-npf.ipmt(rate, numbers, count, principal), 2)
    repaid = np.round(-npf.ppmt(rate, numbers, count, principal), 2)
    balance = np.round(principal - np.cumsum(repaid), 2)
    return [
        Instalment(
            loan["loan_id"],
            int(number),
            add_months(loan["disbursed_on"], int(number)),
            float(repaid[number - 1]),
            float(interest[number - 1]),
            float(balance[number - 1]),
        )
        for number in numbers
    ]


def seconds(work: Callable[[], object]) -> float:
    """Processor time of all threads, so that other work on the machine does not count."""
    started = time.process_time()
    work()
    return time.process_time() - started
