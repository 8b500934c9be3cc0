"""The interval of what nobody saw: what matured loans next to the cut-off say."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from lending_core.policy.replay_interval import (
    Interval,
    NearCutOff,
    bands_near_cut_off,
    intervals,
    moved_deals,
    near_cut_off,
)
from lending_core.policy.replay_sums import DEALS
from tests.policy.builders import POLICY

# In every deal one loan of E of which a tenth is expected bad, and in every fifth one that is.
SEEN = pl.DataFrame(
    {
        "band": ["E"] * DEALS,
        "deal": range(DEALS),
        "loans": [1] * DEALS,
        "bads": [int(deal % 5 == 0) for deal in range(DEALS)],
        "expected_ppm": [100_000] * DEALS,
    }
)
PEOPLE = pl.DataFrame(
    {
        "deal": range(DEALS),
        "loans_ppm": [1_000_000] * DEALS,
        "expected_drawn_fen": [10_000] * DEALS,
        "scored_loss_fen": [500] * DEALS,
        "expected_interest_fen": [900] * DEALS,
        "expected_funding_fen": [150] * DEALS,
        "expected_cost_fen": [50] * DEALS,
    }
)


def found(people: pl.DataFrame = PEOPLE, seen: pl.DataFrame = SEEN) -> dict[str, Interval]:
    near = near_cut_off(seen, ("E", "F"))
    return intervals(people, seen, near, np.random.default_rng(1))


def test_the_bands_next_to_the_cut_off_are_the_lowest_open_one_and_the_learning_one() -> None:
    closed = tuple(replace(each, admits="none") for each in POLICY.band)

    assert bands_near_cut_off(POLICY) == ("E", "F")
    assert bands_near_cut_off(replace(POLICY, band=closed)) == ()


def test_the_ratio_is_of_observed_to_expected_defaults() -> None:
    near = near_cut_off(SEEN, ("E", "F"))

    assert (near.loans, near.bads, near.expected) == (256, 52, pytest.approx(25.6))
    assert near.ratio == pytest.approx(52 / 25.6)


def test_the_interval_holds_the_loss_that_the_ratio_gives() -> None:
    spans = found()

    # 256 x 5.00 x 2.03 = 2,600; a standard deviation of the ratio is an eighth of it.
    loss = spans["expected_loss_fen"]
    assert loss.low < 260_000 < loss.high
    assert 0.7 < loss.low / 260_000 < 0.85
    assert 1.15 < loss.high / 260_000 < 1.35
    # Nobody differs in what they draw: there is nothing to be unsure of.
    assert spans["expected_drawn_fen"] == Interval(2_560_000, 2_560_000)
    assert spans["expected_profit_fen"] == Interval(179_200 - loss.high, 179_200 - loss.low)


def test_the_deals_of_a_draft_are_todays_with_what_changed() -> None:
    one = PEOPLE.head(2)

    found = moved_deals(
        one, one.tail(1), one.tail(1).with_columns(scored_loss_fen=pl.lit(800, pl.Int64))
    )

    assert found.select("deal", "scored_loss_fen").rows() == [(0, 500), (1, 800)]


def test_the_same_figures_have_the_same_interval() -> None:
    assert found() == found()


def test_too_few_defaults_say_nothing() -> None:
    quiet = SEEN.with_columns(bads=pl.lit(0))

    assert near_cut_off(quiet, ("E",)).ratio is None
    assert found(seen=quiet) == {}
    assert found(people=PEOPLE.clear()) == {}


def test_without_matured_loans_there_is_no_ratio() -> None:
    assert NearCutOff(("E",), 0, 0, 0.0).ratio is None
