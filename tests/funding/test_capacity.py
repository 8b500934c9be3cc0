"""How much of each lender's quota a balance takes."""

from decimal import Decimal

import polars as pl

from lending_core.funding.capacity import placed

FUNDERS = pl.DataFrame(
    {
        "funder_code": ["dear", "cheap", "other"],
        "product_codes": [["a", "b"], ["a"], ["c"]],
        "annual_cost": [Decimal("0.05"), Decimal("0.02"), Decimal("0.01")],
        "quota_fen": [100, 60, 10],
    }
)


def test_the_cheapest_eligible_lender_is_filled_first() -> None:
    assert placed({"a": 90, "b": 20}, FUNDERS) == {"other": 0, "cheap": 60, "dear": 50}


def test_what_nobody_has_room_for_is_not_placed() -> None:
    assert placed({"a": 200, "c": 30}, FUNDERS) == {"other": 10, "cheap": 60, "dear": 100}
