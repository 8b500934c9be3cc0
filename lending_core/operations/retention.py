"""What goes by itself once its time is over, people and records: counted first, then erased."""

import functools
import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.operations.erasing import IDENTITY, Item, erase, items
from lending_core.operations.retention_records import (
    RecordRule,
    blank,
    due_records,
    record_rules,
)
from lending_core.settings import reference_file
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

REJECTED, WITHDRAWN, FORMER = "rejected", "withdrawn", "former"
_AT_ONCE = 500

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
    """One row per rule: retention_rule, retention_days, source, due (how many people, or records
    of a rule on these), is_of_people."""
    require(actor, Permission.VIEW_ACCESS_LOG)
    on = book(store).open_on
    people = _due(store.read("person_standing", customer_id=None), on)
    found: list[tuple[Rule | RecordRule, int, bool]] = [
        (rule, people[rule.code].height, True) for rule in retention_rules()
    ]
    found += [(rule, _records_due(store, rule, on), False) for rule in record_rules()]
    return pl.DataFrame(
        [
            {
                "retention_rule": rule.code,
                "retention_days": rule.days,
                "source": rule.source,
                "due": due,
                "is_of_people": is_of_people,
            }
            for rule, due, is_of_people in found
        ]
    )


def retention_runs(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per run, newest first: run_id, run_on, people erased, records emptied, run_by,
    recorded_at."""
    require(actor, Permission.VIEW_ACCESS_LOG)
    rows = store.read("retention_run")
    told = [json.loads(text) for text in rows["counts"].to_list()]
    return rows.drop("counts").with_columns(
        people=_sums(told, [rule.code for rule in retention_rules()]),
        records=_sums(told, [rule.code for rule in record_rules()]),
    )


def run_retention(
    store: Store, actor: Actor, *, at: datetime, progress: Progress | None = None
) -> dict[str, int]:
    """Erases everybody who is due today and empties every record that is, some hundred at a time:
    what is done stays done where `progress` ends the work by raising. Returns how many people or
    records each rule took.

    Raises `NotAllowed`.
    """
    require(actor, Permission.HANDLE_DATA_REQUESTS)
    moment = Moment(actor, book(store).open_on, at)
    work = [*_people_to_erase(store, moment), *_records_to_blank(store, moment)]
    total = sum(each.number for each in work)
    people, records = retention_rules(), record_rules()
    counts = dict.fromkeys([*(rule.code for rule in people), *(rule.code for rule in records)], 0)
    for each in work:
        with store.transaction() as transaction:
            each.take(transaction)
            _keep_run(transaction, moment, {each.rule: each.number})
        counts[each.rule] += each.number
        if progress:
            progress(sum(counts.values()), total)
    return counts


@dataclass(frozen=True)
class _Part:
    """Some of what a rule takes, in one transaction."""

    rule: str
    number: int
    take: Callable[[Transaction], None]


def _people_to_erase(store: Store, moment: Moment) -> Iterator[_Part]:
    due = _due(store.read("person_standing", customer_id=None), moment.business_on)
    for rule, rows in due.items():
        for part in rows.iter_slices(_AT_ONCE):
            people = [(row["customer_id"], _gone(row)) for row in part.iter_rows(named=True)]
            yield _Part(rule, len(people), partial(erase, moment=moment, people=people))


def _records_to_blank(store: Store, moment: Moment) -> Iterator[_Part]:
    for rule in record_rules():
        for part, keys in due_records(store, rule, moment.business_on):
            for start in range(0, len(keys), _AT_ONCE):
                some = keys[start : start + _AT_ONCE]
                take = partial(blank, moment=moment, part=part, keys=some)
                yield _Part(rule.code, len(some), take)


def _records_due(store: Store, rule: RecordRule, on: date) -> int:
    return sum(len(keys) for _, keys in due_records(store, rule, on))


def _sums(told: list[dict[str, int]], rules: list[str]) -> pl.Series:
    """Of the counts of each run, those of these rules together."""
    sums = [sum(counts.get(rule, 0) for rule in rules) for counts in told]
    return pl.Series(sums, dtype=pl.Int64)


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
