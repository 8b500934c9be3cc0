"""The steps of a journey that do something: identify, apply, pay out. Each happens once."""

from typing import Any

from lending_core.access.permissions import Actor
from lending_core.errors import InvalidInput
from lending_core.identity.bank_card import read_bank_card
from lending_core.identity.business_licence import read_business_licence
from lending_core.identity.fingerprints import read_address
from lending_core.identity.id_number import read_id_number
from lending_core.identity.names import read_name
from lending_core.identity.phone import read_phone
from lending_core.operations import origination, quotes
from lending_core.operations.origination import Acceptance, Submission
from lending_core.operations.quotes import Quote
from pages.ui import reads, session
from pages.ui.journey import card, state
from pages.ui.journey.examples import full_name
from pages.ui.journey.state import Journey


def identify(journey: Journey) -> Journey:
    """Reads the card and compares it with what was typed.

    Raises `InvalidInput` for an impossible name, number, phone, address, bank card or licence, and
    for a photo that shows no readable card.
    """
    facts = journey.facts
    read_name(facts.name)
    read_id_number(facts.id_number, on=reads.book().open_on)
    read_phone(facts.phone)
    read_address(facts.address)
    read_bank_card(facts.bank_card)
    if facts.kind == "small_business":
        read_business_licence(facts.licence)
    seconds = dict(journey.seconds)
    with state.timed(seconds, "identify"):
        identity = card.compared(facts, journey.photos)
    return state.changed(journey, identity=identity, seconds=seconds)


def apply(journey: Journey, actor: Actor, consents: frozenset[str]) -> Journey:
    """Scores and decides. Raises what `submit_application` raises."""
    seconds = dict(journey.seconds)
    with state.timed(seconds, "decide"):
        application_id = origination.submit_application(
            session.store(),
            actor,
            _submission(journey, consents),
            key=f"{journey.key}-apply",
            at=session.now(),
        )
    decided = state.changed(
        journey, consents=consents, application_id=application_id, seconds=seconds
    )
    is_over = reads.application_case(application_id)["outcome"] == "decline"
    return state.ended(decided) if is_over else decided


def pay_out(journey: Journey, actor: Actor, quote: Quote) -> Journey:
    """Contract, funding, payout, or waiting for a lender. Raises what `accept_offer` raises."""
    seconds = dict(journey.seconds)
    now = session.now()
    acceptance = Acceptance(
        application_id=journey.application_id or 0,
        amount_fen=quote.amount_fen,
        instalments=quote.instalments,
        method=quote.method,
        cost_sheet_hash=quotes.cost_sheet_hash(quote),
        shown_at=journey.sheet_shown_at or now,
        confirmed_at=now,
    )
    with state.timed(seconds, "pay_out"):
        loan_id = origination.accept_offer(
            session.store(), actor, acceptance, key=f"{journey.key}-accept", at=now
        )
    paid = state.changed(journey, loan_id=loan_id, seconds=seconds)
    return paid if loan_id is None else state.ended(paid)


def quote(case: dict[str, Any], amount_fen: int, instalments: int, method: str) -> Quote:
    """The instalments and costs of an offer drawn as wished, paid out on the business date."""
    return quotes.quote(case, amount_fen, instalments, method, reads.book().open_on)


def _submission(journey: Journey, consents: frozenset[str]) -> Submission:
    facts, background = journey.facts, journey.background
    if journey.identity is None:
        raise InvalidInput("photo_missing")
    return Submission(
        kind=facts.kind,
        name=full_name(facts),
        id_number=facts.id_number,
        phone=facts.phone,
        region_code=facts.region_code,
        is_student=background.is_student,
        is_court_listed=background.is_court_listed,
        product_code=facts.product_code,
        scenario=facts.scenario,
        channel=background.channel,
        amount_asked_fen=facts.amount_fen,
        instalments_asked=facts.instalments,
        consents=consents,
        card=journey.identity.card,
        observed=background.observed,
        traits=background.traits,
        device=background.device,
        bank_card=facts.bank_card,
        address=facts.address,
        licence=facts.licence,
    )
