"""A simulated book adds up, whoever counts: journal, loans, stages, months and decisions."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.operations import reports
from lending_core.operations.deciding import policy_in_force
from lending_core.operations.reports import BookFilter
from lending_core.policy.compile import decision_query
from lending_core.products.catalogue import catalogue
from lending_core.store.engine import Store, open_store

EVERYTHING = BookFilter()


@pytest.fixture(scope="module")
def store(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("whole")
    store = open_store(Path(shutil.copy(simulated_book, folder / "book.duckdb")))
    yield store
    store.close()


def test_the_journal_balances_and_equals_the_loans(store: Store) -> None:
    sums = store.read_sql("select sum(amount_fen) as total_fen from journal")
    principal = store.read_sql(
        """
        select
            (select sum(amount_fen) from journal where account = 'loan_principal') as general_fen,
            (select sum(principal_fen) from loan_month
             where month_end_on = date '2026-10-31') as loans_fen
        """
    ).row(0)

    assert sums["total_fen"][0] == 0
    assert principal[0] == principal[1]


def test_stages_sum_to_the_book_in_every_month(store: Store) -> None:
    by_stage = reports.bucket_by_month(store, SYSTEM, EVERYTHING)
    summed = by_stage.group_by("month_end_on").agg(pl.col("principal_fen").sum())

    figures = reports.month_figures(store, SYSTEM).select("month_end_on", "principal_fen")

    assert summed.sort("month_end_on").equals(figures.sort("month_end_on"))


def test_opening_and_lent_less_repaid_and_written_off_is_closing(store: Store) -> None:
    gone = store.read_sql(
        """
        select last_day(booked_on) as month_end_on, -sum(amount_fen) as gone_fen
        from journal where account = 'loan_principal' and amount_fen < 0 group by 1
        """
    )
    figures = reports.month_figures(store, SYSTEM).join(gone, on="month_end_on", how="left")

    moved = figures.select(
        pl.col("principal_fen").shift(1).fill_null(0)
        + pl.col("lent_fen")
        - pl.col("gone_fen").fill_null(0).cast(pl.Int64)
    ).to_series()

    assert moved.to_list() == figures["principal_fen"].to_list()


def test_past_decisions_are_reproduced_by_the_policy_in_force(store: Store) -> None:
    _, policy = policy_in_force(store)
    replay = store.read_sql(decision_query(policy, catalogue().values()).sql("duckdb"))
    stored = store.read_sql(
        "select application_id, outcome, band, limit_fen, annual_rate, instalments_max, reasons "
        "from decision"
    )

    differing = replay.join(stored, on=replay.columns, how="anti", nulls_equal=True)

    assert replay.height == stored.height
    assert differing.is_empty()
