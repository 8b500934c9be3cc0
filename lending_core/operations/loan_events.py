"""What staff and borrowers do to a loan after it was paid out: looked at before, then recorded.

A preview and a booking are the same replay; what a preview shows is what a booking leaves.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import NotFound
from lending_core.ledger.chain import digest, utc_naive
from lending_core.operations.console import Book, book
from lending_core.operations.keys import Request, known_subject, remember
from lending_core.operations.loan_checks import Case, check
from lending_core.operations.ownership import check_own_loan
from lending_core.operations.personal import about_people
from lending_core.servicing.contracts import contracts
from lending_core.servicing.loan_events import LOAN_EVENT_SCHEMA, PAYOFF
from lending_core.servicing.positions import LoanState, loan_state
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

# Money that comes in is for everyone at the desk; what changes a contract is not.
PERMISSIONS = {
    "payment": Permission.RECORD_PAYMENT,
    "recovery": Permission.RECORD_PAYMENT,
    "draw": Permission.SUBMIT_APPLICATION,
}

# What each kind of event says besides its day and its reason.
USED = {
    "payment": ("amount_fen", "strategy"),
    "recovery": ("amount_fen",),
    "fee": ("amount_fen",),
    "waiver": ("amount_fen", "component"),
    "refund": ("amount_fen",),
    "draw": ("amount_fen",),
    "rate_change": ("annual_rate",),
    "holiday": ("instalments",),
    "restructure": ("strategy", "annual_rate", "instalments"),
    "charge_off": (),
    "reversal": ("reverses_event_id",),
}


@dataclass(frozen=True)
class LoanEvent:
    """What is to happen to a loan, and from which day on. What a kind does not use is None:
    payment, fee, waiver, draw, recovery and refund have an amount; a payment a strategy
    (`next_dues`, `lower_instalment`, `fewer_instalments`, `payoff`); a waiver a component; a rate
    change a rate; a holiday its number of instalments; a restructure a strategy (`re_age`,
    `extend`, `re_amortise`), and perhaps a rate and instalments to add; a reversal what it takes
    back."""

    loan_id: int
    kind: str
    effective_on: date
    amount_fen: int | None = None
    strategy: str | None = None
    component: str | None = None
    annual_rate: Decimal | None = None
    instalments: int | None = None
    reverses_event_id: int | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        told = {name for name, value in asdict(self).items() if value is not None}
        odd = told - {"loan_id", "kind", "effective_on", "reason", *USED[self.kind]}
        if odd:
            raise ValueError(f"a {self.kind} has no {', '.join(sorted(odd))}")


@dataclass(frozen=True)
class Preview:
    """A loan on the day of an event, as it is and as it would be."""

    before: LoanState
    after: LoanState


def record(store: Store, actor: Actor, event: LoanEvent, *, key: str, at: datetime) -> int:
    """Records what happened to a loan; returns the number of the event.

    The same `key` again answers the same and records nothing. Raises `NotAllowed`, `NotFound` for
    an unknown loan, `InvalidInput` or `InvalidState` with the reason why it may not happen.
    """
    require(actor, PERMISSIONS.get(event.kind, Permission.SERVICE_LOAN))
    with store.transaction() as transaction:
        return record_within(transaction, actor, event, key=key, at=at)


def record_within(
    transaction: Transaction, actor: Actor, event: LoanEvent, *, key: str, at: datetime
) -> int:
    """As `record`, as a part of what an operation of ours does; who may do that was asked."""
    asked = Request(key, f"loan_{event.kind}", _facts(event))
    known = known_subject(transaction, asked)
    if known is not None:
        return known
    current = book(transaction)
    case = _case(transaction, event, current)
    check_own_loan(transaction, actor, case.loan)
    check(transaction, case)
    event_id = transaction.next_id("loan_event", "loan_event_id")
    moment = Moment(actor, current.open_on, at)
    transaction.append("loan_event", _row(event, event_id, moment))
    append_events(
        transaction, moment, f"loan_{event.kind}", [("loan", event.loan_id, _public(event))]
    )
    remember(transaction, asked, event_id)
    return event_id


def preview(store: Store, actor: Actor, event: LoanEvent) -> Preview:
    """What an event would do to a loan, without recording it. Raises as `record` does."""
    require(actor, Permission.VIEW_BOOK)
    current = book(store)
    case = _case(store, event, current)
    check(store, case)
    return Preview(case.state, _with(case, event, current))


def payoff(loan_id: int, state: LoanState, on: date) -> LoanEvent:
    """The payment that settles a loan on a day, from its state on that day."""
    amount = int(state.positions["payoff_fen"][0])
    return LoanEvent(loan_id, "payment", on, amount_fen=amount, strategy=PAYOFF)


def state_of_loan(
    store: Store, actor: Actor, loan_id: int, *, as_of: date, known_on: date
) -> LoanState:
    """A loan at the end of a day, by what had been recorded by another. Raises `NotFound` for an
    unknown loan, or one that was not paid out by then."""
    require(actor, Permission.VIEW_BOOK)
    loan = _loan(store, loan_id)
    if loan["disbursed_on"][0] > as_of:
        raise NotFound("loan_not_paid_out", loan_id=loan_id, on=as_of)
    return loan_state(contracts(loan), _events(store, loan_id), as_of=as_of, known_on=known_on)


def events_of_loan(store: Store, actor: Actor, loan_id: int) -> pl.DataFrame:
    """One row per event of a loan in the order of recording: the columns of table `loan_event`, and
    reversed_by_event_id of one that was taken back; reason is null for roles that may not see
    personal data."""
    require(actor, Permission.VIEW_BOOK)
    return about_people(store, actor, store.read("events_of_loan", loan_id=loan_id))


def _case(reader: Store | Transaction, event: LoanEvent, current: Book) -> Case:
    loan = _loan(reader, event.loan_id)
    events = _events(reader, event.loan_id)
    contract = contracts(loan)
    day = max(event.effective_on, contract["disbursed_on"][0])
    state = loan_state(contract, events, as_of=day, known_on=current.open_on)
    return Case(event, loan.row(0, named=True), contract, events, state, current)


def _with(case: Case, event: LoanEvent, current: Book) -> LoanState:
    """The state on the day of the event, had it happened."""
    event_id = int(case.events["loan_event_id"].max() or 0) + 1  # type: ignore[arg-type]
    more = {**_columns(event), "loan_event_id": event_id, "recorded_on": current.open_on}
    row = pl.DataFrame([more], schema=pl.Schema(LOAN_EVENT_SCHEMA))
    events = pl.concat([case.events, row])
    return loan_state(case.contract, events, as_of=event.effective_on, known_on=current.open_on)


def _loan(reader: Store | Transaction, loan_id: int) -> pl.DataFrame:
    loan = reader.read("loan_contract", loan_id=loan_id)
    if loan.is_empty():
        raise NotFound("loan_unknown", loan_id=loan_id)
    return loan


def _events(reader: Store | Transaction, loan_id: int) -> pl.DataFrame:
    known = reader.read("events_of_loan", loan_id=loan_id)
    return known.select(list(LOAN_EVENT_SCHEMA)).cast(pl.Schema(LOAN_EVENT_SCHEMA))


def _columns(event: LoanEvent) -> dict[str, Any]:
    return {name: value for name, value in asdict(event).items() if name != "reason"}


def _row(event: LoanEvent, event_id: int, moment: Moment) -> pl.DataFrame:
    row = {
        **asdict(event),
        "loan_event_id": event_id,
        "recorded_on": moment.business_on,
        "recorded_at": utc_naive(moment.at),
        "recorded_by": moment.actor.user_name,
    }
    schema = {name: LOAN_EVENT_SCHEMA[name] for name in _columns(event)}
    return pl.DataFrame([row], schema_overrides={**schema, "reason": pl.String})


def _facts(event: LoanEvent) -> dict[str, Any]:
    return {name: value for name, value in asdict(event).items() if value is not None}


def _public(event: LoanEvent) -> dict[str, Any]:
    """What the ledger keeps: people write names into reasons, so it commits to the words only."""
    facts = _facts(event)
    reason = facts.pop("reason", None)
    return facts if reason is None else {**facts, "reason_sha256": digest({"reason": reason})}
