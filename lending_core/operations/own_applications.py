"""What a mini-program sees of the borrowers that it sent, and of nobody else's: how applications
and loans stand, what a loan would cost, what settles it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from lending_core.access.permissions import SYSTEM, Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState, NotFound
from lending_core.operations import consents, loan_events
from lending_core.operations.cases import known_case
from lending_core.operations.console import book
from lending_core.operations.drawing import Wish, check_wish
from lending_core.operations.lines import check_not_frozen
from lending_core.operations.ownership import check_own, check_own_loan
from lending_core.operations.personal import masked
from lending_core.operations.quotes import Quote, quote
from lending_core.servicing.positions import LoanState
from lending_core.store.engine import Store

PAGE_ROWS = 50
# A payoff is told for so many days ahead: later ones depend on what happens until then.
_PAYOFF_DAYS_AHEAD = 31


@dataclass(frozen=True)
class OwnLoan:
    """A loan on a day: the columns of its contract, and where it stands (`LoanState`)."""

    contract: Mapping[str, Any]
    state: LoanState
    as_of: date

    @property
    def position(self) -> Mapping[str, Any]:
        return self.state.positions.row(0, named=True)


def own_applications(store: Store, actor: Actor, after_id: int = 0) -> pl.DataFrame:
    """One page of the applications that the actor sent, in their order, from the one after
    `after_id` on: application_id, product_code, amount_asked_fen, instalments_asked, applied_on,
    outcome_now, accepted_fen, loan_id (the first)."""
    require(actor, Permission.VIEW_OWN_APPLICATIONS)
    return store.read(
        "api_applications",
        client_code=actor.client_code or "",
        after_id=after_id,
        rows_max=PAGE_ROWS,
    )


def own_decision(store: Store, actor: Actor, application_id: int) -> dict[str, Any]:
    """How an application was decided at once: application_id, outcome, applied_on. Raises
    `NotFound`."""
    require(actor, Permission.VIEW_OWN_APPLICATIONS)
    check_own(store, actor, application_id)
    return store.read("api_decision", application_id=application_id).row(0, named=True)


def own_case(store: Store, actor: Actor, application_id: int) -> dict[str, Any]:
    """One application as `cases.known_case`, its borrower masked; and loan_ids of all its loans,
    waits_until (None: nothing waits for a lender). Raises `NotFound`."""
    require(actor, Permission.VIEW_OWN_APPLICATIONS)
    check_own(store, actor, application_id)
    found = store.read("application_case", application_id=application_id)
    if found.is_empty():
        raise NotFound("application_unknown", application_id=application_id)
    loans = store.read("api_loans", application_id=application_id)
    waits = store.read("funding_waiting", wait_id=None).filter(application_id=application_id)
    return {
        **masked(store, actor, found).row(0, named=True),
        "loan_ids": loans["loan_id"].to_list(),
        "waits_until": None if waits.is_empty() else waits["expires_on"][0],
    }


def own_room(store: Store, actor: Actor, application_id: int) -> dict[str, Any]:
    """What may be drawn under an application's offer or line: the columns of `known_case`, and
    available_fen. Raises `NotFound`, `InvalidState` where there is no offer, or the line is frozen.
    """
    case = _offered(store, actor, application_id)
    line = check_not_frozen(store, case["line_id"])
    return {**case, "available_fen": line["available_fen"], "limit_fen": line["limit_fen"]}


def own_quote(store: Store, actor: Actor, application_id: int, wish: Wish) -> Quote:
    """What an offer comes to if drawn as wished on the open day. Raises as `own_room`, and
    `InvalidInput` for a wish outside of it."""
    room = own_room(store, actor, application_id)
    check_wish(wish, room, room["available_fen"])
    return quote(room, wish.amount_fen, wish.instalments, wish.method, book(store).open_on)


def own_line(store: Store, actor: Actor, application_id: int) -> int:
    """Number of the line of credit that an application opened, also of one that is frozen by now:
    a draw that was made before is answered again. Raises `NotFound`, and `InvalidState` where there
    is no offer."""
    return int(_offered(store, actor, application_id)["line_id"])


def own_loan(store: Store, actor: Actor, loan_id: int, as_of: date | None = None) -> OwnLoan:
    """A loan at the end of a day, the open one unless given, by all that is recorded. Raises
    `NotFound`, and `InvalidInput` for a day that is too far ahead."""
    require(actor, Permission.VIEW_OWN_APPLICATIONS)
    found = store.read("loan_contract", loan_id=loan_id).rows(named=True)
    if not found:
        raise NotFound("loan_unknown", loan_id=loan_id)
    check_own_loan(store, actor, found[0])
    open_on = book(store).open_on
    day = as_of or open_on
    if day > open_on + timedelta(days=_PAYOFF_DAYS_AHEAD):
        raise InvalidInput("api_day_too_late", days=_PAYOFF_DAYS_AHEAD)
    state = loan_events.state_of_loan(store, SYSTEM, loan_id, as_of=day, known_on=open_on)
    return OwnLoan(found[0], state, day)


def own_events(store: Store, actor: Actor, loan_id: int) -> pl.DataFrame:
    """One row per event of a loan: `loan_events.events_of_loan`. Raises `NotFound`."""
    own_loan(store, actor, loan_id)
    return loan_events.events_of_loan(store, SYSTEM, loan_id)


def own_consents(store: Store, actor: Actor, application_id: int) -> pl.DataFrame:
    """One row per consent that the applicant is asked for: `consents.consents_of_customer`.
    Raises `NotFound`."""
    customer_id = _customer_of(store, actor, application_id)
    return consents.consents_of_customer(store, SYSTEM, customer_id)


def give_consent(
    store: Store, actor: Actor, application_id: int, source: str, *, at: datetime
) -> None:
    """The applicant allows a source. Raises as `consents.grant_consent`."""
    consents.grant_consent(store, actor, _customer_of(store, actor, application_id), source, at=at)


def take_back_consent(
    store: Store, actor: Actor, application_id: int, source: str, *, at: datetime
) -> None:
    """The applicant takes a consent back. Raises as `consents.withdraw_consent`."""
    consents.withdraw_consent(
        store, actor, _customer_of(store, actor, application_id), source, at=at
    )


def _offered(store: Store, actor: Actor, application_id: int) -> dict[str, Any]:
    require(actor, Permission.VIEW_OWN_APPLICATIONS)
    check_own(store, actor, application_id)
    case = known_case(store, application_id)
    if case["line_id"] is None:
        raise InvalidState("offer_not_open", application_id=application_id)
    return case


def _customer_of(store: Store, actor: Actor, application_id: int) -> int:
    require(actor, Permission.VIEW_OWN_APPLICATIONS)
    check_own(store, actor, application_id)
    return int(known_case(store, application_id)["customer_id"])
