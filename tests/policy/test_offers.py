"""What each product offers to each band."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.policy.offers import offers, price
from lending_core.products.catalogue import catalogue
from tests.policy.builders import POLICY, PRODUCTS

OFFERS = {(offer.product_code, offer.band): offer for offer in offers(POLICY, PRODUCTS)}


@pytest.mark.parametrize(
    ("position", "rate"),
    [(0, "0.07300"), (3, "0.07300"), (4, "0.07665"), (50, "0.12775"), (100, "0.18250")],
)
def test_a_price_lies_in_the_range_on_a_whole_step_rounded_down(position: int, rate: str) -> None:
    assert price(catalogue()["weilidai"], position) == Decimal(rate)


@given(product=st.sampled_from(PRODUCTS), position=st.integers(0, 100))
def test_a_price_never_leaves_the_range_of_its_product(product, position: int) -> None:
    rate = price(product, position)

    assert product.annual_rate_min <= rate <= product.annual_rate_max
    assert (rate - product.annual_rate_min) % product.rate_step == 0
    assert rate == round(rate, 6)


def test_there_is_an_offer_for_every_product_and_band() -> None:
    assert list(OFFERS) == [
        (row.product_code, band.name) for row in POLICY.product for band in POLICY.band
    ]


def test_an_offer_has_an_exact_rate_and_whole_fen() -> None:
    offer = OFFERS["fenfu", "C"]

    assert offer.base_limit_fen == 750_000
    assert offer.annual_rate == Decimal("0.146000")
    assert offer.loss_given_default == Decimal("0.885000")


def test_the_smallest_limit_is_a_whole_number_of_steps() -> None:
    assert OFFERS["weilidai", "A"].minimum_fen == 50_000
    assert OFFERS["small_business", "A"].minimum_fen == 1_000_000
