"""Which funders fund which approved loans: one model for a single loan and for a whole day.

The relaxation says how much of each class of loans goes to whom and what no answer can beat;
`placing` puts whole loans into these amounts; `exact` places as well as can be the loans between
two amounts, and of a small batch all. Every step keeps every limit to the fen.
"""

import numpy as np
import polars as pl

from lending_core.funding.answer import LEFT, SHARES, Matching
from lending_core.funding.batch import Batch
from lending_core.funding.eligible import PPM
from lending_core.funding.exact import place_exactly
from lending_core.funding.limits import limit_frame
from lending_core.funding.placing import fill, place_by
from lending_core.funding.problem import NONE, NOT_FUNDED, Problem
from lending_core.funding.reasons import reasons
from lending_core.funding.relaxation import MILLI, bound, relaxation

# Ten million yuan a loan and a hundred billion a batch: far above any, and worth fits 64 bits.
PRINCIPAL_MAX_FEN = 10**9
VOLUME_MAX_FEN = 10**13


def fund(batch: Batch) -> Matching:
    """The best distribution of the batch's loans over its offers, within every limit.

    The same for any order of loans, offers and agreements. Raises `ValueError` for principals that
    are not positive or beyond all bounds, loans or funders that repeat, loans without a rate, and
    costs finer than a millionth.
    """
    _check(batch)
    problem = Problem(batch)
    guide = relaxation(problem)
    way_of, cut = place_by(problem, guide)
    way_of = fill(problem, way_of)
    most = bound(problem, guide.price_milli)
    if problem.value(way_of) < most and batch.rules.exact_effort:
        core = _core(problem, cut)
        way_of, core_most = place_exactly(problem, way_of, core)
        way_of = fill(problem, way_of)
        if core_most is not None and core.size == problem.size:
            most = min(most, core_most)
    return _answer(problem, _in_turn(problem, way_of), most, guide.price_milli)


def _check(batch: Batch) -> None:
    codes = [offer.funder.funder_code for offer in batch.offers]
    if len(codes) > len(set(codes)):
        raise ValueError("a funder is offered twice")
    if batch.loans["loan_id"].n_unique() < batch.loans.height:
        raise ValueError("a loan is asked for twice")
    if batch.loans.select("principal_fen", "annual_rate").null_count().sum_horizontal().item():
        raise ValueError("a loan without principal or rate")
    if batch.loans.filter(~pl.col("principal_fen").is_between(1, PRINCIPAL_MAX_FEN)).height:
        raise ValueError(f"principals are positive and at most {PRINCIPAL_MAX_FEN} fen")
    if batch.loans["principal_fen"].sum() > VOLUME_MAX_FEN:
        raise ValueError(f"a batch has at most {VOLUME_MAX_FEN} fen")


def _core(problem: Problem, cut: np.ndarray) -> np.ndarray:
    """All loans of a small batch; of a large one those that were cut and, near each, those beside
    it in its class, which may change places with it."""
    most = problem.rules.exact_loans_max
    if problem.size <= most:
        return np.arange(problem.size)
    order = np.lexsort((np.arange(problem.size), problem.classes))
    at = np.flatnonzero(np.isin(order, cut))
    spread = np.arange(1, 1 + max(0, most - cut.size) // max(cut.size, 1))
    near = np.clip((at[:, None] - spread).ravel(), 0, problem.size - 1)
    return np.union1d(cut, order[near])


def _in_turn(problem: Problem, way_of: np.ndarray) -> np.ndarray:
    """Equal loans change places so that those waiting longest take the cheapest ways."""
    rank = np.where(way_of == NOT_FUNDED, len(problem.ways), way_of)
    by_wait = np.lexsort((np.arange(problem.size), problem.equals))
    by_way = np.lexsort((rank, problem.equals))
    turned = way_of.copy()
    turned[by_wait] = way_of[by_way]
    return turned


def _answer(problem: Problem, way_of: np.ndarray, most: int, price_milli: np.ndarray) -> Matching:
    shares = _shares(problem, way_of)
    funded = way_of != NOT_FUNDED
    principal, rate = problem.principal[funded], problem.rate_ppm[funded]
    value = problem.value(way_of)
    cost = (shares["share_fen"] * shares["annual_cost_ppm"]).sum()
    return Matching(
        status="best" if value >= most else "found",
        shares=shares,
        left=_left(problem, way_of),
        limits=_limits(problem, way_of, price_milli),
        funded_fen=int(principal.sum()),
        left_fen=int(problem.principal.sum() - principal.sum()),
        cost_fen=int(cost) // PPM,
        interest_fen=int((principal * rate).sum()) // PPM,
        value=value,
        value_max=max(value, most),
    )


def _shares(problem: Problem, way_of: np.ndarray) -> pl.DataFrame:
    ids = problem.loans["loan_id"].to_numpy()
    parts = []
    for place, way in enumerate(problem.ways):
        chosen = np.flatnonzero(way_of == place)
        roles = [(way.lead, "whole" if way.partner == NONE else "lead", 0)]
        roles += [(way.partner, "partner", 1)] * (way.partner != NONE)
        parts += [
            pl.DataFrame(
                {"loan_id": ids[chosen], "share_fen": problem.shares[place][side][chosen]}
            ).with_columns(
                funder_code=pl.lit(problem.codes[funder]),
                role=pl.lit(role),
                annual_cost_ppm=pl.lit(problem.cost_ppm[funder], pl.Int64),
            )
            for funder, role, side in roles
            if chosen.size
        ]
    if not parts:
        return pl.DataFrame(schema=SHARES)
    found = pl.concat(parts).select(pl.col(name).cast(kind) for name, kind in SHARES.items())
    return found.sort("loan_id", "role", "funder_code")


def _left(problem: Problem, way_of: np.ndarray) -> pl.DataFrame:
    waiting = np.flatnonzero(way_of == NOT_FUNDED)
    if not waiting.size:
        return pl.DataFrame(schema=LEFT)
    return reasons(problem, way_of, waiting).sort("loan_id")


def _limits(problem: Problem, way_of: np.ndarray, price_milli: np.ndarray) -> pl.DataFrame:
    """A limit binds where more room would be worth something, or where none is left."""
    used = problem.used(way_of)
    is_floor = np.array([limit.is_floor for limit in problem.limits], bool)
    price = price_milli // MILLI * np.where(is_floor, -1, 1)
    full = np.where(is_floor, used < problem.rooms, used >= problem.rooms)
    return limit_frame(problem.limits).with_columns(
        used_fen=pl.Series(used, dtype=pl.Int64),
        is_binding=pl.Series((price != 0) | full, dtype=pl.Boolean),
        shadow_price_fen=pl.Series(price, dtype=pl.Int64),
    )
