"""How much of each lender's room a balance takes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lending_core.funding.capacity import placed
from tests.funding.batches import DAY, RULES, a_funder

CHEAP = a_funder("cheap", "0.02", 60, product_codes=("weilidai",))
DEAR = a_funder("dear", "0.05", 100)


@pytest.mark.parametrize(
    ("balances", "found"),
    [
        ({"weilidai": 90, "small_business": 20}, {"cheap": 60, "dear": 50}),
        ({"weilidai": 200, "fenfu": 30}, {"cheap": 60, "dear": 100}),
        ({"weilidai": 10, "small_business": 0}, {"cheap": 10, "dear": 0}),
        ({}, {"cheap": 0, "dear": 0}),
    ],
)
def test_a_balance_goes_to_the_cheapest_with_room(
    balances: dict[str, int], found: dict[str, int]
) -> None:
    assert placed(balances, [DEAR, CHEAP], DAY, RULES) == found


def test_the_cheapest_leaves_room_for_what_nobody_else_funds() -> None:
    narrow = a_funder("narrow", "0.05", 60, product_codes=("weilidai",))
    wide = a_funder("wide", "0.02", 100)

    # Served in order, the cheap one would take 60 of the first product and leave 20 waiting.
    found = placed({"weilidai": 60, "small_business": 100}, [wide, narrow], DAY, RULES)

    assert found == {"wide": 100, "narrow": 60}


@pytest.mark.parametrize(
    ("terms", "most"),
    [
        ({"delisted_on": date(2026, 11, 1)}, 0),
        ({"guarantee_budget_fen": 2, "guarantee_rate": Decimal("0.05")}, 40),
        ({"region_codes": ("31",), "bands": ("A",), "daily_quota_fen": 1}, 60),
    ],
)
def test_limits_of_a_balance_hold_and_those_of_single_loans_do_not(
    terms: dict[str, Any], most: int
) -> None:
    assert placed({"weilidai": 90}, [replace(CHEAP, **terms)], DAY, RULES) == {"cheap": most}


def test_a_large_book_is_placed_to_the_fen() -> None:
    funders = [
        a_funder(f"f{place}", f"0.0{place}", 3_333_333_333_331 * place) for place in range(1, 6)
    ]
    balances = {"weilidai": 9_999_999_999_989, "small_business": 8_888_888_888_887}

    found = placed(balances, funders, DAY, RULES)

    assert sum(found.values()) == sum(balances.values())
    assert found["f1"] == 3_333_333_333_331
