"""Choices tried on a simulated book: what was promised is what a replay in full gives."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from lending_core.operations import policy_drafts
from lending_core.operations import policy_optimise as optimise
from lending_core.operations.deciding import policy_in_force
from lending_core.operations.policy_replay import Window, span
from lending_core.policy.checks import findings
from lending_core.policy.document import Policy
from lending_core.policy.optimise import Bounds, Outcome, Problem, impact_percents, outcome
from lending_core.policy.optimise_frontier import loss_bp
from lending_core.policy.optimise_options import added, with_choice
from lending_core.policy.rows import policy_of
from lending_core.products.catalogue import catalogue
from lending_core.store.engine import Store, open_store
from tests.builders import AT, MAKER, VIEWER

ALL = Window()
LEARNING = frozenset("F")


@pytest.fixture(scope="module")
def store(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    database = tmp_path_factory.mktemp("optimise") / "book.duckdb"
    opened = open_store(Path(shutil.copy(simulated_book, database)))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def policy(store: Store) -> Policy:
    return policy_in_force(store)[1]


@pytest.fixture(scope="module")
def question(store: Store, policy: Policy) -> optimise.Question:
    done = [
        optimise.tried(store, VIEWER, policy, part) for part in optimise.parts(store, VIEWER, ALL)
    ]
    return optimise.question(store, VIEWER, policy, ALL, done)


@pytest.fixture(scope="module")
def problem(question: optimise.Question) -> Problem:
    return question.problem


def some_choice(problem: Problem, seed: int) -> Outcome:
    """Any option for each cell, with one price for both kinds of a band."""
    chance = random.Random(seed)
    prices = {
        band: chance.choice(sorted({o.position_percent for o in problem.options if o.band == band}))
        for band in problem.bands
    }
    cells = [
        [o for o in problem.options if o.cell == now.cell and o.position_percent == prices[o.band]]
        for now in problem.today
    ]
    return outcome(problem, [chance.choice(options) for options in cells])


def test_today_comes_to_what_a_replay_of_today_gives(
    store: Store, policy: Policy, problem: Problem
) -> None:
    now = outcome(problem, problem.today)

    assert optimise.reproduced(store, VIEWER, policy, now, ALL)
    assert not optimise.reproduced(store, VIEWER, policy, replace(now, loss_fen=0), ALL)
    assert with_choice(policy, now) == policy


@pytest.mark.parametrize("seed", range(2))
def test_any_choice_replayed_in_full_gives_what_was_promised(
    store: Store, policy: Policy, problem: Problem, seed: int
) -> None:
    assert optimise.reproduced(store, VIEWER, policy, some_choice(problem, seed), ALL)


def test_the_best_choice_holds_every_bound_when_replayed_in_full(
    store: Store, policy: Policy, question: optimise.Question, problem: Problem
) -> None:
    now = outcome(problem, problem.today)
    bounds = Bounds(
        loss_bp_max=loss_bp(now),
        approval_bp_min=now.approvals * 9_500 // now.applications,
        impact_percent_min=70,
        within_room=True,
        held_bands=LEARNING,
    )

    answer = optimise.best(store, VIEWER, question, bounds)

    reached = answer.reached
    assert reached is not None
    assert answer.status == "best"
    assert reached.profit_fen > now.profit_fen
    assert reached.loss_fen * 10_000 <= loss_bp(now) * reached.drawn_fen
    assert reached.approvals * 10_000 >= (bounds.approval_bp_min or 0) * reached.applications
    assert min(filter(None, impact_percents(problem, reached).values())) >= 70
    assert sum(reached.lent_fen.values()) == reached.drawn_fen
    assert optimise.reproduced(store, VIEWER, policy, reached, ALL)
    assert findings(with_choice(policy, reached), catalogue().values()) == []


def test_any_point_becomes_a_draft_that_says_the_same(
    store: Store, policy: Policy, problem: Problem
) -> None:
    changed = with_choice(policy, some_choice(problem, 7))

    draft_id = policy_drafts.start_draft(store, MAKER, changed, 1, "Seven", at=AT)

    found = policy_drafts.draft(store, VIEWER, draft_id)
    assert policy_of(found.rows) == changed
    assert changed.band != policy.band


def test_the_frontier_begins_low_and_ends_at_the_most_that_can_be_earned(
    store: Store, question: optimise.Question
) -> None:
    bounds = Bounds(held_bands=LEARNING, holds_prices=True)

    caps = optimise.loss_caps(store, VIEWER, question, bounds)
    points = optimise.best_under(store, VIEWER, question, bounds, caps[:2] + caps[-1:])

    best = optimise.best(store, VIEWER, question, bounds).reached
    assert best is not None
    assert caps == tuple(sorted(caps))
    assert points[-1].profit_fen == best.profit_fen
    assert [loss_bp(point) for point in points] == sorted(loss_bp(point) for point in points)


def test_bounds_that_no_choice_holds_are_named(store: Store, question: optimise.Question) -> None:
    bounds = Bounds(loss_bp_max=1, approval_bp_min=9_900)

    assert optimise.best(store, VIEWER, question, bounds).status == "infeasible"
    assert [each.bound for each in optimise.conflicting(store, VIEWER, question, bounds)] == [
        "approval_bp_min"
    ]


def test_parts_of_the_past_add_up_to_the_whole(
    store: Store, policy: Policy, question: optimise.Question
) -> None:
    (whole,) = optimise.parts(store, VIEWER, ALL)
    middle = (whole.last_id or 0) // 2
    halves = (replace(whole, last_id=middle), replace(whole, first_id=middle + 1))

    together = added(optimise.tried(store, VIEWER, policy, half) for half in halves)

    assert together.sums.equals(question.tried.sums)
    assert together.counts.equals(question.tried.counts)


def test_a_funder_can_lend_what_keeps_its_quota_out(
    store: Store, question: optimise.Question
) -> None:
    row = span(store, VIEWER, ALL)
    days = (row["last_on"] - row["first_on"]).days + 1

    # Principal is back after half a year: 182.5 days.
    quotas = store.read("funder_room").select("funder_code", "quota_fen").rows()
    assert {room.funder_code: room.room_fen for room in question.rooms} == {
        code: quota * 2 * days // 365 for code, quota in quotas
    }


def test_a_window_without_an_application_has_no_parts(store: Store) -> None:
    assert optimise.parts(store, VIEWER, Window(date(2020, 1, 1), date(2020, 12, 31))) == []


def test_groups_are_counted_over_everybody_who_applied(
    store: Store, question: optimise.Question
) -> None:
    asked = store.read("policy_past", **vars(ALL)).height

    assert question.tried.counts["applications"].sum() == asked
    assert question.tried.sums.select(pl.col("drawn_fen").min()).item() >= 0
