"""Loans put into the amounts that the relaxation sets, always within every limit to the fen."""

import numpy as np

from lending_core.funding.problem import NOT_FUNDED, Problem
from lending_core.funding.relaxation import Relaxation


def place_by(problem: Problem, guide: Relaxation) -> tuple[np.ndarray, np.ndarray]:
    """Way of each loan, and the loans that fell between two amounts. In each class those that wait
    longest are funded, in each node they take the cheapest way, up to its amount; a loan that
    crosses an amount is left for the exact model."""
    way_of = np.full(problem.size, NOT_FUNDED, np.int64)
    rooms = _Rooms(problem)
    funded, cut = _funded(problem, guide.funded_fen)
    for node, loans in enumerate(_members(problem.nodes, funded, len(guide.flow_fen))):
        rest = loans
        for place in np.flatnonzero(guide.flow_fen[node]).tolist():
            amount = int(guide.flow_fen[node, place])
            ends = np.cumsum(problem.principal[rest])
            taken = rooms.take(place, rest[: np.searchsorted(ends, amount, side="right")])
            way_of[rest[:taken]] = place
            is_cut = taken < rest.size and amount > (ends[taken - 1] if taken else 0)
            cut += rest[taken : taken + is_cut].tolist()
            rest = rest[taken + is_cut :]
    return way_of, np.array(sorted(cut), np.int64)


def _funded(problem: Problem, funded_fen: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """The loans within the amount of their class, and those that cross it."""
    order = np.argsort(problem.classes, kind="stable")
    kinds, principal = problem.classes[order], problem.principal[order]
    total = np.cumsum(principal)
    starts = np.searchsorted(kinds, kinds, side="left")
    before = total - principal - (total - principal)[starts]
    amount = funded_fen[kinds]
    is_in = before + principal <= amount
    is_cut = (before < amount) & ~is_in
    return np.sort(order[is_in]), order[is_cut].tolist()


def _members(kinds: np.ndarray, chosen: np.ndarray, many: int) -> list[np.ndarray]:
    """The chosen loans of each kind, those that wait longest first."""
    order = chosen[np.argsort(kinds[chosen], kind="stable")]
    return np.split(order, np.searchsorted(kinds[order], np.arange(1, many)))[:many]


def fill(problem: Problem, way_of: np.ndarray) -> np.ndarray:
    """The distribution with whatever still fits put where it costs least, those waiting longest
    first: afterwards no loan waits for which some way has room."""
    filled = way_of.copy()
    rooms = _Rooms(problem)
    rooms.left -= np.where(rooms.is_floor, 0, problem.used(way_of))
    for place in range(len(problem.ways)):
        waiting = np.flatnonzero((filled == NOT_FUNDED) & problem.allowed[place])
        while (waiting := rooms.fitting(place, waiting)).size:
            taken = rooms.take(place, waiting)
            filled[waiting[:taken]] = place
            waiting = waiting[taken:]
    return filled


class _Rooms:
    """What is left of each limit while loans are placed."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.is_floor = np.array([limit.is_floor for limit in problem.limits], bool)
        self.left = problem.rooms.copy()

    def take(self, place: int, loans: np.ndarray) -> int:
        """Places as many of the loans, in their order, as fit; returns how many."""
        uses = self._uses(place, loans)
        fits = [int(np.searchsorted(np.cumsum(use), self.left[row], "right")) for row, use in uses]
        taken = min(fits, default=loans.size)
        for row, use in uses:
            self.left[row] -= use[:taken].sum()
        return taken

    def fitting(self, place: int, loans: np.ndarray) -> np.ndarray:
        """Those of the loans for each of which alone there is room."""
        fits = np.ones(loans.size, bool)
        for row, use in self._uses(place, loans):
            fits &= use <= self.left[row]
        return loans[fits]

    def _uses(self, place: int, loans: np.ndarray) -> list[tuple[int, np.ndarray]]:
        uses = list(self.problem.use(place, loans).items())
        for book in (self.problem.region_row, self.problem.product_row):
            rows = np.unique(book[loans])
            uses += [
                (int(row), np.where(book[loans] == row, self.problem.principal[loans], 0))
                for row in rows
                if row < len(self.left)
            ]
        return uses
