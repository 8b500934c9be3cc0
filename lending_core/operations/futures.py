"""One future of a simulated book: a copy of it run month by month, by the real engines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from lending_core.access.permissions import SYSTEM
from lending_core.dates import add_months, month_end, month_start, newest_month_end
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import Book, book
from lending_core.operations.demonstration import consent_rows, evening
from lending_core.operations.funder_register import (
    FunderOrder,
    funders_in_force,
    put_in_force,
    scaled,
)
from lending_core.operations.months import Course, run_month
from lending_core.operations.reports import BookFilter
from lending_core.operations.traces import append_customers
from lending_core.operations.warning_readings import read
from lending_core.policy.document import Policy, policy_text
from lending_core.portfolio.results import results
from lending_core.simulate.draws import DrawsAhead
from lending_core.simulate.economy import Economy
from lending_core.simulate.newcomers import expected_newcomers, newcomers, usual_newcomers
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment

_TRIED = "tried_out"


@dataclass(frozen=True)
class Future:
    """Months to come: which of many futures, how many months, in which economy; what funders
    offer in percent of today's, and over how many past months newcomers are counted; whether each
    month comes with its readings of early warning, for which collectors then work."""

    number: int
    months: int
    economy: Economy
    quota_percent: int
    newcomers_from_months: int
    has_readings: bool = False


def run_future(copy: Store, policy: Policy, future: Future) -> Iterator[dict[str, Any]]:
    """Runs a copy of a book under one policy; after each month, its row of `results_between`, and
    where they are asked for, `readings`: rows of `early_warning.READING_SCHEMA`.

    Nobody is on trial and no line is reviewed; the scorecards are those of today. The copy is good
    for nothing else afterwards. Two policies meet the same people with the same luck.
    """
    current = book(copy)
    with copy.transaction() as transaction:
        _decide_by(transaction, policy, current)
        _move_quotas(transaction, future.quota_percent)
        draws = DrawsAhead(
            current.seed or 0, future.number, transaction.next_id("loan", "loan_id") - 1
        )
        _add_newcomers(transaction, current, future, draws)
    course = Course(draws, future.economy, works_cases=future.has_readings)
    for _ in range(future.months):
        month = book(copy).open_on
        closed_on = run_month(copy, SYSTEM, at=evening(month_end(month)), course=course)
        result = results_between(copy, closed_on, closed_on).row(0, named=True)
        yield result | _readings(copy, closed_on) if future.has_readings else result


def _readings(copy: Store, closed_on: date) -> dict[str, Any]:
    return {"readings": read(copy, book(copy), month_start(closed_on)).measured.rows()}


def results_between(reader: Store, first_end_on: date, last_end_on: date) -> pl.DataFrame:
    """One row per month end between two: `portfolio.results.RESULT_COLUMNS`."""
    figures = reader.read("month_figures", business_on=last_end_on)
    by_bucket = reader.read("bucket_by_month", **BookFilter().parameters())
    before_on = month_start(first_end_on)
    booked = reader.read("account_by_month", from_on=before_on, to_on=last_end_on)
    owed = reader.read("funder_by_month", from_on=add_months(before_on, -1), to_on=last_end_on)
    is_asked = pl.col("month_end_on").is_between(first_end_on, last_end_on)
    return results(figures.filter(is_asked), by_bucket, booked, owed)


def _decide_by(transaction: Transaction, policy: Policy, current: Book) -> None:
    """Puts one policy in force from the first day on, and no other ever."""
    version = transaction.next_id("policy_version", "policy_version")
    recorded_at = utc_naive(evening(current.business_on))
    document = {
        "policy_version": version,
        "document": policy_text(policy),
        "note": _TRIED,
        "author": SYSTEM.user_name,
        "recorded_at": recorded_at,
    }
    step = {
        "policy_version": version,
        "status": "approved",
        "reason": _TRIED,
        "changed_by": SYSTEM.user_name,
        "effective_on": current.first_business_on,
        "recorded_at": recorded_at,
        "position": 1,
    }
    transaction.append("policy_version", pl.DataFrame([document]))
    transaction.clear("policy_step")
    transaction.clear("policy_trial")
    transaction.append("policy_step", pl.DataFrame([step]))


def _move_quotas(transaction: Transaction, percent: int) -> None:
    current = book(transaction)
    moment = Moment(SYSTEM, current.business_on, evening(current.business_on))
    for funder in funders_in_force(transaction).values():
        order = FunderOrder(scaled(funder, percent, 100), current.business_on, _TRIED)
        put_in_force(transaction, moment, order)


def _add_newcomers(
    transaction: Transaction, current: Book, future: Future, draws: DrawsAhead
) -> None:
    """Everybody who will join, as many as lately, by season and demand. Who is drawn with the ID
    number of a customer of the book stays away."""
    first_id = transaction.next_id("customer", "customer_id")
    counts = _newcomer_counts(transaction, current, future)
    drawn, traits = newcomers(first_id, counts, draws.newcomers())
    known = transaction.opened(transaction.read("simulated_people").select("id_number"))
    customers = drawn.join(known, on="id_number", how="anti", maintain_order="left")
    append_customers(transaction, customers)
    own = customers.select("customer_id")
    transaction.append("simulated_borrower", traits.join(own, on="customer_id", how="semi"))
    transaction.append("consent", consent_rows(customers, draws.newcomers()))


def _newcomer_counts(
    transaction: Transaction, current: Book, future: Future
) -> list[tuple[date, int]]:
    """First day of each month ahead, and how many join in it."""
    newest = month_start(newest_month_end(current.business_on))
    back = (add_months(newest, -number) for number in range(future.newcomers_from_months))
    past = [month for month in back if month >= month_start(current.first_business_on)]
    if not past:
        return []
    days = {"from_on": past[-1], "to_on": month_end(newest)}
    usual = usual_newcomers(transaction.read("joined_between", **days)["joined"][0], past)
    first = month_start(current.open_on)
    months = [add_months(first, number) for number in range(future.months)]
    return [(month, expected_newcomers(usual, month, future.economy)) for month in months]
