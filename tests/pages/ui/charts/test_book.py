"""Figures of the lent book: what is drawn, in which unit, and what a click gives."""

from datetime import date

import polars as pl
import pytest

from pages.ui import theme
from pages.ui.charts import book

SEPTEMBER, OCTOBER = date(2026, 9, 30), date(2026, 10, 31)
BY_BUCKET = pl.DataFrame(
    {
        "month_end_on": [OCTOBER] * 4 + [SEPTEMBER],
        "bucket": ["M7+", "M1", "C", "M2", "C"],
        "principal_fen": [10_000, 30_000, 50_000, 20_000, 100_000],
    }
)


@pytest.mark.parametrize(
    ("measure", "stages"),
    [
        ("money", ["M1", "M2", "M7+"]),
        ("share", ["M1", "M2"]),
        ("whole", ["C", "M1", "M2", "M7+"]),
    ],
)
def test_a_measure_chooses_its_stages_in_order_of_lateness(
    measure: book.Measure, stages: list[str]
) -> None:
    figure = book.late_by_month(BY_BUCKET, measure, "en")

    assert [bar.name for bar in figure.data] == stages


def test_late_money_is_drawn_in_yuan_with_its_share_on_hover() -> None:
    bar = book.late_by_month(BY_BUCKET, "money", "en").data[0]

    assert bar.y == (300.0,)
    assert bar.text == ("¥300.00 · 30.0%",)
    assert bar.marker.color == theme.BUCKET_COLOURS["M1"]
    assert [list(key) for key in bar.customdata] == [["2026-10-31", "M1"]]


def test_a_share_is_of_all_principal_up_to_180_days_late() -> None:
    figure = book.late_by_month(BY_BUCKET, "share", "en")

    assert [bar.y for bar in figure.data] == [(0.3,), (0.2,)]
    assert figure.layout.yaxis.tickformat == ".1%"


def test_a_month_that_is_not_over_stands_at_its_day() -> None:
    rows = BY_BUCKET.filter(pl.col("bucket") == "C").with_columns(
        month_end_on=pl.Series([date(2026, 11, 10), OCTOBER])
    )

    figure = book.late_by_month(rows, "whole", "en")

    assert figure.data[0].x == ("2026-10", "2026-11-10")
    assert figure.layout.xaxis.categoryarray == ("2026-10", "2026-11-10")


def test_loans_may_be_counted_where_money_is_not_known() -> None:
    rows = BY_BUCKET.with_columns(loans=pl.Series([1, 3, 5, 2, 9]), principal_fen=None)

    bar = book.late_by_month(rows, "money", "en", "loans").data[0]

    assert (bar.name, bar.y, bar.text) == ("M1", (3,), ("3 · 30.0%",))


def test_a_funder_is_as_long_as_its_quota() -> None:
    funders = pl.DataFrame(
        {
            "funder_code": ["binhai_bank"],
            "quota_fen": [10_000],
            "outstanding_fen": [7_000],
            "room_fen": [3_000],
        }
    )

    used, left = book.funder_room(funders, {"binhai_bank": "Binhai Internet Bank"}, "en").data

    assert (used.name, used.x, left.name, left.x) == ("In use", (70.0,), "Left", (30.0,))
    assert used.y == ("Binhai Internet Bank",)
    assert used.customdata == ("binhai_bank",)


def test_days_past_due_carry_the_colour_of_their_stage() -> None:
    months = pl.DataFrame(
        {
            "month_end_on": [SEPTEMBER, OCTOBER],
            "days_past_due": [0, 31],
            "bucket": ["C", "M2"],
        }
    )

    bars = book.days_past_due(months, "en").data[0]

    assert bars.y == (0, 31)
    assert bars.marker.color == (theme.BUCKET_COLOURS["C"], theme.BUCKET_COLOURS["M2"])


def test_a_loan_that_was_never_late_keeps_an_axis_of_a_month() -> None:
    months = pl.DataFrame({"month_end_on": [OCTOBER], "days_past_due": [0], "bucket": ["C"]})

    figure = book.days_past_due(months, "en")

    assert figure.layout.yaxis.range == (0, 34.5)


def test_a_month_of_which_a_stage_is_not_known_has_no_bar() -> None:
    """Of October what is M1 is not known: M2 alone would look like less of October."""
    rows = BY_BUCKET.with_columns(
        pl.when(bucket="M1").then(None).otherwise("principal_fen").alias("principal_fen")
    )

    late, whole = (book.late_by_month(rows, measure, "en") for measure in ("money", "whole"))

    assert [bar.y for bar in late.data] == [(None,), (None,), (None,)]
    assert [bar.y for bar in whole.data] == [(1000.0, None), (None,), (None,), (None,)]
