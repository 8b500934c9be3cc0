"""The level instalment against plain fractions."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lending_core.money import divide_round
from lending_core.products.level import annuity_ratio, annuity_ratios, level_instalments

factors = st.lists(st.integers(0, 10_000), min_size=1, max_size=24)


def the_textbook_ratio(factors: list[int], denominator: int) -> Fraction:
    """prod(1 + rf) / fn with fn_1 = 1 and fn_i = 1 + fn_(i-1) x (1 + rf_i)."""
    growth, series = Fraction(1), Fraction(0)
    for factor in factors:
        step = 1 + Fraction(factor, denominator)
        growth, series = growth * step, 1 + series * step
    return growth / series


def test_one_per_cent_a_month_over_three_months() -> None:
    # 1.01^3 / (1 + 1.01 + 1.01^2) = 1.030301 / 3.0301
    assert annuity_ratio([1, 1, 1], 100) == (101**3, 100 * (100**2 + 100 * 101 + 101**2))


@given(factors=factors)
def test_whole_numbers_give_the_textbook_ratio(factors: list[int]) -> None:
    assert Fraction(*annuity_ratio(factors, 360_000)) == the_textbook_ratio(factors, 360_000)


@given(factors=factors)
def test_the_ratios_of_all_lengths_are_those_of_each(factors: list[int]) -> None:
    lengths = range(1, len(factors) + 1)

    found = [Fraction(*ratio) for ratio in annuity_ratios(factors, 1_000)]

    assert found == [the_textbook_ratio(factors[:length], 1_000) for length in lengths]


@given(
    balances=st.lists(st.integers(1, 10**12), min_size=1, max_size=20),
    factors=factors,
    multiple=st.sampled_from([1, 100]),
    rounding=st.sampled_from(["half_even", "half_up"]),
)
def test_many_balances_at_once_are_rounded_as_exact_fractions_are(
    balances: list[int], factors: list[int], multiple: int, rounding: str
) -> None:
    ratio = annuity_ratio(factors, 360_000)
    size = len(balances)

    found = level_instalments(
        np.array(balances), [ratio], np.zeros(size, int), np.full(size, multiple), rounding
    )

    grown, series = ratio
    exact = [divide_round(b * grown, series * multiple, rounding) * multiple for b in balances]
    assert found.tolist() == exact


def test_a_tie_is_seen_as_a_tie() -> None:
    found = level_instalments(
        np.array([5, 15]), [(1, 2)], np.zeros(2, int), np.ones(2, int), "half_even"
    )

    assert found.tolist() == [2, 8]
