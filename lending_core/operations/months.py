"""A month of a simulated book: people apply, are decided and paid out; borrowers pay or do not.

Only here and in `demonstration` do the simulation's generators meet the store. They draw people,
wishes and behaviour; score, policy, funding, schedule and bookings are those of every application.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import month_end, month_start
from lending_core.errors import InvalidState
from lending_core.operations.closing import close_days
from lending_core.operations.console import Book, book
from lending_core.operations.deciding import decide, model_in_force
from lending_core.operations.disbursing import disburse
from lending_core.operations.early_warning import watch_book
from lending_core.operations.month_contacts import work_cases
from lending_core.operations.month_reviews import REVIEWER, lapse, review
from lending_core.operations.policy_guard import watch_policy
from lending_core.operations.servicing import (
    record_charge_offs,
    record_payments,
    record_recoveries,
    record_refunds,
)
from lending_core.products.catalogue import catalogue
from lending_core.servicing.classification import classification
from lending_core.simulate import acceptance, behaviour, demand
from lending_core.simulate.assumptions import stress
from lending_core.simulate.draws import Draws
from lending_core.simulate.economy import Economy
from lending_core.simulate.features import features
from lending_core.simulate.identities import identities
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment

MACRO_PATH = "base"


@dataclass(frozen=True)
class Course:
    """Chance and economy of a month that is tried out: not those of the book. `works_cases`:
    whether collectors work in it, which changes no money but brings complaints."""

    draws: Draws
    economy: Economy
    works_cases: bool = False


def run_month(  # noqa: PLR0913 (each part is named where it is called)
    store: Store,
    actor: Actor,
    *,
    at: datetime,
    seen_on: date | None = None,
    course: Course | None = None,
    is_watched: bool = True,
) -> date:
    """Runs the month after the business date, all or nothing; returns the new business date.

    `seen_on`: the business date that the person saw, so that two clicks run one month. `course`:
    for a copy of the book that is thrown away; otherwise the book's own seed draws, and times are
    usual. `is_watched`: whether the rules of early warning run at the end of the month. Raises
    `NotAllowed`, and `InvalidState` for a book that is not simulated or has moved on since.
    """
    require(actor, Permission.RUN_DEMONSTRATION)
    with store.transaction() as transaction:
        current = book(transaction)
        if not current.is_simulated or current.seed is None:
            raise InvalidState("book_is_real", name=current.name)
        if seen_on not in (None, current.business_on):
            raise InvalidState("month_already_run", on=current.business_on)
        month = month_start(current.open_on)
        moment = Moment(actor, month_end(month), at)
        draws = course.draws if course else Draws(current.seed)
        demanded = course.economy.demand_in(month) if course else 1.0
        owing = transaction.read("open_loan", closed_on=current.business_on, to_on=month_end(month))
        claims = transaction.read("open_claim", closed_on=current.business_on)
        lapse(transaction, moment)
        today = Moment(actor, current.open_on, at)
        lost = _write_off(transaction, today)
        record_refunds(transaction, today, transaction.read("overpaid"), REVIEWER)
        people = with_past(transaction, transaction.read("simulated_people"))
        arrived = _in_plain(
            transaction,
            demand.arrivals(people, month, draws, demanded).filter(
                pl.col("applied_on") >= current.open_on
            ),
        )
        originate(transaction, moment, arrived, draws)
        odds = _odds(course, current, month)
        kept = owing.join(lost, on="loan_id", how="anti", maintain_order="left")
        paid = behaviour.payments(kept, month, odds, draws)
        record_payments(transaction, moment, _less_paid(transaction, paid, current.open_on))
        record_recoveries(transaction, moment, behaviour.recoveries(claims, month, draws))
        close_days(transaction, moment, current.open_on)
        if course is None or course.works_cases:
            strain = course.economy.odds_in(month) if course else 1.0
            work_cases(transaction, moment, current.open_on, draws, strain)
        if course is None:
            watch_policy(transaction, at)
            if is_watched:
                watch_book(transaction, moment)
        return moment.business_on


def _in_plain(transaction: Transaction, arrived: pl.DataFrame) -> pl.DataFrame:
    """Simulated people who come this month, in plain; nobody who was erased."""
    told = transaction.opened(arrived).filter(pl.col("birth_on").is_not_null())
    return told.with_columns(pl.col("birth_on").str.to_date())


def _odds(course: Course | None, current: Book, month: date) -> float:
    """Odds of lateness in the month against the table of products."""
    if course is None:
        return stress(MACRO_PATH, current.first_business_on, month)
    return course.economy.odds_in(month)


def originate(
    transaction: Transaction,
    moment: Moment,
    arrived: pl.DataFrame,
    draws: Draws,
) -> pl.DataFrame:
    """Decides everybody who arrived and pays out the offers they take; returns the decided.

    `arrived`: columns of customer and traits, the own past, applied_on in the month of `moment`.
    """
    applicants = _applicants(transaction, arrived, month_start(moment.business_on), draws)
    decided = decide(transaction, moment, model_in_force(transaction), applicants)
    referred = decided.filter(pl.col("outcome") == "review")
    passed = review(transaction, moment, referred, draws)
    offers = pl.concat([decided.filter(pl.col("outcome") == "approve"), passed])
    accepted = _accept(transaction, offers, moment.business_on, draws)
    disburse(transaction, moment, accepted)
    return decided


def with_past(transaction: Transaction, people: pl.DataFrame) -> pl.DataFrame:
    """`people` and what the house knows of their past at the last close: last_applied_on,
    loans_taken, and the own_ columns; nothing and 0 for newcomers."""
    past = transaction.read("own_history", **_range_of(people))
    counts = ("loans_taken", "own_loans_repaid", "own_worst_days_past_due", "own_days_past_due")
    return people.join(past, on="customer_id", how="left", maintain_order="left").with_columns(
        pl.col(*counts, "own_principal_fen", "own_limit_fen").fill_null(0)
    )


def _range_of(people: pl.DataFrame) -> dict[str, Any]:
    """The customers of a query: everybody in a month of the book, only the new ones of a batch."""
    numbers = people["customer_id"]
    return {"first_customer_id": numbers.min(), "last_customer_id": numbers.max()}


def _applicants(
    transaction: Transaction, arrived: pl.DataFrame, month: date, draws: Draws
) -> pl.DataFrame:
    """What `decide` takes: wishes, features and identities of everybody who came this month."""
    granted = transaction.read("consent_in_force", **_range_of(arrived))
    wishes = demand.requests(arrived, month, catalogue(), draws)
    observed = features(arrived, granted, month, draws)
    who = arrived.select("customer_id", "kind", "region_code", "id_number", "phone")
    brought = identities(who, draws)
    return (
        wishes.join(observed, on="customer_id", maintain_order="left")
        .join(who, on="customer_id", maintain_order="left")
        .join(brought, on="customer_id", maintain_order="left")
    )


def _less_paid(transaction: Transaction, payments: pl.DataFrame, open_on: date) -> pl.DataFrame:
    """Payments less what came in at the desk on the open day, so that nobody pays twice."""
    received = transaction.read("paid_on_day", on=open_on)
    before = pl.col("amount_fen").cum_sum().over("loan_id") - pl.col("amount_fen")
    return (
        payments.join(received, on="loan_id", how="left", maintain_order="left")
        .with_columns(already=(pl.col("paid_fen").fill_null(0) - before).clip(0))
        .with_columns(amount_fen=pl.col("amount_fen") - pl.col("already"))
        .filter(pl.col("amount_fen") > 0)
        .drop("paid_fen", "already")
    )


def _write_off(transaction: Transaction, moment: Moment) -> pl.DataFrame:
    """A simulated colleague lets go, on the open day, of every loan that the newest close found to
    be a loss (AC-05, with its days in `classification.toml`). Returns their loan_id."""
    lost = transaction.read("loan_of_class", asset_class=classification().codes[-1])
    record_charge_offs(transaction, moment, lost, REVIEWER)
    return lost


def _accept(
    transaction: Transaction, offers: pl.DataFrame, until_on: date, draws: Draws
) -> pl.DataFrame:
    """Offers that simulated borrowers take, ready to be paid out by a day at the latest."""
    known = offers.join(_product_offers(), on="product_code", maintain_order="left").with_columns(
        instalments_asked=_term()
    )
    taken = acceptance.acceptances(known, draws)
    lines = transaction.read("line_of_application")
    accepted = taken.join(known, on="application_id", maintain_order="left").join(
        lines, on="application_id", maintain_order="left"
    )
    transaction.append(
        "acceptance", accepted.select("application_id", "amount_fen", "instalments", "method")
    )
    return accepted.with_columns(
        principal_fen="amount_fen",
        disbursed_on=pl.min_horizontal("accepted_on", pl.lit(until_on)),
    )


def _term() -> pl.Expr:
    """What was asked for, or the longest term that is offered."""
    return pl.min_horizontal("instalments_asked", "instalments_max")


def _product_offers() -> pl.DataFrame:
    rows = [
        {
            "product_code": product.code,
            "draw_min_fen": product.draw_min_fen,
            "draw_max_fen": product.draw_max_fen,
            "method": product.methods[0],
        }
        for product in catalogue().values()
    ]
    return pl.DataFrame(rows)
