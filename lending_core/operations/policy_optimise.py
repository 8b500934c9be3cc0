"""Limits and prices that earn most within bounds: tried on the past, and chosen."""

import functools
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from lending_core.access.permissions import Actor, Permission, require
from lending_core.operations import policy_replay
from lending_core.operations.policy_replay import DAYS_IN_YEAR, Window
from lending_core.policy import optimise_frontier, replay_compare
from lending_core.policy.compile import MONTHS
from lending_core.policy.document import Policy, policy_text
from lending_core.policy.optimise import Bounds, Outcome, Problem, Room
from lending_core.policy.optimise_conflicts import Conflict, conflicts
from lending_core.policy.optimise_model import Answer, solve
from lending_core.policy.optimise_options import (
    Tried,
    added,
    choice_offers,
    counts_query,
    problem,
    sums_query,
    with_choice,
)
from lending_core.products.catalogue import catalogue
from lending_core.settings import reference_file
from lending_core.store.engine import Store
from lending_core.store.query_files import query_text

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


@functools.cache
def frontier_points() -> int:
    """How many points a frontier has at most (`data/reference/optimise.toml`)."""
    document = tomllib.loads(reference_file("optimise.toml").read_text("utf-8"))
    return int(document["frontier"]["points"])


def parts(store: Store, actor: Actor, window: Window) -> list[Window]:
    """A window of the past in at most `PARTS_MAX` parts; none without an application."""
    applications = policy_replay.span(store, actor, window)["applications"]
    size = max(PART_MIN, -(-applications // PARTS_MAX))
    return policy_replay.parts(store, actor, window, size)


def tried(store: Store, actor: Actor, policy: Policy, part: Window) -> Tried:
    """Every choice for the policy tried on the applications of a part."""
    require(actor, Permission.VIEW_POLICY)
    products = tuple(catalogue().values())
    key = f"choices {policy_text(policy)}"
    with store.reports.kept(key, lambda: choice_offers(policy, products)) as offered:
        queries = sums_query(policy, products, PAST, offered), counts_query(PAST)
        return Tried(*(store.reports.read_sql(_over_past(each), **vars(part)) for each in queries))


def _over_past(query: exp.Select) -> str:
    """A query whose `PAST` is the one of `policy_past.sql`."""
    past = exp.CTE(
        this=sqlglot.parse_one(query_text("policy_past"), dialect="duckdb"),
        alias=exp.TableAlias(this=exp.to_identifier(PAST)),
    )
    steps = query.args.get("with_")
    query.set("with_", exp.With(expressions=[past, *(steps.expressions if steps else ())]))
    return query.sql("duckdb", copy=False)


def question(
    store: Store, actor: Actor, policy: Policy, window: Window, done: Iterable[Tried]
) -> Question:
    """The question that the parts of a window make together.

    A funder's room over the window is what keeps its quota out when every day is like these:
    quota / average life of a drawing x days, as `policy_replay.lenders` reckons balances.
    """
    require(actor, Permission.VIEW_POLICY)
    row = policy_replay.span(store, actor, window)
    days = (row["last_on"] - row["first_on"]).days + 1
    life_days = policy.assumption.average_life_months * DAYS_IN_YEAR
    rooms = tuple(
        Room(
            funder["funder_code"],
            tuple(funder["product_codes"]),
            funder["quota_fen"] * MONTHS * days // life_days,
        )
        for funder in store.read("funder_room").iter_rows(named=True)
    )
    return Question(policy, added(done), rooms)


def best(store: Store, actor: Actor, asked: Question, bounds: Bounds) -> Answer:  # noqa: ARG001
    """The choice that earns most within the bounds."""
    require(actor, Permission.VIEW_POLICY)
    return solve(asked.problem, bounds)


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
    return optimise_frontier.caps(asked.problem, bounds, frontier_points())


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
    total = replay_compare.totals(replay_compare.added(cubes))
    promised = {
        "applications": chosen.applications,
        "approvals": chosen.approvals,
        "expected_drawn_fen": chosen.drawn_fen,
        "expected_loss_fen": chosen.loss_fen,
        "expected_profit_fen": chosen.profit_fen,
    }
    return promised == {name: total[name] for name in promised}
