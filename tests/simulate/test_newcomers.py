"""Newcomers of months to come: as many as lately, on days of their month."""

from datetime import date

import pytest

from lending_core.dates import add_months, month_start
from lending_core.simulate.assumptions import demand_season
from lending_core.simulate.draws import Draws
from lending_core.simulate.newcomers import newcomers, usual_newcomers

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


def test_a_year_of_newcomers_is_shared_out_by_season() -> None:
    year = [add_months(NOVEMBER, number) for number in range(12)]

    usual = usual_newcomers(1_200, year)

    assert sum(usual * demand_season(month) for month in year) == pytest.approx(1_200)


def test_everybody_joins_in_the_month_they_were_counted_for() -> None:
    customers, traits = newcomers(501, [(NOVEMBER, 40), (DECEMBER, 25)], Draws(1))

    months = [month_start(on) for on in customers["joined_on"]]
    assert months == [NOVEMBER] * 40 + [DECEMBER] * 25
    assert customers["customer_id"].to_list() == list(range(501, 566))
    assert traits["customer_id"].equals(customers["customer_id"])
    assert customers["id_number"].n_unique() == 65


def test_months_without_newcomers_bring_nobody() -> None:
    customers, traits = newcomers(501, [], Draws(1))

    assert (customers.height, traits.height) == (0, 0)
