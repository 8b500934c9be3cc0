"""A limit policy tried on the past, with money, beside the one in force."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from sqlglot import exp

from lending_core.access.permissions import Actor, Permission, require
from lending_core.funding.batch import matching_rules
from lending_core.funding.capacity import placed
from lending_core.operations.console import book, newest_event_id
from lending_core.operations.deciding import document_of_version
from lending_core.operations.funder_register import funders_in_force
from lending_core.operations.outcomes import matured_table
from lending_core.policy.compile import MONTHS, PPM, decision_query
from lending_core.policy.document import Assumptions, Policy, policy_text
from lending_core.policy.replay import SIDES, changed_query, replay_query
from lending_core.policy.replay_interval import (
    SEED,
    Interval,
    NearCutOff,
    bands_near_cut_off,
    intervals,
    near_cut_off,
)
from lending_core.policy.replay_people import (
    EFFECTS,
    Cell,
    affected_query,
    effects_query,
    people_query,
)
from lending_core.policy.replay_sums import cube_query, deals_query, outcomes_query
from lending_core.products.catalogue import catalogue
from lending_core.store.engine import Store
from lending_core.store.query_files import query_text

# Applications held in memory at one time: a longer past is replayed part by part.
PART_MAX = 1_000_000
# A list for a person to look through; the counts cover everybody.
LISTED_MAX = 500
DAYS_IN_YEAR = 365


@dataclass(frozen=True)
class Window:
    """Applications of these days, both included (None: no bound), and of these numbers."""

    from_on: date | None = None
    to_on: date | None = None
    first_id: int | None = None
    last_id: int | None = None


@dataclass(frozen=True)
class Changes:
    """What a draft changes: the cube of the changed applications as they were and as they become,
    how many fare how (of `EFFECTS`), those it moves most money for, and people taken back by deal
    (`deals_query`), as they were and as they become."""

    before: pl.DataFrame
    after: pl.DataFrame
    effects: dict[str, int]
    affected: pl.DataFrame
    dealt_before: pl.DataFrame
    dealt_after: pl.DataFrame


def span(store: Store, actor: Actor, window: Window) -> dict[str, Any]:
    """How many applications the days of a window have, and which: applications, first_on, last_on
    (null without one)."""
    require(actor, Permission.VIEW_POLICY)
    days = {"from_on": window.from_on, "to_on": window.to_on}
    return store.reports.read("application_range", **days).row(0, named=True)


def parts(store: Store, actor: Actor, window: Window, part_max: int = PART_MAX) -> list[Window]:
    """The window in parts of at most `part_max` applications; none without an application."""
    require(actor, Permission.VIEW_POLICY)
    days = {"from_on": window.from_on, "to_on": window.to_on}
    found = store.reports.read("application_part", **days, part_max=part_max)
    return [replace(window, **row) for row in found.rows(named=True)]


def replayed(store: Store, actor: Actor, policy: Policy, window: Window) -> pl.DataFrame:
    """The cube of a policy over a window (`cube_query`, with what the model says of past offers),
    under the policy's own assumptions."""
    require(actor, Permission.VIEW_POLICY)
    with _base(store, policy, window) as base:
        return _read(store, cube_query(base, "today", modelled=True))


def changes(store: Store, actor: Actor, today: Policy, draft: Policy, window: Window) -> Changes:
    """What a draft changes in a window, both under the draft's assumptions."""
    require(actor, Permission.VIEW_POLICY)
    with _both(store, today, draft, window) as (_, changed):
        before, after = (_read(store, cube_query(changed, side)) for side in SIDES)
        found = dict(_read(store, effects_query(changed)).rows())
        affected = _read(store, affected_query(changed, LISTED_MAX))
        dealt = [_read(store, deals_query(changed, side)) for side in SIDES]
    effects = {effect: found.get(effect, 0) for effect in EFFECTS}
    return Changes(before, after, effects, _described(store, affected, window), *dealt)


def applicants(
    store: Store, actor: Actor, today: Policy, draft: Policy, cell: tuple[Window, Cell]
) -> pl.DataFrame:
    """The applicants of a cell whom its side grants most, at most `LISTED_MAX`: columns of
    `people_query`, applied_on, product_code, score, and the rate of each side as a share of one."""
    require(actor, Permission.VIEW_POLICY)
    window, chosen = cell
    with _both(store, today, draft, window) as (base, changed):
        listed = _read(store, people_query(base, changed, chosen, LISTED_MAX))
    return _described(store, listed, window)


def dealt(store: Store, actor: Actor, policy: Policy, window: Window) -> pl.DataFrame:
    """People whose refusal a policy takes back, by deal: columns of `deals_query`."""
    require(actor, Permission.VIEW_POLICY)
    with _base(store, policy, window) as base:
        return _read(store, deals_query(base, "today"))


def outcomes(store: Store, actor: Actor) -> pl.DataFrame:
    """Matured loans by band and deal, bad and expected to be (columns of `outcomes_query`)."""
    require(actor, Permission.VIEW_POLICY)
    with matured_table(store, book(store).business_on) as matured:
        return _read(store, outcomes_query(matured))


def interval_of(
    dealt: pl.DataFrame, seen: pl.DataFrame, policy: Policy
) -> tuple[NearCutOff, dict[str, Interval]]:
    """What matured loans next to the cut-off of `policy` say of the score, and the intervals of
    what is inferred; the same for the same figures."""
    near = near_cut_off(seen, bands_near_cut_off(policy))
    return near, intervals(dealt, seen, near, np.random.default_rng(SEED))


def lenders(
    store: Store,
    actor: Actor,
    drawn: tuple[tuple[str, tuple[tuple[str, int], ...]], ...],
    days: int,
    assumed: Assumptions,
) -> pl.DataFrame:
    """One row per lender, cheapest first, and one of null for what no eligible lender has room for.

    `drawn`: side, and drawings in fen per product over so many `days`. Columns: funder_code,
    quota_fen, and of each side `<side>_balance_fen`, what is owed on average when every day is like
    these (drawings x average life / days), and `<side>_capital_fen`, what the lender holds for it.
    """
    require(actor, Permission.VIEW_POLICY)
    funders = sorted(
        funders_in_force(store).values(), key=lambda each: (each.annual_cost, each.funder_code)
    )
    open_on = book(store).open_on
    columns: dict[str, Any] = {
        "funder_code": [*(each.funder_code for each in funders), None],
        "quota_fen": [*(each.quota_fen for each in funders), None],
    }
    life_days = assumed.average_life_months * DAYS_IN_YEAR
    for side, products in drawn:
        balances = {code: fen * life_days // (MONTHS * max(days, 1)) for code, fen in products}
        used = placed(balances, funders, open_on, matching_rules())
        left = sum(balances.values()) - sum(used.values())
        amounts = [*(used[each.funder_code] for each in funders), left]
        columns[f"{side}_balance_fen"] = amounts
        held = [fen * assumed.capital_percent // 100 for fen in amounts[:-1]]
        columns[f"{side}_capital_fen"] = [*held, None]
    return pl.DataFrame(columns, schema_overrides={"funder_code": pl.String, "quota_fen": pl.Int64})


def reproduced(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per policy version that ever decided: policy_version, applications, and differences:
    decisions that a replay of that version does not give again to the last column."""
    require(actor, Permission.VIEW_POLICY)
    versions = store.reports.read("policy_use")
    counted = [
        store.reports.read_sql(
            differences_sql(document_of_version(store, version)), policy_version=version
        )
        for version in versions["policy_version"]
    ]
    differences = pl.concat(counted) if counted else pl.DataFrame({"differences": []})
    return versions.select("policy_version", "applications").hstack(differences)


@contextmanager
def _past(store: Store, window: Window) -> Iterator[str]:
    key = f"past {newest_event_id(store)} {window}"
    with store.reports.kept(key, query_text("policy_past"), **vars(window)) as past:
        yield past


@contextmanager
def _base(store: Store, policy: Policy, window: Window) -> Iterator[str]:
    """Name of a table with the replay of a policy over a window."""
    key = f"base {newest_event_id(store)} {window} {policy_text(policy)}"
    with _past(store, window) as past, store.reports.kept(key, _base_sql(policy, past)) as base:
        yield base


@functools.lru_cache(maxsize=8)
def _base_sql(policy: Policy, past: str) -> str:
    """Compiling takes longer than finding a table that is held already."""
    return _sql(replay_query(policy, catalogue().values(), policy.assumption, past))


@contextmanager
def _both(store: Store, today: Policy, draft: Policy, window: Window) -> Iterator[tuple[str, str]]:
    """Names of the tables of today's replay, under the draft's assumptions, and of what changes."""
    assumed = draft.assumption
    today = replace(today, assumption=assumed)
    key = f"changed {newest_event_id(store)} {window} {policy_text(today)} {policy_text(draft)}"
    with _base(store, today, window) as base:
        query = changed_query(today, draft, catalogue().values(), assumed, base)
        with store.reports.kept(key, _sql(query)) as changed:
            yield base, changed


def _described(store: Store, listed: pl.DataFrame, window: Window) -> pl.DataFrame:
    """The applications with applied_on, product_code and score, and rates as a share of one."""
    # A list of literals would be compared one by one with a million numbers.
    numbers = exp.select(exp.func("unnest", exp.Placeholder(this="numbers")))
    with _past(store, window) as past:
        query = exp.select("application_id", "applied_on", "product_code", "score").from_(past)
        query = query.where(exp.column("application_id").isin(query=numbers))
        brief = store.reports.read_sql(_sql(query), numbers=listed["application_id"].to_list())
    rates = {f"{side}_rate": pl.col(f"{side}_granted_rate_ppm") / PPM for side in SIDES}
    return listed.join(brief, on="application_id", maintain_order="left").with_columns(**rates)


def _read(store: Store, query: exp.Select) -> pl.DataFrame:
    return store.reports.read_sql(_sql(query))


def _sql(query: exp.Select) -> str:
    """The text of a query that is not used again: without a copy it takes a quarter of the time."""
    return query.sql("duckdb", copy=False)


@functools.lru_cache(maxsize=8)
def differences_sql(policy: Policy) -> str:
    """A statement that counts the decisions of `$policy_version` which the policy does not give
    again to the last column, as `differences`. Kept: compiling takes longer than deciding a small
    book again, and a version never changes."""
    again = decision_query(policy, catalogue().values()).subquery("again", copy=False)
    columns = ("outcome", "band", "limit_fen", "annual_rate", "reasons")
    differs: list[exp.Expr] = [
        exp.NullSafeNEQ(this=exp.column(name, "again"), expression=exp.column(name, "decision"))
        for name in columns
    ]
    # Decisions of before terms were decided have none.
    longest = exp.column("instalments_max", "decision")
    is_other_term = longest.neq(exp.column("instalments_max", "again"))
    differs.append(exp.func("coalesce", is_other_term, exp.false()))
    count = exp.cast(exp.CountIf(this=exp.or_(*differs)), "BIGINT").as_("differences")
    query = exp.select(count).from_("decision").join(again, using="application_id", copy=False)
    mine = exp.column("policy_version", "decision").eq(exp.Placeholder(this="policy_version"))
    return _sql(query.where(mine, copy=False))
