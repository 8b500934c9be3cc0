"""The simulated book, decided by the real engines, stands near the market (facts section 11).

The table's levels differ by product; the bands here are those of the book's mix, wide enough for
chance in 12,000 customers and for a book that grows: stock rates lag behind the steady state.
"""

from datetime import date

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.operations import reports, rolls
from lending_core.operations.demonstration import SimulationPlan, simulate_book
from lending_core.operations.reports import BookFilter
from lending_core.portfolio.delinquency import headline_rates
from lending_core.portfolio.roll_rates import flow_rates
from lending_core.store.engine import Store, open_store

SECOND_YEAR = pl.col("month_end_on") > date(2025, 10, 31)
EVERYTHING = BookFilter()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = open_store(tmp_path_factory.mktemp("market") / "book.duckdb", is_scratch=True)
    simulate_book(store, SimulationPlan(12_000, 24, 42, date(2026, 10, 31)))
    return store


def mean(frame: pl.DataFrame, column: str) -> float:
    return frame.filter(SECOND_YEAR)[column].mean()


def roll_rate(store: Store, stage: str) -> float:
    """Principal that got worse over principal that stood in the stage, over the second year."""
    year = rolls.moves(store, SYSTEM, EVERYTHING).filter(SECOND_YEAR)
    together = year.with_columns(month_end_on=pl.lit(date(2026, 10, 31)))
    return flow_rates(together).filter(from_bucket=stage)["rate"].item()


@pytest.mark.parametrize(
    ("stage", "low", "high"),
    [
        ("C", 0.009, 0.025),
        ("M1", 0.26, 0.48),
        ("M2", 0.60, 0.88),
        ("M3", 0.76, 0.97),
        ("M4", 0.80, 0.99),
        ("M5", 0.83, 1.00),
        ("M6", 0.70, 1.00),
    ],
)
def test_roll_rates_are_near_the_market(store: Store, stage: str, low: float, high: float) -> None:
    assert low < roll_rate(store, stage) < high


@pytest.mark.parametrize(
    ("column", "low", "high"), [("rate_30", 0.012, 0.030), ("rate_90", 0.005, 0.016)]
)
def test_30_and_90_days_late_are_near_the_market(
    store: Store, column: str, low: float, high: float
) -> None:
    rates = headline_rates(reports.bucket_by_month(store, SYSTEM, EVERYTHING))

    assert low < mean(rates, column) < high


def test_approval_is_between_cold_and_invited_traffic(store: Store) -> None:
    figures = reports.month_figures(store, SYSTEM)

    assert 0.30 < figures["approved"].sum() / figures["applied"].sum() < 0.50


def test_a_third_to_a_half_of_the_approved_draw(store: Store) -> None:
    figures = reports.month_figures(store, SYSTEM)

    assert 0.30 < figures["accepted"].sum() / figures["approved"].sum() < 0.60


@pytest.mark.parametrize(("days", "low", "high"), [(8, 0.015, 0.045), (30, 0.003, 0.012)])
def test_first_payment_default_is_near_the_market(
    store: Store, days: int, low: float, high: float
) -> None:
    share = store.read_sql(
        """
        with first_due as (
            select loan_id, min(due_on) as due_on, min_by(principal_fen + interest_fen, number)
                as due_fen
            from instalment
            group by loan_id
        ),
        running as (
            select loan_id, paid_on, sum(amount_fen) over (
                partition by loan_id order by paid_on, payment_id
            ) as paid_fen
            from payment
        ),
        settled as (
            select first_due.loan_id, any_value(first_due.due_on) as due_on,
                min(running.paid_on) as settled_on
            from first_due
            left join running
                on first_due.loan_id = running.loan_id and running.paid_fen >= first_due.due_fen
            group by first_due.loan_id
        )
        select avg(case when coalesce(settled_on, date '9999-12-31') >= due_on + cast($days as int)
            then 1.0 else 0.0 end) as share
        from settled
        where due_on <= date '2026-09-30'
        """,
        days=days,
    )["share"][0]

    assert low < share < high


def test_a_trained_scorecard_takes_over_and_separates(store: Store) -> None:
    versions = reports.model_versions(store, SYSTEM)

    assert versions["model_version"].to_list() == [2, 1]


def test_the_average_loan_is_a_few_thousand_yuan(store: Store) -> None:
    lent = store.read_sql("select avg(principal_fen) as mean_fen from loan")["mean_fen"][0]

    assert 500_000 < lent < 1_200_000


def test_what_was_written_off_is_claimed_or_came_back(store: Store) -> None:
    flows = store.read_sql(
        """
        select
            sum(case when flow like '%written_off' then amount_fen else 0 end) as lost_fen,
            sum(case when flow = 'recovered' then amount_fen else 0 end) as back_fen
        from posting
        """
    ).row(0)
    claims = store.read_sql(
        "select count(*), sum(claim_fen) from loan_position where claim_fen > 0"
    )

    lost_fen, back_fen = flows
    count, claim_fen = claims.row(0)
    assert count > 10
    assert 0 < back_fen < lost_fen
    assert lost_fen == claim_fen + back_fen


def test_nothing_is_kept_that_is_a_loss_for_a_month(store: Store) -> None:
    kept = store.read_sql(
        "select max(days_past_due) as days from loan_month where principal_fen > 0"
    )

    assert 330 < kept["days"][0] <= 360 + 31
