"""A small book driven by the generators alone: level instalments, state advanced month by month.

Lateness costs nothing here: a payment that counts instalments needs no penalty to tell them apart.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from lending_core.dates import add_months, month_end
from lending_core.products.catalogue import catalogue
from lending_core.simulate import acceptance, assumptions, behaviour, borrowers, demand, features
from lending_core.simulate.draws import Draws

FIRST_MONTH = date(2024, 11, 1)
MONTHS = 24
SEED = 20260101
# Passes about 40 % of applicants, of the risk that the opening policy lets through.
SCORE_CUT_OFF = -0.40
COSTS_OF_LATENESS = (
    "charges_fen",
    "penalty_rate",
    "grace_days",
    "overdue_principal_fen",
    "oldest_principal_fen",
    "due_principal_fen",
)


@dataclass(frozen=True)
class Book:
    customers: pl.DataFrame
    traits: pl.DataFrame
    applications: pl.DataFrame
    loans: pl.DataFrame
    months: pl.DataFrame
    payments: pl.DataFrame


def simulated_book(count: int, seed: int = SEED, path: str = "base") -> Book:
    draws = Draws(seed)
    joined_on = borrowers.joining_dates(count, FIRST_MONTH, MONTHS, draws)
    customers, traits = borrowers.borrowers(1, joined_on, draws)
    people = customers.join(traits, on="customer_id").with_columns(
        last_applied_on=pl.lit(None, pl.Date), loans_taken=pl.lit(0)
    )
    granted = demand.consents(customers, draws)
    starts = [add_months(FIRST_MONTH, number) for number in range(MONTHS)]
    applications, loans, months, payments = [], None, [], []
    first_id = 1
    for month in starts:
        applied = _applications(people, granted, month, draws, first_id)
        first_id += applied.height
        taken = _taken(applied, draws)
        people = _with_history(people, applied, taken)
        loans = taken.clear() if loans is None else loans
        paid = behaviour.payments(
            _open(loans, month), month, assumptions.stress(path, FIRST_MONTH, month), draws
        )
        loans = pl.concat([_after(loans, paid), taken])
        applications.append(applied)
        payments.append(paid)
        months.append(_month_end(loans, month))
    return Book(
        customers, traits, pl.concat(applications), loans, pl.concat(months), pl.concat(payments)
    )


def _applications(people, granted, month, draws, first_id):
    applicants = demand.arrivals(people, month, draws)
    asked = demand.requests(applicants, month, catalogue(), draws)
    own = ("own_loans_repaid", "own_worst_days_past_due", "own_days_past_due")
    own += ("own_principal_fen", "own_limit_fen")
    seen = features.features(
        applicants.with_columns(
            *[pl.lit(0).alias(name) for name in own], own_months_since_late=pl.lit(None, pl.Int32)
        ),
        granted,
        month,
        draws,
    )
    traits = applicants.select("customer_id", "true_risk")
    return (
        asked.join(seen, on="customer_id", maintain_order="left")
        .join(traits, on="customer_id", maintain_order="left")
        .with_row_index("application_id", offset=first_id)
        .with_columns(pl.col("application_id").cast(pl.Int64))
    )


def _score():
    """Rough points, higher is riskier: a stand-in for the scorecard."""
    return (
        pl.col("inquiries_3m").fill_null(2) * 0.25
        + pl.col("lenders_with_balance").fill_null(2) * 0.15
        + pl.col("credit_utilisation").fill_null(0.4) * 1.5
        + pl.col("worst_status_24m").fill_null(0) * 0.4
        - pl.col("payment_stability").fill_null(0.6) * 2.0
        + pl.col("debt_to_income").fill_null(0.35) * 1.5
        - pl.col("payment_active_days_90d").fill_null(55) / 60
    )


def _taken(applied, draws):
    """Loans of those scored below the cut-off, with a limit that covers what was asked."""
    score = applied.select(_score()).to_series()
    offers = applied.with_columns(score=score).filter(
        (pl.col("score") < SCORE_CUT_OFF) & ~pl.col("has_current_overdue").fill_null(True)
    )
    limits = {code: (p.draw_min_fen, p.draw_max_fen) for code, p in catalogue().items()}
    rates = {c: p["reference_rate"] for c, p in assumptions.assumptions()["products"].items()}
    offers = offers.with_columns(
        limit_fen=pl.col("amount_asked_fen") * 2,
        annual_rate=pl.col("product_code").replace_strict(rates),
        draw_min_fen=pl.col("product_code").replace_strict({c: v[0] for c, v in limits.items()}),
        draw_max_fen=pl.col("product_code").replace_strict({c: v[1] for c, v in limits.items()}),
    )
    taken = acceptance.acceptances(offers, draws)
    monthly = pl.col("annual_rate") / 12
    level = pl.col("amount_fen") * monthly / (1 - (1 + monthly) ** -pl.col("instalments"))
    return (
        taken.join(offers, on="application_id")
        .with_columns(level_fen=level.ceil().cast(pl.Int64))
        .select(
            "application_id",
            "customer_id",
            "product_code",
            "true_risk",
            "annual_rate",
            "instalments",
            "amount_fen",
            "level_fen",
            loan_id="application_id",
            disbursed_on="accepted_on",
            paid_fen=pl.lit(0, pl.Int64),
            is_paid_off=pl.lit(False),
        )
    )


def _with_history(people, applied, taken):
    last = applied.select("customer_id", new_applied_on="applied_on")
    loans = taken.group_by("customer_id").agg(new_loans=pl.len().cast(pl.Int32))
    return (
        people.join(last, on="customer_id", how="left", maintain_order="left")
        .join(loans, on="customer_id", how="left", maintain_order="left")
        .with_columns(
            last_applied_on=pl.coalesce("new_applied_on", "last_applied_on"),
            loans_taken=pl.col("loans_taken") + pl.col("new_loans").fill_null(0),
        )
        .drop("new_applied_on", "new_loans")
    )


def _due_on(number):
    return pl.col("disbursed_on").dt.offset_by(pl.format("{}mo", number))


def _balance_after(paid):
    """Principal left once `paid` instalments are paid (level instalments)."""
    monthly = pl.col("annual_rate") / 12
    left = (1 - (1 + monthly) ** (paid - pl.col("instalments"))) / monthly
    return (pl.col("level_fen") * left).cast(pl.Int64)


def _instalments_due(on):
    """How many instalments were due up to and including `on`."""
    months = (on.year - pl.col("disbursed_on").dt.year()) * 12 + (
        on.month - pl.col("disbursed_on").dt.month()
    )
    due = months - (_due_on(months) > on).cast(pl.Int32)
    return pl.min_horizontal(due, "instalments").clip(0)


def _with_ages(loans, on):
    paid = (pl.col("paid_fen") // pl.col("level_fen")).cast(pl.Int32)
    oldest = _due_on(paid + 1)
    return loans.with_columns(due_count=_instalments_due(on), paid_count=paid).with_columns(
        days_past_due=pl.when(pl.col("paid_count") < pl.col("due_count"))
        .then((pl.lit(on) - oldest).dt.total_days())
        .otherwise(0)
    )


def _open(loans, month):
    last = month_end(month)
    aged = _with_ages(loans.filter(~pl.col("is_paid_off")), month - timedelta(days=1))
    overdue = pl.max_horizontal(pl.col("due_count") * pl.col("level_fen") - pl.col("paid_fen"), 0)
    part = pl.col("paid_fen") - pl.col("paid_count") * pl.col("level_fen")
    return (
        aged.with_columns(
            overdue_fen=overdue,
            has_due=_instalments_due(last) > pl.col("due_count"),
            has_paid=pl.col("paid_fen") > 0,
            has_stopped=pl.lit(False),
            closed_on=pl.lit(month - timedelta(days=1)),
            **{name: pl.lit(0, pl.Int64) for name in COSTS_OF_LATENESS},
        )
        .with_columns(
            oldest_overdue_fen=pl.when(pl.col("overdue_fen") > 0)
            .then(pl.col("level_fen") - part)
            .otherwise(0),
            due_on=pl.when("has_due").then(_due_on(pl.col("due_count") + 1)),
            due_fen=pl.when("has_due").then("level_fen").otherwise(0),
        )
        .with_columns(
            payoff_fen=pl.when("has_due")
            .then(pl.col("due_fen") + _balance_after(pl.col("due_count") + 1))
            .otherwise(0)
        )
    )


def _after(loans, paid):
    sums = paid.group_by("loan_id").agg(
        new_fen=pl.col("amount_fen").sum(), gone=(pl.col("purpose") == "payoff").any()
    )
    return (
        loans.join(sums, on="loan_id", how="left", maintain_order="left")
        .with_columns(paid_fen=pl.col("paid_fen") + pl.col("new_fen").fill_null(0))
        .with_columns(
            is_paid_off=pl.col("is_paid_off")
            | pl.col("gone").fill_null(False)
            | (pl.col("paid_fen") >= pl.col("level_fen") * pl.col("instalments"))
        )
        .drop("new_fen", "gone")
    )


def _month_end(loans, month):
    on = month_end(month)
    return _with_ages(loans.filter(~pl.col("is_paid_off")), on).select(
        "loan_id",
        "product_code",
        "days_past_due",
        "due_count",
        month_end_on=pl.lit(on),
        bucket=((pl.col("days_past_due") + 29) // 30).clip(0, 7).cast(pl.Int32),
        principal_fen=_balance_after(pl.col("paid_count")),
    )
