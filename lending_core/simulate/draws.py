"""Random numbers that depend on what they are for, not on the order in which they are drawn."""

from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any

import numpy as np
import polars as pl

from lending_core.simulate.assumptions import month_number

IntArray = np.ndarray[Any, np.dtype[np.int64]]
FloatArray = np.ndarray[Any, np.dtype[np.float64]]

# Constants of the splitmix64 generator (Steele, Lea, Flood 2014).
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
# Far above any seed that a person types: no future shares its people with another book.
_FUTURES_APART = 1_000_000_007


@dataclass(frozen=True)
class Draws:
    """Each number is a function of seed, purpose, id and period (a month's number, 0 for lasting).

    So the same seed gives the same book whatever the batch size, and two macro paths differ only
    where the economy does.
    """

    seed: int

    def uniform(self, purpose: str, ids: IntArray, period: int = 0) -> FloatArray:
        """One number per id, strictly between 0 and 1."""
        name = f"{self._source(period)}/{purpose}/{period}".encode()
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

    def of_applications(self, applications: pl.DataFrame) -> tuple[IntArray, int]:
        """What the fate of an application hangs on, as ids and period: its number. Needs
        application_id."""
        return applications["application_id"].to_numpy(), 0

    def of_loans(self, loans: pl.DataFrame) -> IntArray:
        """What the fate of a loan in a month hangs on: its number. Needs loan_id."""
        return loans["loan_id"].to_numpy()

    def _source(self, period: int) -> str:  # noqa: ARG002
        """What else numbers of a period are a function of."""
        return f"{self.seed}"


@dataclass(frozen=True)
class DrawsAhead(Draws):
    """One of many futures of a book with `seed`: what lasts (period 0) stays as it is, months to
    come are drawn by `future`.

    Two policies lend to other people, so from the first month on their applications and loans are
    numbered otherwise: what is drawn for them hangs on customer and month instead, and whoever is
    treated alike behaves alike. `last_loan_id`: the newest loan of the past, numbered alike.
    """

    future: int
    last_loan_id: int

    def newcomers(self) -> Draws:
        """Draws of the people who join in this future."""
        return Draws(self.future * _FUTURES_APART + self.seed)

    def of_applications(self, applications: pl.DataFrame) -> tuple[IntArray, int]:
        """Customer and month: nobody applies twice a month. Needs customer_id, applied_on (all in
        one month)."""
        newest = applications["applied_on"].max()
        period = month_number(newest) if isinstance(newest, date) else 0
        return applications["customer_id"].to_numpy(), period

    def of_loans(self, loans: pl.DataFrame) -> IntArray:
        """The number of a loan of the past; the customer of a new one. Needs loan_id and
        customer_id."""
        loan_ids, customer_ids = loans["loan_id"].to_numpy(), loans["customer_id"].to_numpy()
        return np.where(loan_ids <= self.last_loan_id, loan_ids, -1 - customer_ids)

    def _source(self, period: int) -> str:
        return f"{self.seed}, future {self.future}" if period else f"{self.seed}"


def _mixed(bits: np.ndarray[Any, np.dtype[np.uint64]]) -> np.ndarray[Any, np.dtype[np.uint64]]:
    bits = (bits ^ (bits >> np.uint64(30))) * _MIX_1
    bits = (bits ^ (bits >> np.uint64(27))) * _MIX_2
    return bits ^ (bits >> np.uint64(31))
