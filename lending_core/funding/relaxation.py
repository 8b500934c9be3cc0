"""The batch as divisible money: where it should go, and what more room would be worth.

Loans of a class take every limit alike, so a class is one amount. Found by a linear programme in
floating point: a guide and a price, never an amount; what is lent is placed in whole fen elsewhere,
and `bound` is exact for whatever prices it is given.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lending_core.funding.eligible import ppm
from lending_core.funding.problem import NONE, Problem

# Prices are kept in thousandths of a millionth.
MILLI = 1_000
# Money in units of 10,000 yuan keeps the numbers of the programme near one.
UNIT_FEN = 1_000_000


@dataclass(frozen=True)
class Relaxation:
    """`part`: class x way, the part of the class's money. `price_milli`: limit -> worth of one more
    fen, in thousandths of a millionth a year; of a floor, the cost of one more fen asked for."""

    part: np.ndarray
    price_milli: np.ndarray


def relaxation(problem: Problem) -> Relaxation:
    """The best distribution of divisible money, and the prices of limits."""
    from ortools.linear_solver.python import model_builder_helper

    columns = _Columns(problem)
    model = model_builder_helper.ModelBuilderHelper()
    lower, upper, worth = columns.variables()
    least, most = columns.bounds()
    model.fill_model_from_sparse_data(lower, upper, worth, least, most, columns.matrix())
    model.set_maximize(True)
    solver = model_builder_helper.ModelSolverHelper("GLOP")
    solver.solve(model)
    if solver.status() != model_builder_helper.SolveStatus.OPTIMAL:
        raise ValueError(f"the relaxation has no answer: {solver.status()}")
    part = np.zeros((columns.classes, len(problem.ways)))
    part[columns.kind, columns.way] = solver.variable_values()[: columns.kind.size]
    prices = solver.dual_values()[columns.classes :]
    return Relaxation(part, np.rint(np.maximum(prices, 0) * MILLI).astype(np.int64))


def bound(problem: Problem, price_milli: np.ndarray) -> int:
    """What no distribution can be worth more than, exact for any prices of zero or more: every loan
    takes the way that is worth most after paying for what it uses, and every room is paid out."""
    price = np.append(price_milli, 0)
    dear = ppm(problem.rules.unfairness_annual_price) * MILLI
    is_floor = np.array([limit.is_floor for limit in problem.limits] + [False])
    price[is_floor] = np.minimum(price[is_floor], dear)
    book = (price[problem.region_row] + price[problem.product_row]) * problem.principal
    best = np.zeros(problem.size, np.int64)
    for place, way in enumerate(problem.ways):
        lead, partner = problem.shares[place]
        paid = price[[*way.lead_rows]].sum() - price[[*way.lead_floors]].sum()
        left = problem.worth[place] * MILLI - book - lead * paid
        if way.partner != NONE:
            paid = price[[*way.partner_rows]].sum() - price[[*way.partner_floors]].sum()
            left = left - partner * paid
        np.maximum(best, left, out=best, where=problem.allowed[place])
    sign = np.where(is_floor, -1, 1)[:-1]
    rooms = sum(
        int(room) * int(each) for room, each in zip(problem.rooms * sign, price[:-1], strict=True)
    )
    loans = int((best // MILLI).sum()) * MILLI + int((best % MILLI).sum())
    return (loans + rooms) // MILLI


class _Columns:
    """The programme's columns: one per class and way that is allowed, then one per floor, for what
    its funder gets less. Rows: one per class (no more than all of it), then one per limit."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        kinds = problem.classes
        self.classes = int(kinds.max()) + 1 if kinds.size else 0
        first = np.zeros(self.classes, np.int64)
        first[kinds[::-1]] = np.arange(problem.size)[::-1]
        self.first = first
        self.way, self.kind = np.nonzero(problem.allowed[:, first])
        self.floors = [row for row, limit in enumerate(problem.limits) if limit.is_floor]
        self.volume = self._sum(problem.principal)

    def variables(self) -> tuple[Any, Any, Any]:
        """Lower and upper bounds and worth of each column."""
        worth = np.array([self._sum(each) for each in self.problem.worth])
        price = ppm(self.problem.rules.unfairness_annual_price)
        short = np.full(len(self.floors), -float(price))
        size = self.way.size + len(self.floors)
        of_ways = worth[self.way, self.kind] / UNIT_FEN if self.way.size else np.zeros(0)
        return np.zeros(size), np.full(size, np.inf), np.append(of_ways, short)

    def bounds(self) -> tuple[Any, Any]:
        """Least and most of each row; a floor asks for no less, turned round."""
        sign = np.array([-1.0 if limit.is_floor else 1.0 for limit in self.problem.limits])
        most = np.append(np.ones(self.classes), self.problem.rooms * sign / UNIT_FEN)
        return np.full(most.size, -np.inf), most

    def matrix(self) -> Any:
        """Rows by columns."""
        from scipy import sparse

        rows, columns, values = [self.kind], [np.arange(self.way.size)], [np.ones(self.way.size)]
        for place in range(len(self.problem.ways)):
            chosen = np.flatnonzero(self.way == place)
            for row, taken in self._uses(place):
                rows.append(np.full(chosen.size, self.classes + row))
                columns.append(chosen)
                values.append(taken[self.kind[chosen]] / UNIT_FEN)
        for book in (self.problem.region_row, self.problem.product_row):
            of_each = book[self.first][self.kind]
            chosen = np.flatnonzero(of_each < len(self.problem.limits))
            rows.append(self.classes + of_each[chosen])
            columns.append(chosen)
            values.append(self.volume[self.kind[chosen]] / UNIT_FEN)
        rows.append(self.classes + np.array(self.floors, np.int64))
        columns.append(self.way.size + np.arange(len(self.floors)))
        values.append(np.full(len(self.floors), -1.0))
        shape = (self.classes + len(self.problem.limits), self.way.size + len(self.floors))
        cells = (np.concatenate(rows), np.concatenate(columns))
        return sparse.csr_matrix((np.concatenate(values), cells), shape=shape)

    def _uses(self, place: int) -> list[tuple[int, np.ndarray]]:
        """Limit and what each class takes of it when all funded this way; of a floor, less."""
        way = self.problem.ways[place]
        lead, partner = (self._sum(share) for share in self.problem.shares[place])
        return [
            *((row, lead) for row in way.lead_rows),
            *((row, -lead) for row in way.lead_floors),
            *((row, partner) for row in way.partner_rows),
            *((row, -partner) for row in way.partner_floors),
        ]

    def _sum(self, amounts: np.ndarray) -> np.ndarray:
        """Per class. Exact up to 2^53, which is enough for a guide."""
        return np.bincount(self.problem.classes, weights=amounts, minlength=self.classes)
