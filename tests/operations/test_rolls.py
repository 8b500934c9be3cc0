"""Where loans moved from month end to month end: a few of July, and a whole book."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lending_core.access.permissions import SYSTEM, Actor, Role
from lending_core.errors import InvalidInput
from lending_core.operations.listing import PAGE_ROWS, Asked, Order
from lending_core.operations.reports import BookFilter, bucket_by_month
from lending_core.operations.rolls import (
    Rolled,
    all_rolled_loans,
    count_rolled,
    moves,
    rolled_loans,
    told_of_rolled,
)
from lending_core.portfolio.roll_rates import flow_rates, flows, matrix, movements
from lending_core.store.engine import Store, open_store
from tests.store.loans import a_book_of_july, close, happen, lend, pay

JULY, AUGUST, SEPTEMBER = date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30)
EVERYTHING = BookFilter()
VIEWER = Actor("lin", Role.VIEWER)
LARGEST = Asked(Order("from_principal_fen"))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Three loans of 1,000.00, closed up to a day in October: loan 1 never pays, loan 2 pays, loan
    3 is written off in September."""
    store = a_book_of_july(tmp_path_factory.mktemp("july") / "book.duckdb")
    lend(store, 1, 2, 3)
    pay(store, 2, date(2026, 8, 15), 34_002)
    pay(store, 2, date(2026, 9, 15), 34_002)
    happen(store, 3, "charge_off", date(2026, 9, 20))
    close(store, date(2026, 10, 5))
    yield store
    store.close()


def test_each_loan_is_followed_from_month_end_to_month_end(store: Store) -> None:
    found = moves(store, SYSTEM, EVERYTHING).select(
        "month_end_on", "from_bucket", "to_state", "loans", "from_principal_fen", "to_principal_fen"
    )

    assert found.sort("month_end_on", "to_state").rows() == [
        (JULY, None, "C", 3, None, 300_000),
        (AUGUST, "C", "C", 1, 100_000, 66_998),
        (AUGUST, "C", "M1", 2, 200_000, 200_000),
        (SEPTEMBER, "C", "C", 1, 66_998, 33_666),
        (SEPTEMBER, "M1", "M2", 1, 100_000, 100_000),
        (SEPTEMBER, "M1", "written_off", 1, 100_000, 0),
    ]


def test_a_month_that_is_not_over_does_not_roll(store: Store) -> None:
    assert moves(store, SYSTEM, EVERYTHING)["month_end_on"].max() == SEPTEMBER


def test_the_months_foot(store: Store) -> None:
    assert movements(moves(store, SYSTEM, EVERYTHING)).rows() == [
        (JULY, 0, 300_000, 0, 0, 300_000),
        (AUGUST, 300_000, 0, 33_002, 0, 266_998),
        (SEPTEMBER, 266_998, 0, 33_332, 100_000, 133_666),
    ]


def test_filters_and_conditions_choose_the_loans(store: Store) -> None:
    none = moves(store, SYSTEM, BookFilter(bands=("A",)))
    one = moves(store, SYSTEM, EVERYTHING, "loan_id = 2")

    assert none.is_empty()
    assert one["loans"].to_list() == [1, 1, 1]
    with pytest.raises(InvalidInput):
        moves(store, SYSTEM, EVERYTHING, "phone = '1'")


def test_loans_behind_a_cell_are_those_that_moved_so(store: Store) -> None:
    later = Rolled(EVERYTHING, SEPTEMBER, "M1", "M2")
    gone = Rolled(EVERYTHING, SEPTEMBER, "M1", "written_off")

    late, lost = (rolled_loans(store, SYSTEM, rolled, LARGEST) for rolled in (later, gone))

    assert late.select("loan_id", "bucket", "principal_fen").rows() == [(1, "M2", 100_000)]
    assert lost.select("loan_id", "standing", "from_principal_fen").rows() == [
        (3, "written_off", 100_000)
    ]
    assert count_rolled(store, SYSTEM, later) == 1


def test_what_no_loan_of_a_list_tells_is_not_among_its_columns(store: Store) -> None:
    rolled = Rolled(EVERYTHING, SEPTEMBER, "M1", "M2")

    assert told_of_rolled(store, SYSTEM, rolled, ("loan_id", "lent_fen")) == ("loan_id", "lent_fen")
    nobody = replace(rolled, to_state="M7+")
    assert told_of_rolled(store, SYSTEM, nobody, ("loan_id", "lent_fen")) == ()


@pytest.fixture(scope="module")
def whole_book(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(Path(shutil.copy(simulated_book, tmp_path_factory.mktemp("whole"))))
    yield store
    store.close()


def test_a_whole_book_opens_as_it_closed_and_its_stages_are_its_balance(whole_book: Store) -> None:
    found = movements(moves(whole_book, SYSTEM, EVERYTHING))

    flow = pl.col("lent_fen") - pl.col("repaid_fen") - pl.col("written_off_fen")
    foots = pl.col("opening_fen") + flow == pl.col("closing_fen")
    opens = pl.col("opening_fen") == pl.col("closing_fen").shift(fill_value=0)
    assert found.filter(foots & opens).height == found.height == 12
    stages = (
        bucket_by_month(whole_book, SYSTEM, EVERYTHING)
        .group_by("month_end_on")
        .agg(pl.col("principal_fen").sum())
    )
    assert stages.sort("month_end_on")["principal_fen"].to_list() == found["closing_fen"].to_list()


def test_pages_of_moved_loans_are_the_whole_list_in_order_whatever_ties(whole_book: Store) -> None:
    newest = moves(whole_book, SYSTEM, EVERYTHING)["month_end_on"].max()
    rolled = Rolled(EVERYTHING, newest, "C", "C")  # type: ignore[arg-type]
    # All of them are no days late: the number of the loan decides.
    on_time = Order("days_past_due")
    found = count_rolled(whole_book, VIEWER, rolled)

    pages = pl.concat(
        rolled_loans(whole_book, VIEWER, rolled, Asked(on_time, first))
        for first in range(0, found, PAGE_ROWS)
    )

    assert found > 2 * PAGE_ROWS
    assert_frame_equal(pages, pl.concat(all_rolled_loans(whole_book, VIEWER, rolled, on_time)))
    assert pages["days_past_due"].unique().to_list() == [0]
    assert pages["loan_id"].to_list() == sorted(set(pages["loan_id"]))


@pytest.mark.parametrize("weight", ["count", "amount"])
def test_rows_of_a_whole_books_matrix_add_up_to_one(whole_book: Store, weight: str) -> None:
    found = flows(moves(whole_book, SYSTEM, EVERYTHING), weight)

    sums = (
        matrix(found, "month_end_on")
        .group_by("month_end_on", "from_state")
        .agg(pl.col("rate").sum())
    )

    assert sums["rate"].to_list() == pytest.approx([1.0] * sums.height)


def test_flow_rates_of_a_whole_book_are_those_of_a_plain_comparison(whole_book: Store) -> None:
    months = whole_book.read_sql("select * from loan_month")
    place = {
        bucket: at for at, bucket in enumerate(("C", "M1", "M2", "M3", "M4", "M5", "M6", "M7+"))
    }
    open_ones = months.filter(pl.col("standing") == "open").select(
        "loan_id", "principal_fen", "month_end_on", at=pl.col("bucket").replace_strict(place)
    )
    later = open_ones.with_columns(
        before=pl.col("month_end_on").dt.offset_by("-1mo").dt.month_end()
    )
    both = open_ones.join(
        later, left_on=["loan_id", "month_end_on"], right_on=["loan_id", "before"], how="left"
    ).filter(pl.col("month_end_on") < months["month_end_on"].max(), pl.col("at") == 1)
    rolled = both.filter(pl.col("at_right") > 1)["principal_fen_right"].sum()

    found = flow_rates(moves(whole_book, SYSTEM, EVERYTHING)).filter(from_bucket="M1")

    stood = both.group_by("month_end_on").agg(pl.col("principal_fen").sum()).sort("month_end_on")
    weighted = (found["rate"] * stood["principal_fen"]).sum()
    assert weighted == pytest.approx(rolled)


def test_whoever_sees_the_book_sees_its_roll_rates(store: Store) -> None:
    assert moves(store, VIEWER, EVERYTHING).height == 6
