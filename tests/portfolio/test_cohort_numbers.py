"""The house's numbers for vintage, roll rates and forecast."""

from lending_core.portfolio.cohort_numbers import cohort_numbers


def test_every_number_says_that_it_is_an_assumption() -> None:
    numbers = cohort_numbers()

    sources = (numbers.vintage.source, numbers.flows.source, numbers.forecast.source)
    assert [source.split(":")[0] for source in sources] == ["assumption"] * 3


def test_a_forecast_reaches_no_further_than_it_may() -> None:
    numbers = cohort_numbers().forecast

    assert numbers.horizon_months <= numbers.horizon_months_max
    assert 0 < numbers.interval < 1
