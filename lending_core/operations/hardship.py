"""Easings for borrowers in difficulty: looked at side by side before one is granted.

Each is an event of the loan (`loan_events`): what is looked at is what a grant leaves.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidState, LendingError
from lending_core.ledger.chain import digest, utc_naive
from lending_core.operations.collection_cases import known_case
from lending_core.operations.console import book
from lending_core.operations.keys import Request, known_subject, remember
from lending_core.operations.loan_events import LoanEvent, preview, record_within, state_of_loan
from lending_core.portfolio.collection_rules import document
from lending_core.servicing.positions import LoanState
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

# What may be eased: skip instalments, spread what is late over what is left, add instalments, let
# penalty or interest that is due go.
EASINGS = ("holiday", "re_age", "extend", "waive_penalty", "waive_interest")
WAIVED = {"waive_penalty": "penalty", "waive_interest": "interest"}
# Why an easing is granted, in the words of the loan event.
HARDSHIP = "hardship"
DAYS_PER_YEAR = 365


@dataclass(frozen=True)
class Easing:
    """One of `EASINGS` for a loan: a holiday and an extension have a number of instalments, a
    waiver an amount in fen."""

    loan_id: int
    easing: str
    instalments: int | None = None
    amount_fen: int | None = None

    def __post_init__(self) -> None:
        if self.easing not in EASINGS:
            raise ValueError(f"no easing is called {self.easing!r}")


@dataclass(frozen=True)
class Grant:
    """An easing for a loan of the borrower of a case; `seen`: the look that a person agreed to."""

    case_id: int
    easing: Easing
    seen: str

    @staticmethod
    def of(case_id: int, look: "EasingLook") -> "Grant":
        """The grant of what was shown."""
        return Grant(case_id, look.easing, look.seen)


@dataclass(frozen=True)
class EasingLook:
    """A loan as it is and as an easing would leave it, on the open day.

    `plan`: one row per day on which something is due in either: due_on, before_fen, after_fen (what
    is late is due today). `left_before_fen` and `left_after_fen`: what the borrower pays in all;
    `given_up_fen`: the difference (below zero where easing costs the borrower interest).
    `cost_fen`: what the house gives up in money of today, discounted at the contract's rate.
    `refusal`: why it may not be granted; the rest is then None.
    """

    easing: Easing
    refusal: LendingError | None = None
    plan: pl.DataFrame | None = None
    left_before_fen: int | None = None
    left_after_fen: int | None = None
    given_up_fen: int | None = None
    cost_fen: int | None = None
    days_past_due_before: int | None = None
    days_past_due_after: int | None = None
    last_due_before_on: date | None = None
    last_due_after_on: date | None = None

    @property
    def seen(self) -> str:
        """A hash of every figure: another one means that something else would be granted."""
        figures = {name: value for name, value in vars(self).items() if name != "refusal"}
        plan = None if self.plan is None else self.plan.rows()
        return digest({**figures, "easing": vars(self.easing), "plan": plan})


def easing_looks(store: Store, actor: Actor, loan_id: int) -> tuple[EasingLook, ...]:
    """What the house usually tries for a loan, side by side (`collections.toml`); what may not be
    granted says why. Raises `NotFound`."""
    require(actor, Permission.VIEW_COLLECTIONS)
    return tuple(easing_look(store, actor, wish) for wish in _usual(store, actor, loan_id))


def easing_look(store: Store, actor: Actor, easing: Easing) -> EasingLook:
    """What an easing would do; nothing is written. Raises `NotFound` for an unknown loan."""
    require(actor, Permission.VIEW_COLLECTIONS)
    today = book(store).open_on
    terms = store.read("loan_contract", loan_id=easing.loan_id)
    try:
        seen = preview(store, actor, _event(easing, today))
    except InvalidState as refusal:
        return EasingLook(easing, refusal)
    except LendingError as refusal:
        if terms.is_empty():
            raise
        return EasingLook(easing, refusal)
    return _look(easing, seen.before, seen.after, terms["annual_rate"][0], today)


def grant_easing(store: Store, actor: Actor, grant: Grant, *, key: str, at: datetime) -> int:
    """Grants an easing to a loan of a case, dated to the open day; returns the number of the loan
    event. The same `key` again answers the same.

    Raises `NotFound`; `InvalidState` for a case that ended, a loan of another customer, or where
    the easing would not do any more what was shown, and what `loan_events.record` raises.
    """
    require(actor, Permission.MANAGE_COLLECTIONS)
    easing = grant.easing
    asked = Request(key, HARDSHIP, {"case_id": grant.case_id, **vars(easing)})
    with store.transaction() as transaction:
        known = known_subject(transaction, asked)
        if known is not None:
            return known
        case = known_case(transaction, grant.case_id)
        moment = Moment(actor, book(transaction).open_on, at)
        loan = transaction.read("loan_contract", loan_id=easing.loan_id)
        if loan["customer_id"].to_list() != [case["customer_id"]]:
            raise InvalidState("loan_of_another", loan_id=easing.loan_id)
        # Nobody else writes now: what the store shows is what the event meets.
        look = easing_look(store, actor, easing)
        if look.refusal is None and look.seen != grant.seen:
            raise InvalidState("easing_changed", loan_id=easing.loan_id)
        event = _event(easing, moment.business_on)
        event_id = record_within(transaction, actor, event, key=f"{key}/event", at=at)
        _save(transaction, moment, {**case, "loan_event_id": event_id}, look)
        remember(transaction, asked, event_id)
        return event_id


def _usual(store: Store, actor: Actor, loan_id: int) -> list[Easing]:
    today = book(store).open_on
    now = state_of_loan(store, actor, loan_id, as_of=today, known_on=today)
    offered: dict[str, list[int]] = document()["easings"]
    due = now.instalments.filter(pl.col("due_on") <= today)
    waivers = {
        "waive_penalty": int(now.positions["penalty_fen"][0]),
        "waive_interest": int(due["interest_left_fen"].sum()),
    }
    return [
        *(Easing(loan_id, "holiday", instalments=number) for number in offered["holiday"]),
        Easing(loan_id, "re_age"),
        *(Easing(loan_id, "extend", instalments=number) for number in offered["extend"]),
        *(Easing(loan_id, name, amount_fen=fen) for name, fen in waivers.items() if fen > 0),
    ]


def _event(easing: Easing, on: date) -> LoanEvent:
    plain = LoanEvent(easing.loan_id, "waiver", on, reason=HARDSHIP)
    if easing.easing in WAIVED:
        component = WAIVED[easing.easing]
        return replace(plain, amount_fen=easing.amount_fen, component=component)
    if easing.easing == "holiday":
        return replace(plain, kind="holiday", instalments=easing.instalments)
    strategy = easing.easing
    return replace(plain, kind="restructure", strategy=strategy, instalments=easing.instalments)


def _look(
    easing: Easing, before: LoanState, after: LoanState, annual_rate: Decimal, today: date
) -> EasingLook:
    was, would = _dues(before, today), _dues(after, today)
    left = int(was["fen"].sum()), int(would["fen"].sum())
    plan = was.join(would, on="due_on", how="full", coalesce=True, suffix="_after")
    return EasingLook(
        easing,
        plan=plan.sort("due_on").select(
            "due_on",
            before_fen=pl.col("fen").fill_null(0),
            after_fen=pl.col("fen_after").fill_null(0),
        ),
        left_before_fen=left[0],
        left_after_fen=left[1],
        given_up_fen=left[0] - left[1],
        cost_fen=_worth(was, annual_rate, today) - _worth(would, annual_rate, today),
        days_past_due_before=int(before.positions["days_past_due"][0]),
        days_past_due_after=int(after.positions["days_past_due"][0]),
        last_due_before_on=was["due_on"].max(),  # type: ignore[arg-type]
        last_due_after_on=would["due_on"].max(),  # type: ignore[arg-type]
    )


def _dues(state: LoanState, today: date) -> pl.DataFrame:
    """One row per day: due_on, fen; what is late, with penalty and fees, is due today."""
    charges = int(state.positions.select(pl.col("penalty_fen") + pl.col("fee_fen")).item())
    owed = state.instalments.select(
        due_on=pl.max_horizontal("due_on", pl.lit(today)),
        fen=pl.col("principal_left_fen") + pl.col("interest_left_fen"),
    )
    extra = pl.DataFrame({"due_on": [today], "fen": [charges]})
    dues = pl.concat([owed, extra]).group_by("due_on").agg(pl.col("fen").sum())
    return dues.filter(pl.col("fen") > 0).sort("due_on")


def _worth(dues: pl.DataFrame, annual_rate: Decimal, today: date) -> int:
    """What dues are worth today at a yearly rate, to the fen."""
    years = (pl.col("due_on") - pl.lit(today)).dt.total_days() / DAYS_PER_YEAR
    return round(dues.select((pl.col("fen") / (1 + float(annual_rate)) ** years).sum()).item())


def _save(transaction: Transaction, moment: Moment, case: dict[str, Any], look: EasingLook) -> None:
    row = {
        "loan_event_id": case["loan_event_id"],
        "case_id": case["case_id"],
        "customer_id": case["customer_id"],
        "loan_id": look.easing.loan_id,
        "easing": look.easing.easing,
        "given_up_fen": look.given_up_fen,
        "cost_fen": look.cost_fen,
        "granted_on": moment.business_on,
        "granted_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }
    transaction.append("hardship_grant", pl.DataFrame([row]))
    told = ("loan_event_id", "loan_id", "easing", "given_up_fen", "cost_fen")
    facts = {name: row[name] for name in told}
    append_events(transaction, moment, "hardship_granted", [("case", case["case_id"], facts)])
