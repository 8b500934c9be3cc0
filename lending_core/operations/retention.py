"""What goes by itself once its time is over: counted first, then erased, with progress."""

import functools
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.operations.erasing import IDENTITY, Item, erase, items
from lending_core.settings import reference_file
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

REJECTED, WITHDRAWN, FORMER = "rejected", "withdrawn", "former"
_PEOPLE_AT_ONCE = 500

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rule:
    """After how many days a kind of person is erased, and the rule it stands on."""

    code: str
    days: int
    source: str


@functools.cache
def retention_rules() -> tuple[Rule, ...]:
    """The rules of `privacy.toml`, in its order."""
    told = tomllib.loads(reference_file("privacy.toml").read_text("utf-8"))["retention"]
    return tuple(Rule(code, each["days"], each["source"]) for code, each in told.items())


def retention_preview(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per rule: retention_rule, retention_days, source, people due today."""
    require(actor, Permission.VIEW_ACCESS_LOG)
    due = _due(store.read("person_standing", customer_id=None), book(store).open_on)
    return pl.DataFrame(
        [
            {
                "retention_rule": rule.code,
                "retention_days": rule.days,
                "source": rule.source,
                "people": due[rule.code].height,
            }
            for rule in retention_rules()
        ]
    )


def retention_runs(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per run, newest first: run_id, run_on, people, run_by, recorded_at."""
    require(actor, Permission.VIEW_ACCESS_LOG)
    rows = store.read("retention_run")
    people = [sum(json.loads(text).values()) for text in rows["counts"].to_list()]
    return rows.drop("counts").with_columns(people=pl.Series(people, dtype=pl.Int64))


def run_retention(
    store: Store, actor: Actor, *, at: datetime, progress: Progress | None = None
) -> dict[str, int]:
    """Erases everybody who is due today, some hundred at a time: what is done stays done where
    `progress` ends the work by raising. Returns how many people each rule erased.

    Raises `NotAllowed`.
    """
    require(actor, Permission.HANDLE_DATA_REQUESTS)
    open_on = book(store).open_on
    due = _due(store.read("person_standing", customer_id=None), open_on)
    people = [(rule, row) for rule, rows in due.items() for row in rows.iter_rows(named=True)]
    counts = dict.fromkeys(due, 0)
    for start in range(0, len(people), _PEOPLE_AT_ONCE):
        part = people[start : start + _PEOPLE_AT_ONCE]
        with store.transaction() as transaction:
            moment = Moment(actor, open_on, at)
            erase(transaction, moment, [(row["customer_id"], _gone(row)) for _, row in part])
            done = {rule: sum(which == rule for which, _ in part) for rule in due}
            _keep_run(transaction, moment, done)
        for rule, number in done.items():
            counts[rule] += number
        if progress:
            progress(min(start + len(part), len(people)), len(people))
    return counts


def _due(standing: pl.DataFrame, on: date) -> dict[str, pl.DataFrame]:
    """Who is due, by rule; nobody by two. A relation that goes on keeps everything."""
    days = {rule.code: timedelta(days=rule.days) for rule in retention_rules()}
    over = standing.filter(open_loans=0, active_lines=0, waiting_applications=0)
    asked, never = pl.col("last_applied_on"), pl.col("loans") == 0
    withdrawn = never & (pl.col("consents") > 0) & (pl.col("consents_in_force") == 0)
    rejected = never & (asked + days[REJECTED] < on) & ~withdrawn
    former = ~never & (pl.col("last_paid_on") + days[FORMER] < on)
    found = {REJECTED: rejected, WITHDRAWN: withdrawn, FORMER: former}
    return {rule.code: over.filter(found[rule.code]) for rule in retention_rules()}


def _gone(standing: dict[str, object]) -> tuple[Item, ...]:
    """Whoever is due is erased whole: the law keeps nothing of theirs any more."""
    kinds = [each.item for each in items(standing | {"loans": 0})]
    return tuple(Item(kind, True, "time_is_over") for kind in sorted(kinds, key=IDENTITY.__ne__))


def _keep_run(transaction: Transaction, moment: Moment, counts: dict[str, int]) -> None:
    run_id = transaction.next_id("retention_run", "run_id")
    row = {
        "run_id": run_id,
        "run_on": moment.business_on,
        "counts": json.dumps(counts),
        "run_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }
    transaction.append("retention_run", pl.DataFrame([row]))
    append_events(transaction, moment, "retention_run", [("book", 1, {"run_id": run_id, **counts})])
