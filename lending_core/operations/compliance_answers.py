"""What people say to the register: a finding is known, does not count until a day, counts again;
and that a rule is kept which nothing here can look at."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.compliance.register import Rule, rules
from lending_core.dates import add_months
from lending_core.errors import InvalidInput, InvalidState, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations.compliance_standing import in_force
from lending_core.operations.console import book
from lending_core.store.engine import Store
from lending_core.store.events import Moment, append_events

Step = Literal["acknowledged", "waived"]
REASON_LENGTH_MAX = 500
# Months: what was let go for longer is a matter for the rule, not for a waiver (assumption).
WAIVER_MONTHS_MAX = 12


@dataclass(frozen=True)
class Answer:
    """An answer to the findings of a rule about one thing, or about all (no subject). A waiver ends
    after `until_on`. Raises `InvalidInput` without a reason, and `NotFound` for a rule that is not
    checked."""

    rule_id: str
    step: Step
    reason: str
    subject: tuple[str, str] | None = None
    until_on: date | None = None

    def __post_init__(self) -> None:
        check_words(self.reason)
        _rule(self.rule_id, "checked")
        if (self.step == "waived") != (self.until_on is not None):
            raise InvalidInput("waiver_until")


@dataclass(frozen=True)
class Attestation:
    """A person's word that a rule is kept, and on what it rests. Raises `InvalidInput` without
    words, and `NotFound` for a rule that nobody attests."""

    rule_id: str
    statement: str

    def __post_init__(self) -> None:
        check_words(self.statement)
        _rule(self.rule_id, "attested")


def check_words(words: str) -> None:
    """Raises `InvalidInput` where nothing was written, or too much."""
    if not words.strip() or len(words) > REASON_LENGTH_MAX:
        raise InvalidInput("compliance_words", maximum=REASON_LENGTH_MAX)


def answer(store: Store, actor: Actor, given: Answer, *, at: datetime) -> int:
    """Records an answer; returns its number. Raises `NotAllowed`, and `InvalidInput` for a waiver
    that ends before it begins or lasts too long."""
    require(actor, Permission.MANAGE_COMPLIANCE)
    with store.transaction() as transaction:
        on = book(transaction).open_on
        if given.until_on is not None:
            latest_on = add_months(on, WAIVER_MONTHS_MAX)
            if not on <= given.until_on <= latest_on:
                raise InvalidInput("waiver_until_span", from_on=on, to_on=latest_on)
        kind, number = given.subject or (None, None)
        answer_id = transaction.next_id("compliance_answer", "answer_id")
        row = {
            "answer_id": answer_id,
            "rule_id": given.rule_id,
            "subject_kind": kind,
            "subject_id": number,
            "step": given.step,
            "reason": given.reason.strip(),
            "from_on": on,
            "until_on": given.until_on,
            "answered_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("compliance_answer", pl.DataFrame([row], schema_overrides=_TYPES))
        kept = ("rule_id", "subject_kind", "subject_id", "step", "until_on")
        facts = {name: row[name] for name in kept}
        moment = Moment(actor, on, at)
        append_events(transaction, moment, "compliance_answered", [(SUBJECT, answer_id, facts)])
        return answer_id


def end_waiver(store: Store, actor: Actor, answer_id: int, reason: str, *, at: datetime) -> None:
    """What was waived counts again from the open day on. Raises `NotAllowed`, `NotFound`,
    `InvalidState` where it is over already, `InvalidInput` without a reason."""
    require(actor, Permission.MANAGE_COMPLIANCE)
    check_words(reason)
    with store.transaction() as transaction:
        on = book(transaction).open_on
        given = transaction.read("compliance/answer", rule_id=None)
        waived = given.filter((pl.col("answer_id") == answer_id) & (pl.col("step") == "waived"))
        if waived.is_empty():
            raise NotFound("waiver_unknown", answer_id=answer_id)
        if answer_id not in in_force(given, on)["answer_id"].to_list():
            raise InvalidState("waiver_over", answer_id=answer_id)
        row = waived.row(0, named=True)
        ended = {
            **row,
            "answer_id": transaction.next_id("compliance_answer", "answer_id"),
            "step": "ended",
            "reason": reason.strip(),
            "from_on": on,
            "until_on": None,
            "answered_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("compliance_answer", pl.DataFrame([ended], schema_overrides=_TYPES))
        facts = {"rule_id": row["rule_id"], "waiver_id": answer_id}
        moment = Moment(actor, on, at)
        append_events(transaction, moment, "compliance_waiver_ended", [(SUBJECT, answer_id, facts)])


def attest(store: Store, actor: Actor, given: Attestation, *, at: datetime) -> int:
    """Records that a rule is kept until it is due again; returns the number of the statement."""
    require(actor, Permission.MANAGE_COMPLIANCE)
    rule = _rule(given.rule_id, "attested")
    with store.transaction() as transaction:
        on = book(transaction).open_on
        attestation_id = transaction.next_id("compliance_attestation", "attestation_id")
        row = {
            "attestation_id": attestation_id,
            "rule_id": given.rule_id,
            "statement": given.statement.strip(),
            "attested_on": on,
            "due_on": add_months(on, rule.every_months or 0),
            "attested_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("compliance_attestation", pl.DataFrame([row]))
        facts = {"rule_id": given.rule_id, "due_on": row["due_on"]}
        moment = Moment(actor, on, at)
        append_events(transaction, moment, "rule_attested", [(SUBJECT, attestation_id, facts)])
        return attestation_id


def _rule(rule_id: str, kind: str) -> Rule:
    rule = rules().get(rule_id)
    if rule is None or rule.kind != kind:
        raise NotFound("rule_unknown", rule_id=rule_id)
    return rule


SUBJECT = "compliance"
_TYPES: dict[str, type[pl.DataType]] = {
    "subject_kind": pl.String,
    "subject_id": pl.String,
    "until_on": pl.Date,
}
