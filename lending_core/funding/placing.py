"""Loans put into the amounts that the relaxation sets, always within every limit to the fen."""

import numpy as np

from lending_core.funding.problem import NOT_FUNDED, Problem
from lending_core.funding.relaxation import Relaxation

# Below this part of a class the relaxation means nothing.
PART_MIN_PPM = 1
_PPM = 1_000_000


def place_by(problem: Problem, guide: Relaxation) -> tuple[np.ndarray, np.ndarray]:
    """Way of each loan, and the loans that fell between two amounts. In each class the cheapest way
    takes the loans that wait longest, up to its amount; the loan that crosses it is left for the
    exact model."""
    way_of = np.full(problem.size, NOT_FUNDED, np.int64)
    rooms = _Rooms(problem)
    cut: list[int] = []
    order = np.argsort(problem.classes, kind="stable")
    starts = np.searchsorted(problem.classes[order], np.arange(len(guide.part) + 1))
    for kind, parts in enumerate(guide.part):
        loans = order[starts[kind] : starts[kind + 1]]
        volume = int(problem.principal[loans].sum())
        for place in np.flatnonzero(parts * _PPM >= PART_MIN_PPM).tolist():
            amount = round(parts[place] * volume)
            ends = np.cumsum(problem.principal[loans])
            taken = int(np.searchsorted(ends, amount, side="right"))
            taken = rooms.take(place, loans[:taken])
            way_of[loans[:taken]] = place
            is_cut = taken < loans.size and amount > (ends[taken - 1] if taken else 0)
            cut += loans[taken : taken + is_cut].tolist()
            loans = loans[taken + is_cut :]
    return way_of, np.array(sorted(cut), np.int64)


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
