"""The numbers of the first screen, from a book of a few lines."""

from datetime import date

import polars as pl

from lending_core.portfolio.headlines import headlines, origination_funnel

JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 31)
FIGURES = pl.DataFrame(
    {
        "month_end_on": [AUGUST, JULY],
        "applied": [10, 2],
        "approved": [4, 0],
        "waiting": [2, 2],
        "accepted": [3, 0],
        "funded": [3, 0],
        "lent_fen": [500, 0],
        "principal_fen": [1_100, 0],
    }
)
BY_BUCKET = pl.DataFrame(
    {
        "month_end_on": [AUGUST] * 4,
        "bucket": ["C", "M2", "M4", "M7+"],
        "principal_fen": [900, 50, 50, 100],
    }
)


def test_headlines_leave_out_who_waits_and_what_is_charged_off_but_not_from_the_quota() -> None:
    months = headlines(FIGURES, BY_BUCKET, quota_fen=2_000)

    assert months.rows() == [
        (JULY, 0, 0, None, None, None, 2_000),
        (AUGUST, 1_000, 500, 0.5, 0.1, 0.05, 900),
    ]


def test_the_funnel_is_that_of_the_newest_month() -> None:
    funnel = origination_funnel(FIGURES)

    assert funnel.rows() == [("applied", 10), ("approved", 4), ("accepted", 3), ("funded", 3)]
