"""Limits and prices that earn most within bounds: tried on the past, and chosen."""

import functools
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.operations import policy_replay
from lending_core.operations.policy_replay import Window
from lending_core.policy import optimise_frontier
from lending_core.policy.document import Policy
from lending_core.policy.optimise import Bounds, Outcome, Problem, Room
from lending_core.policy.optimise_conflicts import Conflict, conflicts
from lending_core.policy.optimise_model import Answer, solve
from lending_core.policy.optimise_options import (
    COSTS,
    GROUPS,
    OFFERS,
    Tried,
    added,
    choice_offers,
    problem,
    sums_query,
    with_choice,
    with_groups,
)
from lending_core.products.catalogue import catalogue
from lending_core.settings import reference_file
from lending_core.store.engine import Store

# The past is tried part by part, so that one sees it go on and can stop it; small ones at once.
PARTS_MAX = 8
PART_MIN = 10_000
# Under this name the query finds the past.
PAST = "tried_past"


@dataclass(frozen=True, eq=False)
class Question:
    """A policy, what each choice for it would have done in the past, and what funders can lend."""

    policy: Policy
    tried: Tried
    rooms: tuple[Room, ...]

    @functools.cached_property
    def problem(self) -> Problem:
        """What may be chosen, read from what was tried once."""
        return problem(self.policy, catalogue().values(), self.tried, self.rooms)


@dataclass(frozen=True)
class Search:
    """How many points a frontier has, and how long one search may take."""

    frontier_points: int
    seconds_max: int


@functools.cache
def search() -> Search:
    """The limits of `data/reference/optimise.toml`."""
    return Search(**tomllib.loads(reference_file("optimise.toml").read_text("utf-8"))["search"])


def parts(store: Store, actor: Actor, window: Window) -> list[Window]:
    """A window of the past in at most `PARTS_MAX` parts by application number; none without one."""
    row = policy_replay.span(store, actor, window)
    if not row["applications"]:
        return []
    first, last = row["first_id"], row["last_id"]
    size = max(PART_MIN, -(-(last - first + 1) // PARTS_MAX))
    return [
        replace(window, first_id=start, last_id=min(start + size - 1, last))
        for start in range(first, last + 1, size)
    ]


def tried(store: Store, actor: Actor, policy: Policy, part: Window) -> Tried:
    """Every choice for the policy tried on the applications of a part."""
    require(actor, Permission.VIEW_POLICY)
    past = with_groups(store.read("policy_past", **vars(part)))
    products = tuple(catalogue().values())
    query = sums_query(policy, products, PAST)
    frames = {PAST: past, OFFERS: choice_offers(policy, products)}
    counts = past.group_by(GROUPS).len("applications")
    return Tried(
        store.evaluate(query.sql("duckdb"), **frames),
        counts.with_columns(pl.col("applications").cast(pl.Int64)),
    )


def question(
    store: Store, actor: Actor, policy: Policy, window: Window, done: Iterable[Tried]
) -> Question:
    """The question that the parts of a window make together.

    A funder's room over the window: its quota, lent again as often as principal comes back, which
    takes `average_life_months` of the policy's assumptions.
    """
    require(actor, Permission.VIEW_POLICY)
    row = policy_replay.span(store, actor, window)
    months = _months(window.from_on or row["first_on"], window.to_on or row["last_on"])
    life = max(policy.assumption.average_life_months, 1)
    rooms = tuple(
        Room(
            funder["funder_code"],
            tuple(funder["product_codes"]),
            funder["quota_fen"] * max(months, life) // life,
        )
        for funder in store.read("funder_room").iter_rows(named=True)
    )
    return Question(policy, added(done), rooms)


def best(store: Store, actor: Actor, asked: Question, bounds: Bounds) -> Answer:  # noqa: ARG001
    """The choice that earns most within the bounds."""
    require(actor, Permission.VIEW_POLICY)
    return solve(asked.problem, bounds, search().seconds_max)


def conflicting(
    store: Store,  # noqa: ARG001
    actor: Actor,
    asked: Question,
    bounds: Bounds,
) -> tuple[Conflict, ...]:
    """Which of the bounds cannot be held together; empty where all can."""
    require(actor, Permission.VIEW_POLICY)
    return conflicts(asked.problem, bounds)


def loss_caps(
    store: Store,  # noqa: ARG001
    actor: Actor,
    asked: Question,
    bounds: Bounds,
) -> tuple[int, ...]:
    """The loss caps at which the frontier is drawn: see `optimise_frontier.caps`."""
    require(actor, Permission.VIEW_POLICY)
    return optimise_frontier.caps(asked.problem, bounds, search().frontier_points)


def best_under(
    store: Store,  # noqa: ARG001
    actor: Actor,
    asked: Question,
    bounds: Bounds,
    caps: tuple[int, ...],
) -> tuple[Outcome, ...]:
    """The points of the frontier under these caps: see `optimise_frontier.best_under`."""
    require(actor, Permission.VIEW_POLICY)
    return optimise_frontier.best_under(asked.problem, bounds, caps)


def reproduced(store: Store, actor: Actor, policy: Policy, chosen: Outcome, window: Window) -> bool:
    """Whether the policy with the choice, replayed in full, approves, lends, loses and earns what
    the search promised, to the fen."""
    changed = with_choice(policy, chosen)
    cubes = [
        policy_replay.replayed(store, actor, changed, part)
        for part in policy_replay.parts(store, actor, window)
    ]
    if not cubes:
        return chosen.applications == 0
    sums = pl.concat(cubes).select(pl.col(pl.Int64).sum()).row(0, named=True)
    earned = sums["expected_interest_fen"] - sum(sums[f"expected_{cost}_fen"] for cost in COSTS)
    promised = (chosen.approvals, chosen.drawn_fen, chosen.loss_fen, chosen.profit_fen)
    amounts = (sums["approvals"], sums["expected_drawn_fen"], sums["expected_loss_fen"], earned)
    return promised == amounts


def _months(first_on: date, last_on: date) -> int:
    """How many calendar months the days touch."""
    return (last_on.year - first_on.year) * 12 + last_on.month - first_on.month + 1
