"""Random numbers that depend on what they are for, not on the order in which they are drawn."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

IntArray = np.ndarray[Any, np.dtype[np.int64]]
FloatArray = np.ndarray[Any, np.dtype[np.float64]]

# Constants of the splitmix64 generator (Steele, Lea, Flood 2014).
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True)
class Draws:
    """Each number is a function of seed, purpose, id and period (a month's number, 0 for lasting).

    So the same seed gives the same book whatever the batch size, and two macro paths differ only
    where the economy does.
    """

    seed: int

    def uniform(self, purpose: str, ids: IntArray, period: int = 0) -> FloatArray:
        """One number per id, strictly between 0 and 1."""
        name = f"{self.seed}/{purpose}/{period}".encode()
        start = np.uint64(int.from_bytes(blake2b(name, digest_size=8).digest(), "little"))
        bits = _mixed(ids.astype(np.uint64) * _STEP + start)
        return ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53

    def normal(self, purpose: str, ids: IntArray, period: int = 0) -> FloatArray:
        """One standard normal number per id (Box-Muller)."""
        radius = np.sqrt(-2.0 * np.log(self.uniform(f"{purpose}/radius", ids, period)))
        return radius * np.cos(2.0 * np.pi * self.uniform(f"{purpose}/angle", ids, period))

    def choice(
        self, purpose: str, ids: IntArray, weights: list[float], period: int = 0
    ) -> IntArray:
        """One position per id, drawn in proportion to `weights`."""
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        drawn = self.uniform(purpose, ids, period) * edges[-1]
        return np.minimum(np.searchsorted(edges, drawn, side="right"), len(weights) - 1)

    def whole(self, purpose: str, ids: IntArray, count: int, period: int = 0) -> IntArray:
        """One whole number per id, 0 to `count` - 1, all alike."""
        return (self.uniform(purpose, ids, period) * count).astype(np.int64)


def _mixed(bits: np.ndarray[Any, np.dtype[np.uint64]]) -> np.ndarray[Any, np.dtype[np.uint64]]:
    bits = (bits ^ (bits >> np.uint64(30))) * _MIX_1
    bits = (bits ^ (bits >> np.uint64(27))) * _MIX_2
    return bits ^ (bits >> np.uint64(31))
