"""What the compliance register says: every rule with its standing, its findings, its history."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.compliance.register import UNJUDGED, Rule, rules
from lending_core.errors import NotFound
from lending_core.operations.compliance_standing import answered
from lending_core.operations.console import book
from lending_core.operations.personal import of_the_house
from lending_core.store.engine import Store

Standing = Literal[
    "broken",
    "due",
    "unjudged",
    "waived",
    "holds",
    "attested",
    "idle",
    "early",
    "unchecked",
    "out_of_scope",
]
# In the order of what needs a person most.
STANDINGS: tuple[Standing, ...] = (
    "broken",
    "due",
    "unjudged",
    "waived",
    "unchecked",
    "idle",
    "early",
    "holds",
    "attested",
    "out_of_scope",
)


@dataclass(frozen=True)
class RuleNow:
    """A rule as it stands: since its newest run (None: never run), with findings that count and
    those that were let go, and how many things could not be judged; of attested rules, when it is
    due again."""

    rule: Rule
    standing: Standing
    looked_at: int | None = None
    findings: int = 0
    open_findings: int = 0
    unjudged: int = 0
    due_on: date | None = None


@dataclass(frozen=True)
class Run:
    """A run of the register."""

    run_id: int
    business_on: date
    rules: int
    broken: int
    findings: int
    content_hash: str
    run_by: str
    recorded_at: datetime


def newest_run(store: Store, actor: Actor) -> Run | None:
    """The last run; None before the first."""
    require(actor, Permission.VIEW_COMPLIANCE)
    return _newest(store)


def register_now(store: Store, actor: Actor) -> list[RuleNow]:
    """Every rule of the register, in its order, as it stands today."""
    require(actor, Permission.VIEW_COMPLIANCE)
    on = book(store).open_on
    run = _newest(store)
    results = _results(store, run)
    counts, unjudged = _counts(store, run, on)
    due = dict(
        store.read("compliance/attestation", rule_id=None)
        .group_by("rule_id")
        .agg(pl.col("due_on").max())
        .rows()
    )
    return [
        _attested(rule, due, on)
        if rule.kind == "attested"
        else _now(rule, results.get(rule.rule_id), counts, unjudged)
        for rule in rules().values()
    ]


def findings_of_rule(store: Store, actor: Actor, rule_id: str) -> pl.DataFrame:
    """Findings of the newest run about a rule, with standing, until_on and reason of the answer.
    Raises `NotFound` for an unknown rule."""
    require(actor, Permission.VIEW_COMPLIANCE)
    _known(rule_id)
    found = _answered(store, _newest(store), rule_id, book(store).open_on)
    return of_the_house(store, actor, found)


def history_of_rule(store: Store, actor: Actor, rule_id: str) -> pl.DataFrame:
    """One row per run, newest first: see the query `compliance/result`."""
    require(actor, Permission.VIEW_COMPLIANCE)
    _known(rule_id)
    return store.read("compliance/result", run_id=None, rule_id=rule_id)


def broken_by_run(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per run, newest first: see the query `compliance/run_list`."""
    require(actor, Permission.VIEW_COMPLIANCE)
    return store.read("compliance/run_list")


def answers_of_rule(store: Store, actor: Actor, rule_id: str) -> pl.DataFrame:
    """Every answer to a rule's findings, newest first."""
    require(actor, Permission.VIEW_COMPLIANCE)
    _known(rule_id)
    given = store.read("compliance/answer", rule_id=rule_id)
    return of_the_house(store, actor, given).reverse()


def attestations_of_rule(store: Store, actor: Actor, rule_id: str) -> pl.DataFrame:
    """Every attestation of a rule, newest first."""
    require(actor, Permission.VIEW_COMPLIANCE)
    _known(rule_id)
    return of_the_house(store, actor, store.read("compliance/attestation", rule_id=rule_id))


def _known(rule_id: str) -> Rule:
    rule = rules().get(rule_id)
    if rule is None:
        raise NotFound("rule_unknown", rule_id=rule_id)
    return rule


def _newest(store: Store) -> Run | None:
    rows = store.read("compliance/run_list").rows(named=True)
    return Run(**rows[0]) if rows else None


def _results(store: Store, run: Run | None) -> dict[str, dict[str, Any]]:
    if run is None:
        return {}
    found = store.read("compliance/result", run_id=run.run_id, rule_id=None)
    return {row["rule_id"]: row for row in found.rows(named=True)}


def _counts(store: Store, run: Run | None, on: date) -> tuple[dict[str, int], dict[str, int]]:
    """Findings that nobody waived, and what could not be judged, both by rule."""
    found = _answered(store, run, None, on).filter(pl.col("standing") != "waived")
    is_unjudged = pl.col("check_name").str.starts_with(UNJUDGED)
    return _by_rule(found.filter(~is_unjudged)), _by_rule(found.filter(is_unjudged))


def _by_rule(found: pl.DataFrame) -> dict[str, int]:
    return dict(found.group_by("rule_id").len().rows())


def _answered(store: Store, run: Run | None, rule_id: str | None, on: date) -> pl.DataFrame:
    run_id = 0 if run is None else run.run_id
    found = store.read("compliance/finding", run_id=run_id, rule_id=rule_id)
    return answered(found, store.read("compliance/answer", rule_id=rule_id), on)


def _attested(rule: Rule, due: dict[str, date], on: date) -> RuleNow:
    due_on = due.get(rule.rule_id)
    is_due = rule.is_in_force(on) and (due_on is None or due_on <= on)
    standing: Standing = "due" if is_due else "attested" if due_on else "early"
    return RuleNow(rule, standing, due_on=due_on)


def _now(
    rule: Rule,
    result: dict[str, Any] | None,
    counts: dict[str, int],
    unjudged: dict[str, int],
) -> RuleNow:
    if rule.kind == "out_of_scope":
        return RuleNow(rule, "out_of_scope")
    if result is None:
        return RuleNow(rule, "unchecked")
    still, unknown = counts.get(rule.rule_id, 0), unjudged.get(rule.rule_id, 0)
    standing: Standing = result["status"]
    if standing == "broken" and not still:
        standing = "waived"
    elif standing == "holds" and unknown:
        standing = "unjudged"
    return RuleNow(rule, standing, result["looked_at"], result["findings"], still, unknown)
