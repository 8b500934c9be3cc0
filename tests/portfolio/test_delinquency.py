"""Late shares and flows of a book of a few loans, redone by hand."""

from datetime import date

import polars as pl

from lending_core.portfolio.delinquency import (
    first_payment_default_rates,
    headline_rates,
    rates_with_charged_off,
    roll_rates,
)

JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 31)


def by_bucket(**principal_fen: int) -> pl.DataFrame:
    names = {"M7": "M7+"}
    return pl.DataFrame(
        {
            "month_end_on": [JULY] * len(principal_fen),
            "bucket": [names.get(bucket, bucket) for bucket in principal_fen],
            "principal_fen": list(principal_fen.values()),
        }
    )


def test_headline_rates_count_whole_late_principal_and_leave_out_the_charged_off() -> None:
    rates = headline_rates(by_bucket(C=900, M1=50, M2=20, M4=20, M6=10, M7=500))

    assert rates.rows() == [(JULY, 1000, 0.1, 0.05, 0.03, 0.03)]


def test_a_book_that_is_all_charged_off_has_no_rate() -> None:
    rates = headline_rates(by_bucket(C=0, M7=500))

    assert rates.rows() == [(JULY, 0, None, None, None, None)]


def test_roll_rates_divide_what_got_worse_by_what_stood_there() -> None:
    flows = pl.DataFrame(
        {
            "month_end_on": [AUGUST] * 3,
            "from_bucket": ["M1", "C", "M7+"],
            "from_principal_fen": [200, 1000, 80],
            "rolled_principal_fen": [70, 25, 0],
        }
    )

    assert roll_rates(flows).rows() == [(AUGUST, "C", 0.025), (AUGUST, "M1", 0.35)]


def test_with_what_is_charged_off_both_sides_of_the_share_grow() -> None:
    rates = rates_with_charged_off(by_bucket(C=900, M2=50, M4=25, M7=25))

    assert rates.rows() == [(JULY, 1000, 0.1, 0.1, 0.05, 0.05)]


def test_first_payment_default_is_a_share_of_the_amount_lent() -> None:
    cohorts = pl.DataFrame(
        {
            "cohort_on": [AUGUST, JULY],
            "loans": [3, 2],
            "lent_fen": [400, 200],
            "defaulted_fen": [100, 0],
        }
    )

    assert first_payment_default_rates(cohorts).rows() == [(JULY, 2, 0.0), (AUGUST, 3, 0.25)]
