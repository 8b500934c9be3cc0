"""Offers are taken more often when cheap and large enough, and never beyond their limits."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from lending_core.simulate.acceptance import acceptances
from lending_core.simulate.assumptions import assumptions
from lending_core.simulate.draws import Draws

DRAWS = Draws(5)


def offers(product_code: str = "fenqile", **changes: object) -> pl.DataFrame:
    """20,000 offers of 10,000 yuan at the product's reference rate, to people who ask 5,000."""
    rate = assumptions()["products"][product_code]["reference_rate"]
    offer: dict[str, object] = {
        "product_code": product_code,
        "applied_on": date(2026, 3, 14),
        "amount_asked_fen": 500_000,
        "instalments_asked": 12,
        "limit_fen": 1_000_000,
        "annual_rate": Decimal(str(rate)),
        "draw_min_fen": 50_000,
        "draw_max_fen": 4_000_000,
    }
    values = [pl.lit(value).alias(name) for name, value in (offer | changes).items()]
    return pl.DataFrame({"application_id": range(1, 20_001)}).with_columns(values)


@pytest.mark.parametrize("code", list(assumptions()["products"]))
def test_a_fair_offer_is_taken_as_often_as_assumed(code) -> None:
    taken = acceptances(offers(code), DRAWS)

    expected = assumptions()["products"][code]["acceptance"]
    assert taken.height / 20_000 == pytest.approx(expected, abs=0.012)
    assert 0.3 <= expected <= 0.7


def test_who_takes_a_dear_offer_also_takes_a_cheap_one() -> None:
    cheap = acceptances(offers(annual_rate=Decimal("0.12")), DRAWS)

    dear = acceptances(offers(annual_rate=Decimal("0.24")), DRAWS)

    assert dear.height < 0.85 * cheap.height
    assert set(dear["application_id"]) <= set(cheap["application_id"])


def test_a_limit_below_what_was_asked_is_taken_less() -> None:
    enough = acceptances(offers(), DRAWS).height

    short = acceptances(offers(limit_fen=200_000), DRAWS).height

    assert short < 0.85 * enough


def test_the_drawn_amount_keeps_to_limit_product_and_wish() -> None:
    amounts = acceptances(offers(limit_fen=620_000), DRAWS)["amount_fen"]

    assert (amounts.min() >= 50_000, amounts.max() == 500_000) == (True, True)
    assert (amounts % 10_000 == 0).all()


def test_a_limit_below_the_least_drawdown_is_never_taken() -> None:
    assert acceptances(offers(limit_fen=40_000), DRAWS).height == 0


def test_offers_are_taken_within_three_days_and_as_asked() -> None:
    taken = acceptances(offers(), DRAWS)

    assert sorted(set(taken["accepted_on"])) == [date(2026, 3, day) for day in (14, 15, 16, 17)]
    assert set(taken["instalments"]) == {12}
