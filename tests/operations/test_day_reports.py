"""Reports of closed days over days, moves and postings put in by hand."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lending_core.errors import InvalidState
from lending_core.ledger.chain import utc_naive
from lending_core.operations import day_reports
from lending_core.operations.console import Book
from lending_core.operations.day_reports import Moves
from lending_core.operations.listing import Asked, Order
from lending_core.store.engine import Store
from tests.builders import AT, VIEWER, a_book
from tests.operations.days import a_position, closed, moved, stand, turned
from tests.operations.journeys import lent
from tests.postings import post

# The newest closed day of the book, and the day on which people look.
NEWEST = date(2026, 10, 31)
TODAY = date(2026, 11, 4)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A simulated book, closed up to 31 October 2026, with one loan."""
    return a_book(tmp_path / "book.duckdb", lent)


def a_story(store: Store) -> None:
    """Into M1 and M2 in September, back from M1 in October, into M1 on the newest day."""
    moved(
        store,
        (date(2026, 9, 2), "C", "M1"),
        (date(2026, 9, 30), "M1", "M2"),
        (date(2026, 10, 5), "M1", "C"),
        (NEWEST, "C", "M1"),
    )


def listed(store: Store, *chosen: Any) -> list[tuple[Any, ...]]:
    rows = day_reports.moved_loans(store, VIEWER, Moves(*chosen))
    return rows.select("moved_on", "from_bucket", "to_bucket").rows()


def a_plain_book(*, is_simulated: bool) -> Book:
    return Book("a book", is_simulated, None, "CNY", date(2026, 1, 1), NEWEST)


def test_the_day_of_the_house_begins_eight_hours_before_that_of_the_clock() -> None:
    assert day_reports.house_date(datetime(2026, 11, 4, 15, 59, tzinfo=UTC)) == TODAY
    assert day_reports.house_date(datetime(2026, 11, 4, 16, 0, tzinfo=UTC)) == date(2026, 11, 5)


def test_a_real_book_is_closed_up_to_today_and_a_simulated_one_a_month_ahead() -> None:
    real, simulated = a_plain_book(is_simulated=False), a_plain_book(is_simulated=True)

    assert day_reports.last_closable_on(real, TODAY) == TODAY
    assert day_reports.last_closable_on(simulated, TODAY) == date(2026, 12, 1)


def test_days_to_close_are_counted_from_the_open_day() -> None:
    real = a_plain_book(is_simulated=False)

    assert day_reports.days_to_close(real, date(2026, 11, 1), TODAY) == 1
    assert day_reports.days_to_close(real, TODAY, TODAY) == 4


@pytest.mark.parametrize(
    ("on", "reason"), [(NEWEST, "day_closed"), (date(2026, 11, 5), "day_to_come")]
)
def test_closed_days_and_days_to_come_are_not_closed(on: date, reason: str) -> None:
    with pytest.raises(InvalidState) as refused:
        day_reports.days_to_close(a_plain_book(is_simulated=False), on, TODAY)

    assert refused.value.reason == reason


def test_a_simulated_book_may_go_ahead_of_today() -> None:
    assert day_reports.days_to_close(a_plain_book(is_simulated=True), date(2026, 11, 9), TODAY) == 9


def test_the_standing_says_what_the_newest_close_left(store: Store) -> None:
    closed(store, date(2026, 10, 30), NEWEST)
    stand(
        store,
        a_position(1),
        a_position(2, days_past_due=9, bucket="M1", principal_fen=50_000),
        a_position(3, is_open=False, principal_fen=0),
    )
    post(
        store,
        (1, 1, date(2026, 10, 30), "binhai_bank", "interest_accrued", 999),
        (2, 1, NEWEST, "binhai_bank", "interest_accrued", 140),
        (3, 2, NEWEST, "binhai_bank", "interest_accrued", 60),
        (3, 2, NEWEST, "binhai_bank", "penalty_accrued", 9),
    )

    standing = day_reports.day_standing(store, VIEWER, TODAY)

    assert (standing.open_on, standing.business_on) == (date(2026, 11, 1), NEWEST)
    assert (standing.open_loans, standing.late_loans, standing.late_principal_fen) == (2, 1, 50_000)
    assert (standing.interest_fen, standing.penalty_fen) == (200, 9)
    assert (standing.closed_by, standing.recorded_at) == ("analyst", utc_naive(AT))
    assert standing.is_balanced


def test_before_the_first_close_only_the_open_day_is_known(store: Store) -> None:
    standing = day_reports.day_standing(store, VIEWER, TODAY)

    assert standing.open_on == date(2026, 11, 1)
    assert standing.open_loans is standing.interest_fen is standing.closed_by is None


def test_a_simulated_book_is_never_behind_and_a_real_one_by_the_days_that_are_over(
    store: Store,
) -> None:
    simulated = day_reports.day_standing(store, VIEWER, TODAY).days_behind
    with store.transaction() as transaction:
        rows = transaction.read("book").with_columns(is_simulated=pl.lit(False))
        transaction.clear("book")
        transaction.append("book", rows)

    real = day_reports.day_standing(store, VIEWER, TODAY)

    assert (simulated, real.days_behind) == (None, 3)
    assert day_reports.day_standing(store, VIEWER, date(2026, 11, 1)).days_behind == 0


def test_a_posting_that_lacks_a_line_is_out_of_balance(store: Store) -> None:
    post(store, (1, 1, NEWEST, "binhai_bank", "petty_cash", 7))

    assert not day_reports.day_standing(store, VIEWER, TODAY).is_balanced


def test_closed_days_are_listed_newest_first_with_the_lines_that_turned(store: Store) -> None:
    closed(store, date(2026, 10, 29), date(2026, 10, 30), NEWEST)
    turned(
        store,
        (NEWEST, "frozen", "days_past_due"),
        (NEWEST, "frozen", "identity_doubt"),
        (date(2026, 10, 30), "active", "nothing_past_due"),
    )

    days = day_reports.closed_days(store, VIEWER)

    shown = days.select("closed_on", "moves", "postings", "lines_frozen", "lines_opened")
    assert shown.rows() == [
        (NEWEST, 2, 3, 1, 0),
        (date(2026, 10, 30), 2, 3, 0, 1),
        (date(2026, 10, 29), 2, 3, 0, 0),
    ]
    since = day_reports.days_closed_between(store, VIEWER, date(2026, 10, 30), NEWEST)
    assert since["closed_on"].to_list() == [date(2026, 10, 30), NEWEST]


def test_closed_days_and_moves_of_years_are_counted_whole_and_read_by_pages(store: Store) -> None:
    days = [NEWEST - timedelta(days=number) for number in range(250)]
    closed(store, *days)
    moved(store, *((day, "C", "M1") for day in days))
    everything = Moves(days[-1], NEWEST)
    second = day_reports.closed_days(store, VIEWER, Asked(Order("moves"), 100))
    moves = day_reports.moved_loans(store, VIEWER, everything, Asked(Order("moved_on"), 200))

    assert day_reports.count_closed_days(store, VIEWER) == 250
    # Every day has as many moves: ties are in order of the days.
    assert second["closed_on"].to_list() == days[::-1][100:200]
    assert day_reports.count_moves(store, VIEWER, everything) == 250
    assert moves["moved_on"].to_list() == days[200:]
    written = pl.concat(day_reports.all_closed_days(store, VIEWER, Order("closed_on")))
    assert written["closed_on"].to_list() == days
    taken = day_reports.all_moved_loans(store, VIEWER, everything, Order("loan_id"))
    assert pl.concat(taken)["moved_on"].to_list() == days[::-1]


def test_moves_by_month_go_into_a_stage_for_the_worse_and_out_of_it_for_the_better(
    store: Store,
) -> None:
    a_story(store)

    by_month = day_reports.stage_moves(store, VIEWER, "month")

    assert by_month.rows() == [
        (date(2026, 9, 30), "worse", "M1", 1, 10_000),
        (date(2026, 9, 30), "worse", "M2", 1, 10_000),
        (NEWEST, "worse", "M1", 1, 10_000),
        (NEWEST, "better", "M1", 1, 10_000),
    ]


def test_moves_by_day_look_back_on_31_days(store: Store) -> None:
    moved(store, (date(2026, 9, 30), "C", "M1"), (date(2026, 10, 1), "C", "M1"))

    by_day = day_reports.stage_moves(store, VIEWER, "day")

    assert by_day["period_on"].to_list() == [date(2026, 10, 1)]


def test_moves_by_month_look_back_on_twelve_months(store: Store) -> None:
    moved(store, (date(2025, 10, 31), "C", "M1"), (date(2025, 11, 1), "C", "M1"))

    by_month = day_reports.stage_moves(store, VIEWER, "month")

    assert by_month["period_on"].to_list() == [date(2025, 11, 30)]


def test_a_leap_over_stages_counts_for_the_later_one() -> None:
    leaps = pl.DataFrame(
        [(NEWEST, "C", "M4", 1, 10_000), (NEWEST, "M4", "M2", 2, 20_000)],
        schema=["period_on", "from_bucket", "to_bucket", "moves", "principal_fen"],
        orient="row",
    )

    assert day_reports.directed(leaps).rows() == [
        (NEWEST, "worse", "M4", 1, 10_000),
        (NEWEST, "better", "M4", 2, 20_000),
    ]


def test_the_loans_behind_a_bar_are_listed_newest_first(store: Store) -> None:
    a_story(store)

    everything = listed(store, date(2026, 9, 1), NEWEST)

    assert [move[0].month for move in everything] == [10, 10, 9, 9]
    assert listed(store, date(2026, 10, 1), NEWEST, "worse", "M1") == [(NEWEST, "C", "M1")]
    assert listed(store, date(2026, 10, 1), NEWEST, "better", "M1") == [
        (date(2026, 10, 5), "M1", "C")
    ]
    assert listed(store, date(2026, 9, 1), NEWEST, "worse", "M2") == [
        (date(2026, 9, 30), "M1", "M2")
    ]


def test_a_bar_of_a_month_spans_the_month_and_of_a_day_the_day() -> None:
    assert day_reports.period_of(date(2026, 9, 30), "month") == (
        date(2026, 9, 1),
        date(2026, 9, 30),
    )
    assert day_reports.period_of(NEWEST, "day") == (NEWEST, NEWEST)
