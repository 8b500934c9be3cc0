"""Estimates before outcomes are known: against outcomes drawn from the promise itself."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from lending_core.scoring.estimated import (
    AS_PROMISED,
    back_test,
    by_month,
    corrected,
    expected_auc,
    unripe,
)
from lending_core.scoring.performance import metrics
from lending_core.scoring.standards import scale

MONTHS = tuple(date(2025, month, 15) for month in range(1, 13))


@pytest.fixture(scope="module")
def book() -> pl.DataFrame:
    """1,500 loans a month whose log odds of bad are the promise's and 0.5 more; the outcome of
    applications up to June is known."""
    random = np.random.default_rng(11)
    score = random.normal(600, 60, 1_500 * len(MONTHS)).round().astype(np.int32)
    promised = np.array([scale().default_probability(int(each)) for each in score])
    odds = promised / (1 - promised) * np.exp(0.5)
    is_bad = random.random(score.size) < odds / (1 + odds)
    months = pl.Series([on for on in MONTHS for _ in range(1_500)])
    return pl.DataFrame(
        {
            "applied_on": months,
            "is_funded": True,
            "score": score,
            "default_probability": promised,
            "told": is_bad,
        }
    ).with_columns(is_bad=pl.when(months <= MONTHS[5]).then("told"))


def test_a_promise_too_low_is_put_right(book: pl.DataFrame) -> None:
    correction = corrected(book.drop_nulls("is_bad"))

    assert correction.intercept == pytest.approx(0.5, abs=0.25)
    assert correction.slope == pytest.approx(1.0, abs=0.1)


def test_a_correction_keeps_the_number_of_bads(book: pl.DataFrame) -> None:
    known = book.drop_nulls("is_bad")

    chances = corrected(known).probability(known["default_probability"].to_numpy())

    assert chances.sum() == pytest.approx(known["is_bad"].sum(), abs=1e-6)


def test_few_bads_leave_the_promise_as_it_is(book: pl.DataFrame) -> None:
    assert corrected(book.drop_nulls("is_bad").head(200)) == AS_PROMISED


def test_months_to_come_are_estimated_as_they_turn_out(book: pl.DataFrame) -> None:
    waiting = unripe(book, matured_until=date(2025, 6, 30))

    told = book.filter(pl.col("applied_on") > MONTHS[5])
    later = metrics(told.select("score", is_bad="told"))
    assert waiting is not None
    assert later is not None
    assert (waiting.loans, waiting.first_on, waiting.last_on) == (
        9_000,
        date(2025, 7, 1),
        date(2025, 12, 1),
    )
    assert waiting.auc.low < later.auc < waiting.auc.high
    assert waiting.bad_rate.value == pytest.approx(told["told"].mean(), abs=0.006)


def test_a_month_is_estimated_from_what_was_known_when_it_ended(book: pl.DataFrame) -> None:
    months = by_month(book, date(2025, 6, 30), window_months=3)

    promised = book.filter(pl.col("applied_on") == MONTHS[0])["default_probability"].mean()
    assert months["bad_rate"][0] == pytest.approx(promised)
    assert months["bad_rate"][3] > months["bad_rate"][0] * 1.3
    assert months["is_ripe"].to_list() == [True] * 6 + [False] * 6
    assert months["seen_auc"].is_null().to_list() == [False] * 6 + [True] * 6


def test_estimates_are_held_against_what_came(book: pl.DataFrame) -> None:
    months = by_month(book, date(2025, 6, 30), window_months=3)

    tested = back_test(months)

    # Of the first three months nothing was known, and the promise was too low.
    assert tested is not None
    assert (tested.months, tested.auc_within, tested.rate_months) == (6, 5, 6)
    assert tested.rate_within == 3


def test_nothing_known_cannot_be_tested(book: pl.DataFrame) -> None:
    waiting = book.filter(pl.col("applied_on") > MONTHS[5])

    assert back_test(by_month(waiting, date(2025, 6, 30), window_months=6)) is None


def test_certain_outcomes_have_the_auc_of_their_ranks() -> None:
    measure = expected_auc(np.array([500, 520, 520, 540, 560]), np.array([1, 1, 0, 0, 0.0]))

    assert measure.value == pytest.approx(5.5 / 6)


def test_the_same_chance_for_all_separates_nothing() -> None:
    measure = expected_auc(np.arange(500, 700), np.full(200, 0.05))

    assert measure.value == pytest.approx(0.5)
