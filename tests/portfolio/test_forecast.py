"""A chain of two stages, followed with a pencil, and what its past forecasts were worth."""

from datetime import date

import polars as pl
import pytest

from lending_core.dates import add_months, month_end
from lending_core.portfolio.cohort_numbers import cohort_numbers
from lending_core.portfolio.forecast import Chain, back_test, back_test_summary, chain, forecast
from tests.portfolio.test_roll_rates import SCHEMA

WINDOW = cohort_numbers().forecast.window_months


def moves(months: int, loans: int = 100) -> pl.DataFrame:
    """Every month 1,000 stand on time: 700 stay, 100 are late, 200 are repaid; of 100 late, half
    come back and half are repaid; 250 are new. So 1,000 and 100 stand there again."""
    rows = []
    for number in range(months):
        on = month_end(add_months(date(2024, 1, 31), number))
        rows += [
            (on, "C", "C", loans, 900, 700, 0, 8_100.0 / loans),
            (on, "C", "M2", loans, 100, 100, 0, 100.0 / loans),
            (on, "M2", "C", loans, 50, 50, 0, 25.0 / loans),
            (on, "M2", "paid", loans, 50, 0, 0, 25.0 / loans),
            (on, None, "C", loans, None, 250, 0, None),
        ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


@pytest.fixture
def steady() -> Chain:
    return chain(moves(WINDOW + 4), "amount")


def values(ahead: pl.DataFrame, what: str) -> list[float]:
    return ahead.filter(pl.col("what") == what)["value"].to_list()


def test_what_stands_at_the_end_is_what_came_and_what_is_new(steady: Chain) -> None:
    assert steady.closing(-1).tolist()[:3] == [1000.0, 0.0, 100.0]


def test_a_steady_book_stays_as_it_is(steady: Chain) -> None:
    ahead = forecast(steady, 3, with_new=True)

    assert values(ahead, "C") == pytest.approx([1000.0] * 4)
    assert values(ahead, "M2") == pytest.approx([100.0] * 4)
    assert values(ahead, "balance") == pytest.approx([1100.0] * 4)
    assert values(ahead, "over_30") == pytest.approx([100 / 1100] * 4)


def test_without_new_lending_the_book_runs_off(steady: Chain) -> None:
    ahead = forecast(steady, 2, with_new=False)

    # 0.7 x 1,000 + 0.5 x 100, then 0.7 x 750 + 0.5 x 100; 0.1 of the stage before is late.
    assert values(ahead, "C") == pytest.approx([1000.0, 750.0, 575.0])
    assert values(ahead, "M2") == pytest.approx([100.0, 100.0, 75.0])


def test_the_months_ahead_are_month_ends_and_today_has_no_interval(steady: Chain) -> None:
    ahead = forecast(steady, 2, with_new=True).filter(pl.col("what") == "M2")

    newest = steady.months[-1]
    assert ahead["month_end_on"].to_list() == [
        month_end(add_months(newest, number)) for number in range(3)
    ]
    assert ahead["low"].is_null().to_list() == [True, False, False]
    assert (ahead["low"] < 100).to_list()[1:] == [True, True]
    assert (ahead["high"] > 100).to_list()[1:] == [True, True]


def test_the_same_book_gives_the_same_interval(steady: Chain) -> None:
    assert forecast(steady, 2, with_new=True).equals(forecast(steady, 2, with_new=True))


def test_the_fewer_the_loans_the_wider_the_interval() -> None:
    def width(loans: int) -> float:
        known = chain(moves(WINDOW, loans=loans), "amount")
        last = forecast(known, 1, with_new=True).filter(pl.col("what") == "M2").row(1, named=True)
        return float(last["high"] - last["low"])

    assert width(4) > 2 * width(400)


def test_a_stage_that_was_never_seen_keeps_what_it_has() -> None:
    first = moves(1).filter(pl.col("from_bucket").is_null() | (pl.col("from_bucket") == "C"))

    ahead = forecast(chain(first, "amount"), 1, with_new=False)

    # 100 went to M2, of which nothing is known: they stay, and 0.1 of the 950 on time joins them.
    assert values(ahead, "M2") == pytest.approx([100.0, 195.0])


def test_past_forecasts_of_a_steady_book_were_right(steady: Chain) -> None:
    tried = back_test(steady, 2)

    assert tried["made_on"].n_unique() == 4
    assert tried["forecast"].to_list() == pytest.approx(tried["actual"].to_list())
    assert back_test_summary(tried).rows() == [
        (1, 4, pytest.approx(0), pytest.approx(0), pytest.approx(0), 1.0),
        (2, 3, pytest.approx(0), pytest.approx(0), pytest.approx(0), 1.0),
    ]


def test_a_forecast_that_was_made_knows_nothing_of_later_months() -> None:
    worse = moves(WINDOW + 4).with_columns(
        to_principal_fen=pl.when(
            pl.col("month_end_on") == pl.col("month_end_on").max(), pl.col("to_state") == "M2"
        )
        .then(400)
        .otherwise("to_principal_fen")
    )

    tried = back_test(chain(worse, "amount"), 1)

    assert tried["forecast"].to_list() == pytest.approx([100 / 1100] * 4)
    assert tried["actual"].to_list()[-1] == pytest.approx(400 / 1400)


def test_a_young_book_has_no_past_forecasts() -> None:
    assert back_test(chain(moves(WINDOW), "amount"), 6).is_empty()
