"""What staff answer to a run of the line reviews: all, a part or nothing is carried out, once.

What is accepted is looked at again first: a line that was changed, drawn or became late since, or
whose customer has less room by now, is left out and named.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.operations.debts import line_now
from lending_core.operations.deciding import policy_in_force
from lending_core.operations.line_reviews import known_batch, lines_to_review, reviewed
from lending_core.operations.lines import FROZEN, save_statuses
from lending_core.policy.line_reviews import DECREASE, FREEZE, INCREASE, LATE
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

# Why staff do not follow a proposal.
DECLINE_REASONS = ("wait_a_month", "outlook", "facts_doubted", "talk_first", "policy_to_change")
ACCEPTED = "accepted"
# Why an accepted proposal is not carried out.
LINE_CHANGED, DRAWN_SINCE, LESS_ROOM = "line_changed", "drawn_since", "less_room"
# Lines written between two reports of progress.
CHUNK_LINES = 5_000

# Lines carried out so far, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class LineAnswer:
    """Which proposals of a run are accepted, by line; the others are declined for a `reason`, one
    of `DECLINE_REASONS`, which is needed where there are others."""

    batch_id: int
    accepted: tuple[int, ...]
    reason: str | None = None


def answer_line_review(
    store: Store,
    actor: Actor,
    answer: LineAnswer,
    *,
    at: datetime,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Carries out what is accepted, dated to the open day, and keeps every answer, all or nothing.
    `progress` is told how many lines were written, of how many.

    Returns one row per accepted proposal that was left out: line_id, customer_id, left_out. Raises
    `NotFound`; `InvalidState` for a run that was answered, or that speaks of an earlier month end
    or policy where something is accepted; `InvalidInput` for a line that was not proposed, or
    without a reason to decline.
    """
    require(actor, Permission.MANAGE_LINES)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        batch = known_batch(transaction, answer.batch_id)
        proposals = transaction.read("line_proposal_list", batch_id=answer.batch_id)
        is_accepted = pl.col("line_id").is_in(answer.accepted)
        accepted, declined = proposals.filter(is_accepted), proposals.filter(~is_accepted)
        _check(batch, answer, accepted, declined)
        looked_at = _looked_at_again(transaction, accepted)
        carried = looked_at.filter(pl.col("left_out").is_null())
        _carry_out(transaction, moment, answer.batch_id, carried, progress)
        _save(transaction, moment, answer, looked_at, declined)
        return looked_at.filter(pl.col("left_out").is_not_null()).select(
            "line_id", "customer_id", "left_out"
        )


def _check(
    batch: dict[str, Any], answer: LineAnswer, accepted: pl.DataFrame, declined: pl.DataFrame
) -> None:
    if batch["batch_state"] in ("answered", "nothing"):
        raise InvalidState("line_batch_answered", batch_id=answer.batch_id)
    if accepted.height < len(set(answer.accepted)):
        raise InvalidInput("line_not_proposed", batch_id=answer.batch_id)
    if accepted.height and batch["batch_state"] == "outdated":
        raise InvalidState("line_batch_outdated", batch_id=answer.batch_id, on=batch["as_of_on"])
    if declined.height and answer.reason not in DECLINE_REASONS:
        raise InvalidInput("line_decline_reason")


def _looked_at_again(transaction: Transaction, accepted: pl.DataFrame) -> pl.DataFrame:
    """`accepted` with left_out: why a proposal is not carried out, null where it is. The same query
    that proposed it answers again, over all lines of these customers."""
    _, policy = policy_in_force(transaction, book(transaction).open_on)
    lines = lines_to_review(transaction).join(accepted, on="customer_id", how="semi")
    now = reviewed(transaction, policy, _as_of_now(transaction, lines)).select(
        "line_id", "held_by", now_rule="rule", now_fen="limit_fen", may_be_fen="proposed_limit_fen"
    )
    is_same = (pl.col("now_rule") == pl.col("rule")) & (pl.col("now_fen") == pl.col("limit_fen"))
    action, aim = pl.col("action"), pl.col("proposed_limit_fen")
    left_out = (
        pl.when(~is_same.fill_null(value=False))
        .then(pl.lit(LINE_CHANGED))
        .when((action == INCREASE) & (pl.col("held_by") == LATE))
        .then(pl.lit(LATE))
        .when((action == INCREASE) & (pl.col("may_be_fen") < aim))
        .then(pl.lit(LESS_ROOM))
        .when((action == DECREASE) & (pl.col("may_be_fen") > aim))
        .then(pl.lit(DRAWN_SINCE))
    )
    return accepted.join(now, on="line_id", how="left", maintain_order="left").with_columns(
        left_out=left_out
    )


def _as_of_now(transaction: Transaction, lines: pl.DataFrame) -> pl.DataFrame:
    """`lines` with what happened to their customers' loans since the newest close: owed_fen and
    is_late by replaying those few loans."""
    touched = transaction.read("line_touched").join(lines, on="line_id", how="semi")
    if touched.is_empty():
        return lines
    standing = [line_now(transaction, line_id) for line_id in touched["line_id"]]
    fresh = pl.DataFrame(
        {
            "line_id": [line["line_id"] for line in standing],
            "owed_fen": [line["used_fen"] for line in standing],
            "is_late": [line["is_customer_late"] for line in standing],
        }
    )
    return lines.update(fresh, on="line_id")


def _carry_out(
    transaction: Transaction,
    moment: Moment,
    batch_id: int,
    lines: pl.DataFrame,
    progress: Progress | None,
) -> None:
    for start in range(0, lines.height, CHUNK_LINES):
        chunk = lines[start : start + CHUNK_LINES]
        frozen = chunk.filter(action=FREEZE).select("line_id", status=pl.lit(FROZEN))
        save_statuses(transaction, moment, frozen, pl.lit("line_review_freeze"))
        _save_limits(transaction, moment, chunk.filter(pl.col("action") != FREEZE))
        facts = chunk.select("line_id", "rule", "limit_fen", "proposed_limit_fen", review="action")
        happenings = [
            ("line", row.pop("line_id"), {**row, "batch_id": batch_id})
            for row in facts.rows(named=True)
        ]
        append_events(transaction, moment, "line_reviewed", happenings)
        if progress:
            progress(min(start + CHUNK_LINES, lines.height), lines.height)


def _save_limits(transaction: Transaction, moment: Moment, lines: pl.DataFrame) -> None:
    first_id = transaction.next_id("limit_change", "limit_change_id")
    changes = lines.select(
        "line_id",
        limit_fen="proposed_limit_fen",
        changed_on=pl.lit(moment.business_on),
        reason="line_review_" + pl.col("action"),
        limit_change_id=pl.int_range(first_id, first_id + lines.height, dtype=pl.Int64),
    )
    transaction.append("limit_change", changes)


def _save(
    transaction: Transaction,
    moment: Moment,
    answer: LineAnswer,
    accepted: pl.DataFrame,
    declined: pl.DataFrame,
) -> None:
    columns = ("line_id", "is_accepted", "left_out", "reason")
    yes = accepted.with_columns(is_accepted=pl.lit(value=True), reason=pl.lit(ACCEPTED))
    no = declined.with_columns(
        is_accepted=pl.lit(value=False),
        reason=pl.lit(answer.reason, pl.String),
        left_out=pl.lit(None, pl.String),
    )
    answers = pl.concat([yes.select(columns), no.select(columns)]).with_columns(
        batch_id=pl.lit(answer.batch_id),
        answered_by=pl.lit(moment.actor.user_name),
        answered_at=pl.lit(utc_naive(moment.at)),
    )
    transaction.append("line_proposal_answer", answers)
    left_out = accepted["left_out"].count()
    facts = {
        "carried_out": accepted.height - left_out,
        "left_out": left_out,
        "declined": declined.height,
        "reason": answer.reason if declined.height else None,
    }
    happening = ("line_review", answer.batch_id, facts)
    append_events(transaction, moment, "line_review_answered", [happening])
