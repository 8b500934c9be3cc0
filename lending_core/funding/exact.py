"""The loans that remain, placed exactly: constraint programming over whole numbers of fen.

Equal loans are one number per way: how many of them go that way. Whole fen throughout, so that
what the model holds, holds to the fen.
"""

from typing import Any

import numpy as np

from lending_core.funding.eligible import ppm
from lending_core.funding.problem import NONE, NOT_FUNDED, Problem

# One thread and one seed, so that the same question has the same answer.
SEED = 1


def place_exactly(
    problem: Problem, way_of: np.ndarray, core: np.ndarray
) -> tuple[np.ndarray, int | None]:
    """The distribution with the loans of `core` placed as well as the others leave room for, and
    what no place for them could make it worth more than (None: not found in time). `way_of` is a
    distribution within all limits; the answer is never worth less."""
    fixed = way_of.copy()
    fixed[core] = NOT_FUNDED
    model = _Model(problem, fixed, core)
    model.hint(way_of)
    found, most = model.solve()
    if found is None or problem.value(found) < problem.value(way_of):
        return way_of, None
    return found, most


class _Model:
    """Counts of equal loans per way within the room that the fixed loans leave."""

    def __init__(self, problem: Problem, fixed: np.ndarray, core: np.ndarray) -> None:
        from ortools.sat.python import cp_model

        self.problem = problem
        self.fixed = fixed
        self.model = cp_model.CpModel()
        self.members: dict[int, list[int]] = {}
        for loan in np.sort(core).tolist():
            self.members.setdefault(int(problem.equals[loan]), []).append(loan)
        self.counts: dict[tuple[int, int], Any] = {}
        self.terms: list[list[tuple[Any, int]]] = [[] for _ in problem.limits]
        self.worth: list[tuple[Any, int]] = []
        for kind, loans in self.members.items():
            self._add_kind(kind, loans)
        self._hold_limits()
        variables = [variable for variable, _ in self.worth]
        weights = [weight for _, weight in self.worth]
        self.model.maximize(cp_model.LinearExpr.weighted_sum(variables, weights))

    def hint(self, way_of: np.ndarray) -> None:
        """Where to start from."""
        for (kind, place), variable in self.counts.items():
            loans = self.members[kind]
            self.model.add_hint(variable, int((way_of[loans] == place).sum()))

    def solve(self) -> tuple[np.ndarray | None, int | None]:
        """The distribution found within the effort allowed, and a bound of the worth of any."""
        from ortools.sat.python import cp_model

        solver = cp_model.CpSolver()
        solver.parameters.max_deterministic_time = self.problem.rules.exact_effort
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = SEED
        # Amounts of money make a knapsack of every limit: the bounds of its relaxation decide.
        solver.parameters.linearization_level = 2
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None, None
        found = self._found(solver)
        if status == cp_model.OPTIMAL:
            return found, self.problem.value(found)
        rest = int(solver.best_objective_bound) - int(solver.objective_value)
        return found, self.problem.value(found) + rest + 1

    def _found(self, solver: Any) -> np.ndarray:
        found = self.fixed.copy()
        for kind, loans in self.members.items():
            ways = [
                place
                for place in range(len(self.problem.ways))
                if (kind, place) in self.counts
                for _ in range(solver.value(self.counts[kind, place]))
            ]
            found[loans[: len(ways)]] = ways
        return found

    def _add_kind(self, kind: int, loans: list[int]) -> None:
        first = loans[0]
        places = np.flatnonzero(self.problem.allowed[:, first]).tolist()
        counts = []
        for place in places:
            count = self.model.new_int_var(0, len(loans), "")
            self.counts[kind, place] = count
            self.worth.append((count, int(self.problem.worth[place, first])))
            for row, fen in _uses(self.problem, place, first):
                self.terms[row].append((count, fen))
            counts.append(count)
        self.model.add(sum(counts) <= len(loans))

    def _hold_limits(self) -> None:
        from ortools.sat.python import cp_model

        used = self.problem.used(self.fixed)
        price = ppm(self.problem.rules.unfairness_annual_price)
        for row, limit in enumerate(self.problem.limits):
            variables = [variable for variable, _ in self.terms[row]]
            taken = cp_model.LinearExpr.weighted_sum(variables, [fen for _, fen in self.terms[row]])
            left = limit.room_fen - int(used[row])
            if not limit.is_floor and variables:
                self.model.add(taken <= left)
            elif limit.is_floor and left > 0:
                short = self.model.new_int_var(0, left, "")
                self.model.add(taken + short >= left)
                self.worth.append((short, -price))


def _uses(problem: Problem, place: int, loan: int) -> list[tuple[int, int]]:
    """Limit and what a loan takes of it, or adds to a floor, when funded this way."""
    way = problem.ways[place]
    lead, partner = (int(share[loan]) for share in problem.shares[place])
    found = [(row, lead) for row in (*way.lead_rows, *way.lead_floors)]
    if way.partner != NONE:
        found += [(row, partner) for row in (*way.partner_rows, *way.partner_floors)]
    books = {int(problem.region_row[loan]), int(problem.product_row[loan])}
    return found + [
        (row, int(problem.principal[loan])) for row in sorted(books) if row < len(problem.limits)
    ]
