"""Who is in a trial never changes; what came of it is judged as textbooks do."""

from dataclasses import replace
from datetime import date
from hashlib import sha256

import polars as pl
import pytest

from lending_core.errors import InvalidState
from lending_core.policy.rulebook import Rulebook
from lending_core.policy.trials import (
    SIGNIFICANCE,
    Outcome,
    Trial,
    contrasts,
    place_bp,
    places_bp,
    shares_differ,
)
from tests.policy.lives import DECEMBER, JANUARY, NOVEMBER, life

STEPS = life((1, "approved"), (2, "approved", JANUARY))
TRIAL = Trial(1, 3, 2_500, "salt", NOVEMBER, None)
SIDE = Outcome(1, 400, 200, 100, 20, 1_000_000.0, 200_000.0)


def test_a_customer_is_placed_by_the_first_eight_bytes_of_a_hash() -> None:
    by_hand = int(sha256(b"salt/42").hexdigest()[:16], 16) % 10_000

    assert place_bp("salt", 42) == by_hand == 5_146
    assert places_bp("salt", pl.Series([42, 43])).to_list() == [by_hand, place_bp("salt", 43)]


def test_a_quarter_of_customers_is_in_a_trial_of_a_quarter_and_another_salt_draws_others() -> None:
    customers = range(10_000)

    inside = {each for each in customers if TRIAL.has(each)}
    other = {each for each in customers if replace(TRIAL, salt="pepper").has(each)}

    # Four standard deviations of a draw of 10,000 are 173.
    assert abs(len(inside) - 2_500) < 173
    # A quarter of a quarter is in both, give or take four standard deviations of 24.
    assert abs(len(inside & other) - 625) < 97


def test_a_larger_share_keeps_everybody_who_was_in() -> None:
    wider = replace(TRIAL, share_bp=5_000)

    assert {each for each in range(500) if TRIAL.has(each)} <= {
        each for each in range(500) if wider.has(each)
    }


def test_one_applicant_and_many_are_assigned_alike_day_by_day() -> None:
    book = Rulebook(STEPS, (TRIAL,))
    days = [NOVEMBER, DECEMBER, JANUARY]
    crowd = pl.DataFrame(
        {"applied_on": days * 20, "customer_id": [n for n in range(20) for _ in days]}
    )

    together = book.versions(crowd).to_list()

    assert together == [book.version(*row) for row in crowd.rows()]
    assert [set(together[at::3]) for at in range(3)] == [{1, 3}, {1, 3}, {2}]


def test_a_trial_ends_with_its_last_day_or_with_what_it_is_tried_against() -> None:
    ended = replace(TRIAL, ended_on=DECEMBER)
    book = Rulebook(STEPS, (ended,))

    assert [book.trial(on) for on in (date(2026, 11, 30), DECEMBER)] == [ended, None]
    assert Rulebook(STEPS, (TRIAL,)).ends_on(TRIAL) == JANUARY
    assert Rulebook(STEPS[:1], (TRIAL,)).ends_on(TRIAL) is None


def test_nobody_decides_before_the_first_policy() -> None:
    with pytest.raises(InvalidState):
        Rulebook(STEPS).champion(date(2026, 10, 31))


def test_shares_are_compared_as_two_proportions() -> None:
    """50 of 100 and 70 of 100: pooled 0.6, z = 0.2 / sqrt(0.24 / 50) = 2.887, p = 0.0039."""
    found = shares_differ("approvals", (50, 100), (70, 100))

    assert (found.champion, found.challenger) == (0.5, 0.7)
    assert found.chance == pytest.approx(0.003892, abs=1e-6)
    assert found.verdict == "higher"
    assert (found.low, found.high) == pytest.approx((0.034185, 0.351143), abs=1e-6)


def test_the_interval_holds_no_difference_where_chance_explains_it() -> None:
    found = shares_differ("late", (10, 100), (12, 100))

    assert found.verdict == "same"
    assert (found.low, found.high) == pytest.approx((-0.091051, 0.131580), abs=1e-6)


@pytest.mark.parametrize(
    ("champion", "challenger"),
    [((0, 0), (1, 10)), ((1, 400), (2, 100)), ((0, 400), (0, 100)), ((400, 400), (100, 100))],
)
def test_too_few_are_no_verdict(champion: tuple[int, int], challenger: tuple[int, int]) -> None:
    found = shares_differ("late", champion, challenger)

    assert (found.verdict, found.chance, found.low) == ("too_few", None, None)


def test_limits_are_compared_by_welch() -> None:
    """Means 10,000 and 10,500 yuan, spreads 2,000 and 3,000, 200 approved each: the standard error
    is sqrt(20,000 + 45,000) = 254.95 yuan, t = 1.961 at 346.7 degrees of freedom, p = 0.0507."""
    challenger = replace(SIDE, limit_mean_fen=1_050_000.0, limit_spread_fen=300_000.0)

    limit = contrasts(SIDE, challenger)[2]

    assert limit.difference == 50_000
    assert limit.chance == pytest.approx(0.0507, abs=1e-4)
    assert (limit.verdict, SIGNIFICANCE) == ("same", pytest.approx(0.016667, abs=1e-6))


def test_a_side_that_nobody_joined_has_no_verdict() -> None:
    nobody = Outcome(3, 0, 0, 0, 0, None, None)

    assert [each.verdict for each in contrasts(SIDE, nobody)] == ["too_few"] * 3
