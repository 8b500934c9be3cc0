"""Defaults expected and seen: sums over loans alike, the end of a plan, what chance explains."""

from dataclasses import replace

import polars as pl
import pytest

from lending_core.portfolio.provision_assumptions import assumptions
from lending_core.portfolio.provision_back_test import back_test
from lending_core.portfolio.provision_chain import chain
from lending_core.portfolio.provision_loss import Recoveries
from lending_core.portfolio.provisions import Model

# Half of M3 defaults in a month, the other half is paid off.
MOVES = pl.DataFrame(
    {
        "product_code": ["fenfu", "fenfu"],
        "from_bucket": ["M3", "M3"],
        "to_state": ["M4", "paid"],
        "loans": [50, 50],
    }
)


@pytest.fixture(scope="module")
def model() -> Model:
    plain = replace(assumptions().scenarios[0], weight=assumptions().scenarios[0].weight * 0 + 1)
    house = replace(assumptions(), scenarios=(plain,), chain_loans_min=1)
    return Model(house, chain(MOVES, house), Recoveries({}, {}))


def loans(number: int, bucket: str = "M3", remaining: int = 5) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "loan_id": list(range(number)),
            "product_code": ["fenfu"] * number,
            "bucket": [bucket] * number,
            "remaining_months": [remaining] * number,
        }
    )


def test_half_of_a_hundred_is_expected_within_ten_either_way(model: Model) -> None:
    """100 x 1/2; one deviation is 5, 1.96 of them 9.8."""
    seen = pl.Series(list(range(41)))

    found = back_test(loans(100), seen, model).row(0, named=True)

    assert (found["loans"], found["defaults"], found["is_within"]) == (100, 41, True)
    assert (found["expected_defaults"], found["low"], found["high"]) == pytest.approx(
        (50, 40.2, 59.8)
    )


def test_defaults_beyond_chance_are_told(model: Model) -> None:
    found = back_test(loans(100), pl.Series(list(range(61))), model)

    assert found["is_within"].to_list() == [False]


def test_a_loan_on_time_whose_plan_ends_soon_cannot_default_late(model: Model) -> None:
    """From C it takes four months: with one month left there are four, the last of them counts."""
    short = back_test(loans(1, "C", 0), pl.Series([], dtype=pl.Int64), model)
    longer = back_test(loans(1, "C", 1), pl.Series([], dtype=pl.Int64), model)

    assert short["expected_defaults"].to_list() == [0]
    # Late with 2.5 %, then 40 % and 78 % as assumed, and half of M3.
    assert longer["expected_defaults"].to_list() == pytest.approx([0.025 * 0.4 * 0.78 * 0.5])
