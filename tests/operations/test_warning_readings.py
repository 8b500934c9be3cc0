"""Readings on the days of a month that is not over, and what they let expect of its end."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from lending_core.dates import month_end
from lending_core.operations import warning_reports
from lending_core.operations.catching_up import close_through
from lending_core.operations.console import book
from lending_core.operations.warning_readings import Readings, first_to_read, read
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, AT, VIEWER

ON = date(2026, 11, 8)


@pytest.fixture(scope="module")
def store(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Eight days into a month in which nobody has paid yet."""
    path = tmp_path_factory.mktemp("part") / "book.duckdb"
    opened = open_store(Path(shutil.copy(simulated_book, path)))
    close_through(opened, ANALYST, ON, at=AT)
    return opened


@pytest.fixture(scope="module")
def readings(store: Store) -> Readings:
    current = book(store)
    return read(store, current, first_to_read(current))


def whole(frame: pl.DataFrame, measure: str) -> pl.DataFrame:
    is_whole = (pl.col("measure") == measure) & (pl.col("segment_kind") == "all")
    return frame.filter(is_whole).sort("measured_on")


def test_a_run_reads_three_whole_months_and_the_open_one_anew(store: Store) -> None:
    assert first_to_read(book(store)) == date(2026, 8, 1)


def test_a_month_that_is_not_over_is_read_on_its_newest_day(readings: Readings) -> None:
    days = whole(readings.measured, "rate_30")["measured_on"].to_list()

    assert days == [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31), ON]


def test_a_vintage_waits_for_the_end_of_its_month(readings: Readings) -> None:
    assert whole(readings.measured, "vintage_3")["measured_on"].max() == date(2026, 10, 31)


def test_the_month_end_is_expected_from_what_the_same_days_brought_before(
    store: Store, readings: Readings
) -> None:
    moves = store.read_sql(
        "select moved_on, from_bucket, to_bucket, principal_fen from bucket_move"
        " where moved_on between date '2026-08-01' and date '2026-10-31' and day(moved_on) > 8"
    )
    loans = store.read_sql(
        "select month_end_on, sum(principal_fen) as fen from loan_month where standing = 'open'"
        " and days_past_due <= 180 and month_end_on between date '2026-08-31' and"
        " date '2026-10-31' group by month_end_on"
    )
    late = ["M2", "M3", "M4", "M5", "M6"]
    net = pl.col("to_bucket").is_in(late).cast(int) - pl.col("from_bucket").is_in(late).cast(int)
    moved = moves.group_by(month_end_on=pl.col("moved_on").dt.month_end()).agg(
        added=(net * pl.col("principal_fen")).sum()
    )
    rest = loans.join(moved, on="month_end_on").select(pl.col("added") / pl.col("fen").cast(float))

    now, expected = (
        whole(frame, "rate_30")["value"][-1] for frame in (readings.measured, readings.expected)
    )

    assert expected == pytest.approx(now + rest.to_series().mean())


def test_who_rolls_on_is_expected_of_those_on_time_a_month_end_before(
    store: Store, readings: Readings
) -> None:
    """Of the loans on time on 31 July, 31 August and 30 September, those late at the end of the
    next month less those late on its eighth day."""
    by_loan = store.read_sql(
        "select stood.month_end_on, stood.standing = 'open' and stood.bucket <> 'C' as at_end,"
        " (select arg_max(moved.to_bucket, moved.moved_on) from bucket_move as moved"
        " where moved.loan_id = stood.loan_id and moved.moved_on between"
        " date_trunc('month', stood.month_end_on) and date_trunc('month', stood.month_end_on)"
        " + interval 7 day) <> 'C' as on_eighth from loan_month as stood where"
        " stood.previous_bucket = 'C' and stood.month_end_on between date '2026-08-31' and"
        " date '2026-10-31'"
    )
    late = pl.col("at_end").cast(int) - pl.col("on_eighth").fill_null(value=False).cast(int)
    rest = by_loan.group_by("month_end_on").agg(added=late.mean())

    now, expected = (
        whole(frame, "roll_c")["value"][-1] for frame in (readings.measured, readings.expected)
    )

    assert expected == pytest.approx(now + rest["added"].mean())


def test_months_that_are_over_are_expected_as_they_were(readings: Readings) -> None:
    is_over = pl.col("measured_on") == pl.col("measured_on").dt.month_end()

    assert readings.expected.filter(is_over).equals(readings.measured.filter(is_over))


def test_readings_of_a_day_give_way_to_those_of_the_next(store: Store) -> None:
    days = store.read("warning_reading_day", from_on=date(2026, 10, 1))["measured_on"]

    assert days.sort().to_list() == [date(2026, 10, 31), ON]
    assert month_end(ON) - ON == timedelta(days=22)


def test_the_course_of_a_rule_goes_up_to_the_newest_day(store: Store) -> None:
    newest = warning_reports.course(store, VIEWER, "roll_c_unusual", "all", "all").row(
        -1, named=True
    )

    # Nobody pays, and yet a book of so few loans is not judged.
    assert (newest["measured_on"], newest["units"], newest["verdict"]) == (ON, 244, "few")
    assert newest["value"] > newest["high_act"]
