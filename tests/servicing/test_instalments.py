"""Where each instalment stands, on both sides of its due date."""

from datetime import date, timedelta

import polars as pl

from lending_core.servicing.instalments import with_state

TODAY = date(2026, 10, 31)


def states(*, paid_fen: int, is_paid_off: bool = False) -> list[str]:
    """States of instalments of 100 fen that fell due yesterday, fall due today and tomorrow."""
    rows = pl.DataFrame(
        {
            "due_on": [TODAY + timedelta(days=days) for days in (-1, 0, 1)],
            "total_fen": [100] * 3,
            "paid_fen": [paid_fen] * 3,
            "is_paid_off": [is_paid_off] * 3,
        }
    )
    return with_state(rows, TODAY)["instalment_state"].to_list()


def test_an_instalment_is_overdue_from_the_day_after_its_due_date() -> None:
    assert states(paid_fen=0) == ["overdue", "due_today", "upcoming"]


def test_a_part_payment_leaves_it_overdue() -> None:
    assert states(paid_fen=99) == ["overdue", "due_today", "upcoming"]


def test_a_full_payment_settles_it_early_or_late() -> None:
    assert states(paid_fen=100) == ["paid"] * 3


def test_paying_off_the_loan_settles_every_instalment() -> None:
    assert states(paid_fen=0, is_paid_off=True) == ["paid"] * 3
