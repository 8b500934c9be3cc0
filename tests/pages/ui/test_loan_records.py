"""Daily accruals of a month become one entry; everything else stays as it was booked."""

from datetime import date

import polars as pl

from pages.ui.loan_records import folded


def lines(*rows: tuple[int, date, str, str, int]) -> pl.DataFrame:
    names = ("entry_id", "booked_on", "flow", "account", "amount_fen")
    frame = pl.DataFrame(rows, schema=list(names), orient="row")
    return frame.with_columns(funder_code=pl.lit("bank")).select(
        "entry_id", "booked_on", "funder_code", "flow", "account", "amount_fen"
    )


def accrual(entry_id: int, on: date, fen: int) -> list[tuple[int, date, str, str, int]]:
    flow = "interest_accrued"
    return [
        (entry_id, on, flow, "interest_receivable", fen),
        (entry_id, on, flow, "interest_income", -fen),
    ]


def test_a_month_of_accruals_is_one_entry_on_its_newest_day() -> None:
    booked = lines(
        *accrual(1, date(2026, 10, 30), 10),
        *accrual(2, date(2026, 10, 31), 11),
        *accrual(3, date(2026, 11, 1), 12),
    )

    assert folded(booked).select("booked_on", "account", "amount_fen").rows() == [
        (date(2026, 10, 31), "interest_receivable", 21),
        (date(2026, 10, 31), "interest_income", -21),
        (date(2026, 11, 1), "interest_receivable", 12),
        (date(2026, 11, 1), "interest_income", -12),
    ]


def test_payments_stay_entry_by_entry() -> None:
    on = date(2026, 10, 30)
    booked = lines(
        (1, on, "interest_paid", "cash", 10),
        (1, on, "interest_paid", "interest_receivable", -10),
        (2, on, "interest_paid", "cash", 20),
        (2, on, "interest_paid", "interest_receivable", -20),
    )

    assert folded(booked).equals(booked)
