"""A run of the compliance register: every rule that can be checked, over the book as it stands."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import SYSTEM, Actor, Permission, require
from lending_core.compliance.finding import FOUND, WHY_UNJUDGED
from lending_core.compliance.register import UNJUDGED, Rule, checked_rules, checks
from lending_core.dates import newest_month_end
from lending_core.ledger.chain import digest, utc_naive
from lending_core.operations.compliance_checks import Ground, findings
from lending_core.operations.console import book
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

# Rules done, of how many.
Progress = Callable[[int, int], None]
_IS_UNJUDGED = pl.col("check_name").str.starts_with(UNJUDGED)
_FINDING_ORDER = ("rule_id", "check_name", "subject_kind", *FOUND)


@dataclass(frozen=True)
class RunCounts:
    """What a run came to: rules held, those that something breaks, and findings that do."""

    rules: int
    broken: int
    findings: int


def run_register(
    store: Store, actor: Actor, *, at: datetime, progress: Progress | None = None
) -> RunCounts:
    """Runs every rule and keeps what was found. `progress` may end the work by raising: nothing is
    then kept. Raises `NotAllowed`."""
    require(actor, Permission.MANAGE_COMPLIANCE)
    return _run(store, actor, at, progress)


def close_with_register(store: Store, on: date, *, at: datetime) -> None:
    """The run of a month end that was just closed, by the house; nothing on other days, nor over an
    imported tape."""
    if on == newest_month_end(on) and book(store).shape is None:
        _run(store, SYSTEM, at, None)


def _run(store: Store, actor: Actor, at: datetime, progress: Progress | None) -> RunCounts:
    ground = Ground(store)
    rules = checked_rules()
    found, results = [], []
    for done, rule in enumerate(rules, start=1):
        of_rule = _findings(ground, rule)
        found.append(of_rule)
        results.append(_result(ground, rule, _breaking(of_rule)))
        if progress:
            progress(done, len(rules))
    with store.transaction() as transaction:
        return _keep(transaction, Moment(actor, ground.book.business_on, at), results, found)


def _findings(ground: Ground, rule: Rule) -> pl.DataFrame:
    if not rule.is_in_force(ground.book.business_on):
        return pl.DataFrame()
    why = pl.lit(UNJUDGED) + pl.col(WHY_UNJUDGED)
    parts = [
        findings(ground, rule, check)
        .with_columns(
            rule_id=pl.lit(rule.rule_id),
            check_name=why.fill_null(check),
            subject_kind=pl.lit(checks()[check].subject),
        )
        .drop(WHY_UNJUDGED)
        for check in rule.checks
    ]
    found = pl.concat(parts)
    # What two checks of a rule could not judge for the same reason is told once.
    return pl.concat(
        [found.filter(~_IS_UNJUDGED), found.filter(_IS_UNJUDGED).unique(maintain_order=True)]
    )


def _breaking(found: pl.DataFrame) -> int:
    """How many findings break the rule: what could not be judged does not."""
    return 0 if found.is_empty() else found.filter(~_IS_UNJUDGED).height


def _result(ground: Ground, rule: Rule, found: int) -> dict[str, Any]:
    looked_at = max(ground.looked_at[checks()[check].looked_at] for check in rule.checks)
    return {
        "rule_id": rule.rule_id,
        "status": _status(ground, rule, looked_at, found),
        "looked_at": looked_at,
        "findings": found,
        "parameters": json.dumps(rule.parameters, sort_keys=True, default=str, ensure_ascii=False),
    }


def _status(ground: Ground, rule: Rule, looked_at: int, found: int) -> str:
    if not rule.is_in_force(ground.book.business_on):
        return "early"
    if found:
        return "broken"
    return "holds" if looked_at else "idle"


def _keep(
    transaction: Transaction,
    moment: Moment,
    results: list[dict[str, Any]],
    found: list[pl.DataFrame],
) -> RunCounts:
    rows = pl.concat([frame for frame in found if not frame.is_empty()] or [_NOTHING])
    run_id = transaction.next_id("compliance_run", "run_id")
    first_id = transaction.next_id("compliance_finding", "finding_id")
    counts = RunCounts(
        rules=len(results),
        broken=sum(row["status"] == "broken" for row in results),
        findings=_breaking(rows),
    )
    content_hash = digest({"results": results, "findings": rows.select(_FINDING_ORDER).rows()})
    run = {
        "run_id": run_id,
        "business_on": moment.business_on,
        **vars(counts),
        "content_hash": content_hash,
        "run_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }
    transaction.append("compliance_run", pl.DataFrame([run]))
    transaction.append(
        "compliance_result", pl.DataFrame(results).with_columns(run_id=pl.lit(run_id))
    )
    transaction.append(
        "compliance_finding",
        rows.with_columns(
            run_id=pl.lit(run_id),
            finding_id=pl.int_range(first_id, first_id + rows.height, dtype=pl.Int64),
        ),
    )
    facts = {"run_id": run_id, **vars(counts), "content_hash": content_hash}
    append_events(transaction, moment, "compliance_run", [("compliance", run_id, facts)])
    return counts


_NOTHING = pl.DataFrame(
    schema={**FOUND, **dict.fromkeys(("rule_id", "check_name", "subject_kind"), pl.String)}
)
