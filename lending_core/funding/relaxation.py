"""The batch as divisible money: where it should go, and what more room would be worth.

Loans take limits alike, fen for fen, so a class of them is one amount that flows into the node of
those to which the same ways are open, and from there along the ways. Found by a linear programme in
floating point: a guide and a price, never an amount; what is lent is placed in whole fen elsewhere,
and `bound` is exact for whatever prices it is given.
"""

from collections.abc import Iterator
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
    """`funded_fen`: of each class; `flow_fen`: node x way. `price_milli`: limit -> worth of one
    more fen, in thousandths of a millionth a year; of a floor, cost of one more fen asked for."""

    funded_fen: np.ndarray
    flow_fen: np.ndarray
    price_milli: np.ndarray


def relaxation(problem: Problem) -> Relaxation:
    """The best distribution of divisible money, and the prices of limits."""
    from ortools.linear_solver.python import model_builder_helper

    columns = _Columns(problem)
    model = model_builder_helper.ModelBuilderHelper()
    least, most = columns.bounds()
    model.fill_model_from_sparse_data(*columns.variables(), least, most, columns.matrix())
    model.set_maximize(True)
    solver = model_builder_helper.ModelSolverHelper("GLOP")
    solver.solve(model)
    if solver.status() != model_builder_helper.SolveStatus.OPTIMAL:
        raise ValueError(f"the relaxation has no answer: {solver.status()}")
    found = np.rint(np.array(solver.variable_values()) * UNIT_FEN).astype(np.int64)
    flow = np.zeros((columns.nodes, len(problem.ways)), np.int64)
    flow[columns.node, columns.way] = found[: columns.node.size]
    funded = found[columns.node.size : columns.node.size + columns.classes]
    prices = np.maximum(np.array(solver.dual_values())[columns.nodes :], 0) * MILLI
    return Relaxation(funded, flow, np.rint(prices).astype(np.int64))


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
    """The programme's columns, in units of money: one per node and way that is open to it, one per
    class for what of it is funded, one per floor for what its funder gets less. Rows: one per node
    (what flows in flows out), then one per limit."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.nodes, self.classes = (
            int(each.max()) + 1 if each.size else 0 for each in (problem.nodes, problem.classes)
        )
        self.way, self.node = np.nonzero(problem.allowed[:, _first(problem.nodes, self.nodes)])
        self.first = _first(problem.classes, self.classes)
        self.floors = [row for row, limit in enumerate(problem.limits) if limit.is_floor]
        self.volume = np.maximum(self._sum(problem.principal), 1)

    def variables(self) -> tuple[Any, Any, Any]:
        """Lower and upper bounds and worth of each column."""
        earned = self.problem.principal * self.problem.earned_ppm
        cost = [self._sum(earned - worth) / self.volume for worth in self.problem.worth]
        open_cost = np.array(cost)[self.way, self.node] if cost else np.zeros(0)
        short = ppm(self.problem.rules.unfairness_annual_price)
        supply = np.bincount(
            self.problem.classes, weights=self.problem.principal, minlength=self.classes
        )
        most = np.full(self.way.size + self.classes + len(self.floors), np.inf)
        most[self.way.size : self.way.size + self.classes] = supply / UNIT_FEN
        worth = np.concatenate(
            (-open_cost, self.problem.earned_ppm[self.first], np.full(len(self.floors), -short))
        )
        return np.zeros(most.size), most, worth.astype(np.float64)

    def bounds(self) -> tuple[Any, Any]:
        """Least and most of each row; a floor asks for no less, turned round."""
        sign = np.array([-1.0 if limit.is_floor else 1.0 for limit in self.problem.limits])
        most = np.append(np.zeros(self.nodes), self.problem.rooms * sign / UNIT_FEN)
        least = np.append(np.zeros(self.nodes), np.full(sign.size, -np.inf))
        return least, most

    def matrix(self) -> Any:
        """Rows by columns."""
        from scipy import sparse

        cells = [*self._flows(), *self._limits()]
        rows, columns, values = (np.concatenate(each) for each in zip(*cells, strict=True))
        shape = (
            self.nodes + len(self.problem.limits),
            self.way.size + self.classes + len(self.floors),
        )
        return sparse.csr_matrix((values.astype(np.float64), (rows, columns)), shape=shape)

    def _flows(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Out of the nodes along ways, into them from classes, and what is short of floors."""
        size, floors = self.way.size, np.array(self.floors, np.int64)
        yield self.node, np.arange(size), np.ones(size)
        yield (
            self.problem.nodes[self.first],
            size + np.arange(self.classes),
            np.full(self.classes, -1),
        )
        short = size + self.classes + np.arange(floors.size)
        yield self.nodes + floors, short, np.full(floors.size, -1)

    def _limits(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """What a unit of money takes of each limit."""
        for place in range(len(self.problem.ways)):
            chosen = np.flatnonzero(self.way == place)
            for row, taken in self._uses(place):
                values = (taken / self.volume)[self.node[chosen]]
                yield np.full(chosen.size, self.nodes + row), chosen, values
        for book in (self.problem.region_row, self.problem.product_row):
            row = book[self.first]
            chosen = np.flatnonzero(row < len(self.problem.limits))
            yield self.nodes + row[chosen], self.way.size + chosen, np.ones(chosen.size)

    def _uses(self, place: int) -> list[tuple[int, np.ndarray]]:
        """Limit and what each node takes of it when all funded this way; of a floor, less."""
        way = self.problem.ways[place]
        lead, partner = (self._sum(share) for share in self.problem.shares[place])
        return [
            *((row, lead) for row in way.lead_rows),
            *((row, -lead) for row in way.lead_floors),
            *((row, partner) for row in way.partner_rows),
            *((row, -partner) for row in way.partner_floors),
        ]

    def _sum(self, amounts: np.ndarray) -> np.ndarray:
        """Per node. Exact up to 2^53, which is enough for a guide."""
        return np.bincount(self.problem.nodes, weights=amounts, minlength=self.nodes)


def _first(kinds: np.ndarray, many: int) -> np.ndarray:
    """The first loan of each kind."""
    first = np.zeros(many, np.int64)
    first[kinds[::-1]] = np.arange(kinds.size)[::-1]
    return first
