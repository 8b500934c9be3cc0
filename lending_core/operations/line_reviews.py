"""Existing lines by the line reviews of the policy in force: looked at, put up for decision.

A run speaks of the newest month end that is closed. It changes no line: staff answer it
(`line_answers`), while no later month end is closed and the same policy is in force.
"""

import functools
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import SYSTEM, Actor, Permission, require
from lending_core.dates import add_months, month_end, newest_month_end
from lending_core.errors import InvalidState, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.operations.deciding import document_of_version, policy_in_force
from lending_core.policy.document import Policy
from lending_core.policy.line_reviews import (
    INCREASE,
    MONTHS_BACK,
    PROPOSAL_SCHEMA,
    asked_limit,
    review_query,
)
from lending_core.products.catalogue import catalogue
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

# What a run keeps of a line.
KEPT_COLUMNS = (
    "line_id",
    "action",
    "rule",
    "limit_fen",
    "proposed_limit_fen",
    "used_fen",
    "months_open",
    "days_past_due",
)
# What holds an increase of a run that was kept.
HELD = "cap"
# Why proposals that nobody answered were put away by a newer run.
REPLACED = "replaced"


@dataclass(frozen=True)
class LineReviewLook:
    """What a run would propose now. `lines`: how many were looked at; `rows`: those that meet a row
    of the policy, with `policy.line_reviews.PROPOSAL_COLUMNS`; `is_done`: a run under this policy
    has spoken of this month end already."""

    as_of_on: date
    policy_version: int
    lines: int
    rows: pl.DataFrame
    is_done: bool


def line_review_look(store: Store, actor: Actor) -> LineReviewLook:
    """The run that could be made now; nothing is written."""
    require(actor, Permission.VIEW_BOOK)
    return _look(store)


def run_line_review(store: Store, actor: Actor, *, at: datetime) -> int:
    """Puts what the policy in force proposes up for decision; returns the run's number. What
    earlier runs left unanswered is put away.

    Raises `InvalidState` when a run under this policy has spoken of the newest month end already.
    """
    require(actor, Permission.MANAGE_LINES)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        look = _look(transaction)
        if look.is_done:
            raise InvalidState("line_review_done", on=look.as_of_on)
        _put_away(transaction, moment)
        return _save(transaction, moment, look)


def line_review_batches(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per run, newest first: batch_id, as_of_on, policy_version, lines, run_by,
    recorded_at; proposals; answered, carried_out, left_out, carried_fen, answered_by, answered_at;
    batch_state (waiting, outdated, answered, nothing)."""
    require(actor, Permission.VIEW_BOOK)
    return _with_state(store.read("line_review_batches"), *_current(store))


def line_proposals(store: Store, actor: Actor, batch_id: int) -> pl.DataFrame:
    """One row per proposal of a run: `KEPT_COLUMNS`, customer_id, product_code, used_percent;
    held_by, `HELD` where an increase is less than its rule asks for, since which cap it was is
    known only while a review is looked at; and its answer: is_accepted, left_out, reason, null
    before. Raises `NotFound`."""
    require(actor, Permission.VIEW_BOOK)
    policy = document_of_version(store, known_batch(store, batch_id)["policy_version"])
    is_less = pl.col("proposed_limit_fen") < asked_limit(policy)
    return store.read("line_proposal_list", batch_id=batch_id).with_columns(
        used_percent=pl.col("used_fen") * 100 // pl.col("limit_fen").clip(1),
        held_by=pl.when((pl.col("action") == INCREASE) & is_less).then(pl.lit(HELD)),
    )


def known_batch(reader: Store | Transaction, batch_id: int) -> dict[str, Any]:
    """One row of `line_review_batches`. Raises `NotFound`."""
    found = reader.read("line_review_batches").filter(batch_id=batch_id)
    if found.is_empty():
        raise NotFound("line_batch_unknown", batch_id=batch_id)
    return _with_state(found, *_current(reader)).row(0, named=True)


def lines_to_review(reader: Store | Transaction) -> pl.DataFrame:
    """One row per line that a run looks at now: `policy.line_reviews.LINE_COLUMNS`."""
    current = book(reader)
    as_of_on = newest_month_end(current.business_on)
    return reader.read(
        "line_to_review",
        month_end_on=as_of_on,
        since_on=month_end(add_months(as_of_on, -MONTHS_BACK)),
        open_on=current.open_on,
    )


def reviewed(reader: Store | Transaction, policy: Policy, lines: pl.DataFrame) -> pl.DataFrame:
    """What the policy says of `lines_to_review`: see `policy.line_reviews.review_query`."""
    if not policy.line_review:
        return pl.DataFrame(schema=PROPOSAL_SCHEMA)
    return reader.evaluate(_review_sql(policy), line_to_review=lines)


@functools.lru_cache(maxsize=8)
def _review_sql(policy: Policy) -> str:
    """Compiling takes longer than reviewing a small book."""
    return review_query(policy, catalogue().values()).sql("duckdb")


def _current(reader: Store | Transaction) -> tuple[date, int]:
    """The month end and the policy that a run made now would speak of."""
    current = book(reader)
    return newest_month_end(current.business_on), policy_in_force(reader, current.open_on)[0]


def _look(reader: Store | Transaction) -> LineReviewLook:
    (as_of_on, version), lines = _current(reader), lines_to_review(reader)
    _, policy = policy_in_force(reader, book(reader).open_on)
    runs = reader.read("line_review_batches")
    return LineReviewLook(
        as_of_on=as_of_on,
        policy_version=version,
        lines=lines.height,
        rows=reviewed(reader, policy, lines),
        is_done=not runs.filter(as_of_on=as_of_on, policy_version=version).is_empty(),
    )


def _with_state(runs: pl.DataFrame, as_of_on: date, version: int) -> pl.DataFrame:
    is_current = (pl.col("as_of_on") == as_of_on) & (pl.col("policy_version") == version)
    state = (
        pl.when(pl.col("proposals") == 0)
        .then(pl.lit("nothing"))
        .when(pl.col("answered") > 0)
        .then(pl.lit("answered"))
        .when(is_current)
        .then(pl.lit("waiting"))
        .otherwise(pl.lit("outdated"))
    )
    return runs.with_columns(batch_state=state)


def _save(transaction: Transaction, moment: Moment, look: LineReviewLook) -> int:
    batch_id = transaction.next_id("line_review_batch", "batch_id")
    row = {
        "batch_id": batch_id,
        "policy_version": look.policy_version,
        "as_of_on": look.as_of_on,
        "lines": look.lines,
        "run_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }
    transaction.append("line_review_batch", pl.DataFrame([row]))
    proposed = look.rows.filter("is_proposed").select(*KEPT_COLUMNS, batch_id=pl.lit(batch_id))
    transaction.append("line_proposal", proposed)
    facts = {
        "as_of_on": look.as_of_on,
        "policy_version": look.policy_version,
        "lines": look.lines,
        **dict(proposed["action"].value_counts().sort("action").rows()),
    }
    append_events(transaction, moment, "line_review_run", [("line_review", batch_id, facts)])
    return batch_id


def _put_away(transaction: Transaction, moment: Moment) -> None:
    """Nobody can answer what speaks of an earlier month or policy any more."""
    runs = _with_state(transaction.read("line_review_batches"), *_current(transaction))
    for batch_id in runs.filter(batch_state="outdated")["batch_id"]:
        lines = transaction.read("line_proposal_list", batch_id=batch_id)
        answers = lines.select(
            "line_id",
            batch_id=pl.lit(batch_id),
            is_accepted=pl.lit(value=False),
            reason=pl.lit(REPLACED),
            answered_by=pl.lit(SYSTEM.user_name),
            answered_at=pl.lit(utc_naive(moment.at)),
        )
        transaction.append("line_proposal_answer", answers)
