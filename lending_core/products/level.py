"""The level instalment that repays a balance, exact to the last digit before its one rounding.

With rate factors a_i / D the instalment is P x prod(1 + a_i/D) / fn, where fn_1 = 1 and
fn_i = 1 + fn_(i-1) x (1 + a_i/D). Multiplied out over whole numbers that is
P x prod(D + a_i) / (D x N_n), with N_1 = 1 and N_i = D^(i-1) + N_(i-1) x (D + a_i).
"""

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from lending_core.money import divide_round

Ratio = tuple[int, int]

INT64_BITS = 62
OBJECT_BITS = 512


def annuity_ratios(factors: list[int], denominator: int) -> Iterator[Ratio]:
    """Level instalment per unit of balance for the first 1, 2, 3, ... periods, as fractions."""
    common = math.gcd(denominator, *factors)
    unit = denominator // common
    growth, unit_power, series = 1, 1, 0
    for factor in factors:
        step = unit + factor // common
        growth *= step
        series = unit_power + series * step
        unit_power *= unit
        yield growth, unit * series


def annuity_ratio(factors: list[int], denominator: int) -> Ratio:
    """Level instalment per unit of balance over all periods of `factors`, as a fraction."""
    *_, ratio = annuity_ratios(factors, denominator)
    return ratio


def level_instalment(balance: int, ratio: Ratio, multiple: int, rounding: str) -> int:
    """`balance` times `ratio`, rounded once to a whole `multiple`."""
    grown, series = ratio
    return int(divide_round(balance * grown, series * multiple, rounding)) * multiple


def level_instalments(
    balances: npt.NDArray[Any],
    ratios: list[Ratio],
    ratio_of: npt.NDArray[np.int64],
    multiples: npt.NDArray[np.int64],
    rounding: str,
) -> npt.NDArray[Any]:
    """`level_instalment` for many balances, each with its ratio `ratios[ratio_of]`.

    Each ratio is cut to binary digits from below. Where the cut ratio and its neighbour above
    round to the same instalment, so does the exact one between them; the few others are
    computed with whole fractions.
    """
    largest_ratio = max(-(-grown // series) for grown, series in ratios)
    largest = max(int(balances.max()) * largest_ratio, int(multiples.max()))
    room = OBJECT_BITS if balances.dtype == object else INT64_BITS
    digits = max(room - 1 - largest.bit_length(), 0)
    cut = np.array([(grown << digits) // series for grown, series in ratios], balances.dtype)
    scale = multiples.astype(balances.dtype) * (1 << digits)
    below = divide_round(balances * cut[ratio_of], scale, rounding) * multiples
    above = divide_round(balances * (cut[ratio_of] + 1), scale, rounding) * multiples
    for loan in _indices(below != above):
        ratio = ratios[int(ratio_of[loan])]
        below[loan] = level_instalment(int(balances[loan]), ratio, int(multiples[loan]), rounding)
    return below


def _indices(mask: npt.NDArray[Any]) -> Iterable[int]:
    return np.flatnonzero(mask).tolist()
