"""A macro path: curves of lateness and demand over months to come."""

from dataclasses import replace
from datetime import date

import pytest

from lending_core.simulate.assumptions import season_odds
from lending_core.simulate.economy import Economy

JANUARY = date(2026, 1, 1)
FESTIVAL = date(2026, 2, 1)
SLOW = Economy(JANUARY, ((0, 1.0), (6, 1.6)), ((0, 1.0), (12, 0.5)), 1.0)


def test_curves_are_straight_between_their_points_and_level_after_the_last() -> None:
    demand = [SLOW.demand_in(date(2026, month, 1)) for month in (1, 7)]

    assert [*demand, SLOW.demand_in(date(2028, 1, 1))] == [1.0, 0.75, 0.5]


def test_odds_of_lateness_are_those_of_the_season_times_the_path() -> None:
    april = date(2026, 4, 1)

    assert SLOW.odds_in(april) == pytest.approx(1.3 * season_odds(april))


def test_the_festival_bump_comes_as_often_as_the_path_says() -> None:
    calm = Economy(JANUARY, ((0, 1.0),), ((0, 1.0),), 0.0)
    usual, peak = replace(calm, festival_multiple=1.0), replace(calm, festival_multiple=3.0)

    bumps = [each.odds_in(FESTIVAL) / calm.odds_in(FESTIVAL) for each in (usual, peak)]

    assert bumps == pytest.approx([1.12, 1.36])


def test_demand_rushes_in_the_months_before_the_festival() -> None:
    rush = replace(SLOW, demand=((0, 2.0),), before_festival=(1.25, 1.5))

    months = [date(2025, 12, 1), date(2026, 1, 31), FESTIVAL, date(2026, 3, 1)]

    assert [rush.demand_in(month) for month in months] == [2.5, 3.0, 2.0, 2.0]
