"""What closed days leave in `loan_month`: one loan, month end by month end, redone by hand.

The allowance is the class's rate of all that is owed: 1 % on time, 2 % from the first day late
(`data/reference/classification.toml`).
"""

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from lending_core.store.engine import Store
from tests.store.loans import a_book_of_july, close, happen, lend, pay

JULY, AUGUST, SEPTEMBER = date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30)
OCTOBER = date(2026, 10, 31)
DUE_ON = date(2026, 8, 15)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = a_book_of_july(tmp_path / "book.duckdb")
    lend(store, 1)
    return store


def months(store: Store, *columns: str) -> list[tuple[Any, ...]]:
    rows = store.read_sql("select * from loan_month order by month_end_on")
    return rows.select("month_end_on", *columns).rows()


def test_before_anything_is_due_interest_is_earned_night_by_night(store: Store) -> None:
    close(store, JULY)

    # 16 of the 31 nights to the first due date: 10.00 x 16 / 31 = 5.16.
    earned = months(store, "months_on_book", "principal_fen", "interest_receivable_fen")
    lateness = months(store, "days_past_due", "bucket", "asset_class", "stage", "overdue_fen")
    assert earned == [(JULY, 0, 100_000, 516)]
    assert lateness == [(JULY, 0, "C", "normal", 1, 0)]
    # 1 % of 1,005.16.
    assert months(store, "allowance_fen") == [(JULY, 1_005)]


def test_nobody_pays_and_days_count_from_the_first_missed_due_date(store: Store) -> None:
    close(store, OCTOBER)

    late = months(store, "days_past_due", "bucket", "asset_class", "stage", "overdue_fen")
    assert late == [
        (JULY, 0, "C", "normal", 1, 0),
        (AUGUST, 16, "M1", "special_mention", 1, 34_002),
        (SEPTEMBER, 46, "M2", "special_mention", 2, 68_004),
        (OCTOBER, 77, "M3", "special_mention", 2, 102_007),
    ]


def test_what_is_owed_grows_by_interest_and_by_penalty_on_overdue_principal(store: Store) -> None:
    close(store, SEPTEMBER)

    # August: 10.00 and 6.70 x 16 / 31 of interest; 330.02 x 18 % x 16 / 365 of penalty.
    # September: 10.00, 6.70 and 3.37 x 15 / 30; 330.02 x 18 % x 46 / 365 and 333.32 for 15 days.
    owed = months(store, "interest_receivable_fen", "penalty_fen", "allowance_fen")
    assert owed[1:] == [
        (AUGUST, 1_346, 260, 2_032),
        (SEPTEMBER, 1_838, 749 + 247, 2_057),
    ]


def test_payments_on_time_keep_the_loan_current(store: Store) -> None:
    pay(store, 1, DUE_ON, 34_002)
    pay(store, 1, date(2026, 9, 15), 34_002)

    close(store, SEPTEMBER)

    assert months(store, "days_past_due", "principal_fen", "overdue_fen", "paid_fen") == [
        (JULY, 0, 100_000, 0, 0),
        (AUGUST, 0, 66_998, 0, 34_002),
        (SEPTEMBER, 0, 33_666, 0, 34_002),
    ]


def test_a_payment_after_two_missed_dues_settles_the_older_with_its_penalty(store: Store) -> None:
    # 36 days after the due date: 330.02 x 18 % x 36 / 365 = 5.86 of penalty.
    pay(store, 1, date(2026, 9, 20), 34_002 + 586)

    close(store, SEPTEMBER)

    late = months(store, "days_past_due", "bucket", "principal_fen", "overdue_fen", "paid_fen")
    assert late[-1] == (SEPTEMBER, 15, "M1", 66_998, 34_002, 34_588)


def test_a_fen_short_is_late_and_a_fen_more_is_not(store: Store) -> None:
    pay(store, 1, DUE_ON, 34_001)
    close(store, date(2026, 8, 30))
    short = months(store, "days_past_due", "overdue_fen")

    pay(store, 1, AUGUST, 1)
    close(store, AUGUST)

    assert short[-1] == (date(2026, 8, 30), 15, 1)
    assert months(store, "days_past_due", "overdue_fen")[-1] == (AUGUST, 0, 0)


def test_a_payoff_owes_interest_to_its_day_and_the_loan_leaves_the_book_next_month(
    store: Store,
) -> None:
    pay(store, 1, DUE_ON, 34_002)
    # Ten of the 31 nights to the next due date: 6.70 x 10 / 31 = 2.16.
    pay(store, 1, date(2026, 8, 25), 66_998 + 216, strategy="payoff")

    close(store, SEPTEMBER)

    paid = months(store, "principal_fen", "paid_fen", "interest_receivable_fen", "allowance_fen")
    assert paid[1:] == [(AUGUST, 0, 34_002 + 67_214, 0, 0)]


def test_a_loan_written_off_leaves_the_book_with_its_allowance(store: Store) -> None:
    close(store, AUGUST)
    happen(store, 1, "charge_off", date(2026, 9, 1))

    close(store, SEPTEMBER)

    assert months(store, "standing", "previous_bucket", "principal_fen") == [
        (JULY, "open", None, 100_000),
        (AUGUST, "open", "C", 100_000),
        (SEPTEMBER, "written_off", "M1", 0),
    ]
    position = store.read_sql(
        "select is_charged_off, principal_fen, written_off_fen, allowance_fen from loan_position"
    )
    assert position.rows() == [(True, 0, 100_000, 0)]


def test_what_a_month_wrote_off_and_what_it_took_back_are_both_told(store: Store) -> None:
    lend(store, 2)
    happen(store, 1, "charge_off", date(2026, 9, 1))
    happen(store, 1, "reversal", date(2026, 11, 5), reverses_event_id=1)
    close(store, date(2026, 11, 30))
    ends = (JULY, AUGUST, SEPTEMBER, OCTOBER, date(2026, 11, 30), date(2026, 12, 31))

    told = [
        store.read("loan_written_off", since_on=since_on, month_end_on=on)["loan_id"].to_list()
        for since_on, on in pairwise(ends)
    ]

    standing = store.read_sql(
        "select month_end_on, standing from loan_month where loan_id = 1 order by month_end_on"
    ).rows()
    assert standing == [
        (JULY, "open"),
        (AUGUST, "open"),
        (SEPTEMBER, "written_off"),
        (date(2026, 11, 30), "open"),
    ]
    assert told == [[], [1], [], [1], []]


def test_each_month_end_knows_the_one_before_and_what_happened_for_the_first_time(
    store: Store,
) -> None:
    close(store, OCTOBER)
    close(store, date(2026, 11, 30))
    happen(store, 1, "charge_off", date(2026, 12, 1))

    close(store, date(2026, 12, 31))

    before = months(store, "previous_bucket", "previous_principal_fen", "worst_days_past_due")
    assert [row[1:] for row in before] == [
        (None, None, 0),
        ("C", 100_000, 16),
        ("M1", 100_000, 46),
        ("M2", 100_000, 77),
        ("M3", 100_000, 107),
        ("M4", 100_000, 107),
    ]
    firsts = months(store, "entered_30", "entered_90", "entered_default")
    assert [row[1:] for row in firsts] == [
        (False, False, False),
        (False, False, False),
        (True, False, False),
        (False, False, False),
        (False, True, True),
        (False, False, False),
    ]


def test_a_loan_written_off_early_is_in_default_from_then_on(store: Store) -> None:
    close(store, AUGUST)
    happen(store, 1, "charge_off", date(2026, 9, 1))

    close(store, SEPTEMBER)

    assert months(store, "entered_90", "entered_default")[-1] == (SEPTEMBER, False, True)


def test_a_loan_that_comes_back_after_a_gap_has_not_forgotten_how_late_it_was(
    store: Store,
) -> None:
    close(store, SEPTEMBER)
    pay(store, 1, date(2026, 10, 1), 110_000, strategy="payoff")
    close(store, date(2026, 11, 30))
    happen(store, 1, "reversal", date(2026, 12, 1), reverses_event_id=1)

    close(store, date(2026, 12, 31))

    rows = months(store, "standing", "worst_days_past_due", "entered_30", "entered_90")
    assert [row[1:] for row in rows[-3:]] == [
        ("open", 46, True, False),
        ("paid", 46, False, False),
        ("open", 138, False, True),
    ]
