"""The best choice of limits and prices, by constraint programming over whole numbers.

One Boolean per option, exactly one true per cell. Limits do not rise and prices do not fall as the
score falls: the static checks ask it of every policy. Profit decides; among choices of equal profit
the one nearest to today's.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise, permutations
from typing import TYPE_CHECKING, Literal

from lending_core.policy.optimise import (
    FULL_BP,
    Bounds,
    Cell,
    Option,
    Outcome,
    Problem,
    allowed,
    outcome,
)

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Status = Literal["best", "found", "infeasible", "unknown"]

# One search; a choice of a few hundred options takes a fraction of it.
SECONDS_MAX = 10
# One thread and one seed, so that the same question has the same answer.
SEED = 1
# The solver computes in 64 bits and adds up every option, chosen or not.
SUM_MAX = 2**61


@dataclass(frozen=True)
class Answer:
    """`best`: no choice earns more; `found`: the best until time ran out, none earns more than
    `profit_fen_max`; `infeasible`: no choice holds the bounds; `unknown`: none was found in time.
    """

    status: Status
    reached: Outcome | None
    profit_fen_max: int | None


def solve(problem: Problem, bounds: Bounds, seconds: int = SECONDS_MAX) -> Answer:
    """The choice that earns most within the bounds."""
    built = _Model(problem, bounds)
    built.maximise()
    return built.answer(seconds)


def is_feasible(problem: Problem, bounds: Bounds, seconds: int = SECONDS_MAX) -> bool:
    """Whether some choice holds the bounds; False too where none was found in time."""
    return _Model(problem, bounds).answer(seconds).reached is not None


def missing_room_fen(problem: Problem, bounds: Bounds, seconds: int = SECONDS_MAX) -> int | None:
    """The least room that funders lack for a choice within all other bounds; None without one."""
    return _Model(problem, bounds, may_lack_room=True).least_missing_fen(seconds)


class _Model:
    """The solver's model of one question, built once."""

    def __init__(self, problem: Problem, bounds: Bounds, *, may_lack_room: bool = False) -> None:
        from ortools.sat.python import cp_model

        self.model = cp_model.CpModel()
        self.problem = problem
        self.bounds = bounds
        self.may_lack_room = may_lack_room
        self.options = allowed(problem, bounds)
        self.chosen = [self.model.new_bool_var("") for _ in self.options]
        self.missing: list[cp_model.IntVar] = []
        self.scale = 1
        self._one_per_cell()
        self._in_order()
        self._lends()
        for hold in (self._hold_loss, self._hold_approvals, self._hold_impact, self._hold_room):
            hold()

    def maximise(self) -> None:
        """Profit first; a whole step of it outweighs every distance from today."""
        now = {option.cell: option for option in self.problem.today}
        distances = [_distance(option, now[option.cell]) for option in self.options]
        self.scale = 1 + max(distances, default=0) * len(now)
        worth = [
            option.profit_fen * self.scale - distance
            for option, distance in zip(self.options, distances, strict=True)
        ]
        self.model.maximize(self._sum(worth))

    def answer(self, seconds: int) -> Answer:
        """What the solver finds in `seconds`."""
        solver, status = self._search(seconds)
        if status in ("infeasible", "unknown"):
            return Answer(status, None, None)
        chosen = (
            option
            for option, variable in zip(self.options, self.chosen, strict=True)
            if solver.boolean_value(variable)
        )
        reached = outcome(self.problem, chosen)
        most = int(solver.best_objective_bound) // self.scale + 1
        return Answer(status, reached, reached.profit_fen if status == "best" else most)

    def least_missing_fen(self, seconds: int) -> int | None:
        """The least that funders lack; None where the other bounds cannot be held either."""
        missing = sum(self.missing)
        self.model.minimize(missing)
        solver, found = self._search(seconds)
        return int(solver.value(missing)) if found in ("best", "found") else None

    def _search(self, seconds: int) -> "tuple[cp_model.CpSolver, Status]":
        from ortools.sat.python import cp_model

        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = SEED
        # The model is small and tight: simplifying it first takes longer than solving it.
        solver.parameters.cp_model_presolve = False
        statuses: dict[cp_model.CpSolverStatus, Status] = {
            cp_model.OPTIMAL: "best",
            cp_model.FEASIBLE: "found",
            cp_model.INFEASIBLE: "infeasible",
        }
        return solver, statuses.get(solver.solve(self.model), "unknown")

    def _one_per_cell(self) -> None:
        by_cell: dict[Cell, list[int]] = defaultdict(list)
        for place, option in enumerate(self.options):
            by_cell[option.cell].append(place)
        for places in by_cell.values():
            self.model.add_exactly_one(self.chosen[place] for place in places)

    def _in_order(self) -> None:
        """Prices shared by the kinds of a band; limits and prices in the order of the score."""
        limits = self._per_cell(lambda option: option.limit_fen)
        prices = self._per_cell(lambda option: option.position_percent)
        kinds = sorted({option.kind for option in self.options})
        for band in self.problem.bands:
            for kind, other in pairwise([kind for kind in kinds if (band, kind) in prices]):
                self.model.add(prices[band, kind] == prices[band, other])
        for kind in kinds:
            bands = [band for band in self.problem.bands if (band, kind) in limits]
            for safer, riskier in pairwise(bands):
                self.model.add(limits[safer, kind] >= limits[riskier, kind])
                self.model.add(prices[safer, kind] <= prices[riskier, kind])

    def _lends(self) -> None:
        """Whoever lends nothing holds every bound but an approval floor, which is no answer where
        something can be lent."""
        if any(option.drawn_fen for option in self.problem.options):
            pairs = zip(self.options, self.chosen, strict=True)
            self.model.add_bool_or([chosen for option, chosen in pairs if option.drawn_fen])

    def _hold_loss(self) -> None:
        cap = self.bounds.loss_bp_max
        if cap is not None:
            self._at_least_zero(
                [option.drawn_fen * cap - option.loss_fen * FULL_BP for option in self.options]
            )

    def _hold_approvals(self) -> None:
        floor = self.bounds.approval_bp_min
        if floor is not None:
            approvals = self._sum([option.approvals * FULL_BP for option in self.options])
            self.model.add(approvals >= floor * self.problem.applications)

    def _hold_impact(self) -> None:
        """For any two groups of a dimension: 100 x share of one >= percent x share of the other."""
        least = self.bounds.impact_percent_min
        if least is None:
            return
        sizes = self.problem.applicants
        approved = {
            group: [option.approved.get(group, 0) for option in self.options] for group in sizes
        }
        for group, other in permutations(sizes, 2):
            if group[0] == other[0]:
                own, others = 100 * sizes[other], least * sizes[group]
                pairs = zip(approved[group], approved[other], strict=True)
                self._at_least_zero([own * fewer - others * more for fewer, more in pairs])

    def _hold_room(self) -> None:
        """What each product lends flows whole to funders that may lend it and have room."""
        if not self.bounds.within_room:
            return
        taken: dict[str, list[cp_model.IntVar]] = defaultdict(list)
        for room in self.problem.rooms:
            flows = [self.model.new_int_var(0, room.room_fen, "") for _ in room.product_codes]
            self.model.add(sum(flows) <= room.room_fen)
            for code, flow in zip(room.product_codes, flows, strict=True):
                taken[code].append(flow)
        for code in sorted({code for option in self.options for code in option.lent_fen}):
            amounts = [option.lent_fen.get(code, 0) for option in self.options]
            missing = self.model.new_int_var(0, sum(amounts) * self.may_lack_room, "")
            self.missing.append(missing)
            self.model.add(self._sum(amounts) == sum(taken[code]) + missing)

    def _at_least_zero(self, amounts: list[int]) -> None:
        """The chosen ones of these sum to zero or more. Amounts too large for the solver are
        rounded down to a coarser unit: what then holds, holds exactly too."""
        unit = 1 + sum(map(abs, amounts)) // SUM_MAX
        self.model.add(self._sum([amount // unit for amount in amounts]) >= 0)

    def _sum(self, amounts: Iterable[int]) -> "cp_model.LinearExprT":
        from ortools.sat.python import cp_model

        return cp_model.LinearExpr.weighted_sum(self.chosen, list(amounts))

    def _per_cell(self, amount: Callable[[Option], int]) -> dict[Cell, "cp_model.LinearExprT"]:
        from ortools.sat.python import cp_model

        by_cell: dict[Cell, tuple[list[cp_model.IntVar], list[int]]] = {}
        for option, variable in zip(self.options, self.chosen, strict=True):
            variables, amounts = by_cell.setdefault(option.cell, ([], []))
            variables.append(variable)
            amounts.append(amount(option))
        return {cell: cp_model.LinearExpr.weighted_sum(*terms) for cell, terms in by_cell.items()}


def _distance(option: Option, now: Option) -> int:
    """How far from today: percent of today's limit, and points of the price range."""
    limit = abs(option.limit_fen - now.limit_fen) * 100 // max(now.limit_fen, 1)
    return min(limit, 1_000) + abs(option.position_percent - now.position_percent)
