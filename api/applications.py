"""Applications: sent, listed, offered, quoted, accepted, drawn under, looked at by a person."""

import base64
import binascii
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api import answers, quotes
from api.bodies import Card, Confirmation, NewApplication, QuoteWish
from api.callers import Applying, Borrowing, Caller, IdempotencyKey, OneAtATime, Reading
from api.words import ID_MAX, Number
from lending_core.access.clients import api_rules
from lending_core.compliance.disclosure import min_read_seconds
from lending_core.errors import InvalidInput
from lending_core.identity.card_reader import read_card, read_card_back
from lending_core.identity.match import ShownCard
from lending_core.ledger.chain import digest
from lending_core.operations import lines, origination, own_applications, reviewing, sources
from lending_core.operations.console import book
from lending_core.operations.drawing import Wish
from lending_core.operations.origination import Acceptance, Submission
from lending_core.operations.quotes import cost_sheet_hash
from lending_core.products.catalogue import catalogue

router = APIRouter(prefix="/applications", tags=["applications"])
ApplicationId = Annotated[Number, Path()]


@router.post("", status_code=201)
def submit(
    caller: Applying,
    idempotency_key: IdempotencyKey,
    application: NewApplication,
    keys: OneAtATime,
    response: Response,
) -> answers.Decided:
    """Sends an application with both sides of the ID card; it is scored and decided at once. The
    header Server-Timing says how long either took (milliseconds)."""
    key = caller.client.operation_key(idempotency_key)
    sent_sha256 = digest(application.model_dump(mode="json"))
    with keys.alone(key):
        known = origination.sent_before(caller.store, sent_sha256, key=key)
        if known is None:
            began = caller.house.clock()
            submission = _submission(caller, application, sent_sha256)
            was_read = caller.house.clock()
            known = origination.submit_application(
                caller.store, caller.actor, submission, key=key, at=caller.at
            )
            took = {"card": was_read - began, "decide": caller.house.clock() - was_read}
            response.headers["server-timing"] = _timing(took)
    case = own_applications.own_case(caller.store, caller.actor, known)
    return answers.Decided(
        application_id=known, outcome=case["outcome"], applied_on=case["applied_on"]
    )


@router.get("")
def listed(
    caller: Reading, after: Annotated[int, Query(ge=0, le=ID_MAX)] = 0
) -> answers.ApplicationList:
    """The applications that this mini-program sent, oldest first, a page at a time."""
    found = own_applications.own_applications(caller.store, caller.actor, after)
    rows = found.rename({"outcome_now": "outcome"}).rows(named=True)
    is_full = len(rows) == own_applications.PAGE_ROWS
    return answers.ApplicationList(
        applications=[answers.ApplicationLine(**row) for row in rows],
        next_after=rows[-1]["application_id"] if is_full else None,
    )


@router.get("/{application_id}")
def status(caller: Reading, application_id: ApplicationId) -> answers.Application:
    """How an application stands."""
    case = own_applications.own_case(caller.store, caller.actor, application_id)
    known = {
        **case,
        "outcome": case["outcome_now"],
        "is_review_requested": case["requested_on"] is not None,
    }
    return answers.Application(**{name: known[name] for name in answers.Application.model_fields})


@router.get("/{application_id}/offer")
def offer(caller: Reading, application_id: ApplicationId) -> answers.Offer:
    """What may be drawn now, and over which terms."""
    room = own_applications.own_room(caller.store, caller.actor, application_id)
    product = catalogue()[room["product_code"]]
    return answers.Offer(
        application_id=application_id,
        limit_fen=room["limit_fen"],
        available_fen=room["available_fen"],
        draw_min_fen=product.draw_min_fen,
        draw_max_fen=min(product.draw_max_fen, room["available_fen"]),
        annual_rate=room["annual_rate"],
        terms=[
            answers.TermChoice(
                method=method,
                instalments=list(product.instalments_for(method, room["instalments_max"])),
            )
            for method in product.methods
        ],
    )


@router.post("/{application_id}/quotes")
def quote(caller: Reading, application_id: ApplicationId, wish: QuoteWish) -> answers.QuoteSheet:
    """What a drawdown would come to: the cost sheet and every instalment."""
    shown = own_applications.own_quote(
        caller.store, caller.actor, application_id, Wish(**wish.model_dump())
    )
    sheet, sheet_hash = shown.sheet, cost_sheet_hash(shown)
    return answers.QuoteSheet(
        amount_fen=shown.amount_fen,
        paid_in_fen=sheet.paid_in_fen,
        annual_cost_simple=sheet.annual_cost_simple,
        annual_cost_compound=sheet.annual_cost_compound,
        items=[answers.QuotedItem(**asdict(each)) for each in sheet.items],
        default_costs=[answers.QuotedDefault(**asdict(each)) for each in sheet.default_costs],
        penalty_stops_annual_rate=sheet.penalty_stops_annual_rate,
        instalments=[answers.QuotedInstalment(**row) for row in shown.schedule.rows(named=True)],
        cost_sheet_hash=sheet_hash,
        quote=quotes.shown_now(caller.client, application_id, sheet_hash, caller.at),
        min_read_seconds=min_read_seconds(),
    )


@router.post("/{application_id}/acceptance", status_code=201)
def accept(
    caller: Borrowing,
    idempotency_key: IdempotencyKey,
    application_id: ApplicationId,
    confirmed: Confirmation,
) -> answers.Drawn:
    """Accepts the offer after its cost sheet was read: the contract, funding and payout."""
    acceptance = Acceptance(
        application_id=application_id, **_read(caller, application_id, confirmed)
    )
    key = caller.client.operation_key(idempotency_key)
    loan_id = origination.accept_offer(
        caller.store, caller.actor, acceptance, key=key, at=caller.at
    )
    return _drawn(application_id, loan_id)


@router.post("/{application_id}/draws", status_code=201)
def draw(
    caller: Borrowing,
    idempotency_key: IdempotencyKey,
    application_id: ApplicationId,
    confirmed: Confirmation,
) -> answers.Drawn:
    """Another loan under the line of credit, after its cost sheet was read."""
    request = lines.DrawRequest(
        line_id=own_applications.own_line(caller.store, caller.actor, application_id),
        **_read(caller, application_id, confirmed),
    )
    key = caller.client.operation_key(idempotency_key)
    loan_id = lines.draw(caller.store, caller.actor, request, key=key, at=caller.at)
    return _drawn(application_id, loan_id)


@router.post("/{application_id}/review", status_code=204)
def review(caller: Applying, application_id: ApplicationId) -> Response:
    """The borrower asks that a person looks at what was declined."""
    reviewing.request_review(caller.store, caller.actor, application_id, at=caller.at)
    return Response(status_code=204)


def _timing(took: dict[str, timedelta]) -> str:
    return ", ".join(
        f"{name};dur={spent.total_seconds() * 1_000:.1f}" for name, spent in took.items()
    )


def _submission(caller: Caller, sent: NewApplication, sent_sha256: str) -> Submission:
    card = _card(caller, sent.card)
    answered = sources.answers_of(caller.store, caller.actor, sent.kind, sent.id_number)
    is_business = sent.kind == "small_business"
    return Submission(
        kind=sent.kind,
        name=f"{sent.business_name}（{sent.name}）" if is_business else sent.name,
        id_number=sent.id_number,
        phone=sent.phone,
        region_code=sent.region_code,
        is_student=sent.is_student,
        is_court_listed=answered.is_court_listed,
        product_code=sent.product_code,
        scenario=sent.scenario,
        channel="mini_program",
        amount_asked_fen=sent.amount_fen,
        instalments_asked=sent.instalments,
        consents=frozenset(sent.consents),
        card=card,
        observed=answered.observed,
        traits=answered.traits,
        device=sent.device,
        bank_card=sent.bank_card,
        address=sent.address,
        licence=sent.licence,
        sent_sha256=sent_sha256,
    )


def _card(caller: Caller, sent: Card) -> ShownCard:
    on = book(caller.store).open_on
    return ShownCard(
        read_card(_photo(sent.front), on=on),
        read_card_back(_photo(sent.back), on=on),
        frozenset(sent.confirmed),
    )


def _photo(text: str) -> bytes:
    try:
        photo = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInput("photo_unreadable") from None
    most = api_rules()["limits"]["photo_bytes_max"]
    if len(photo) > most:
        raise InvalidInput("api_photo_too_large", megabytes=most // 1_000_000)
    return photo


def _read(caller: Caller, application_id: int, confirmed: Confirmation) -> dict[str, Any]:
    """What acceptances and draws have in common: the wish, and when its sheet was shown."""
    shown = quotes.shown_at(
        caller.client, application_id, confirmed.cost_sheet_hash, confirmed.quote
    )
    return {
        "amount_fen": confirmed.amount_fen,
        "instalments": confirmed.instalments,
        "method": confirmed.method,
        "cost_sheet_hash": confirmed.cost_sheet_hash,
        "shown_at": shown,
        "confirmed_at": caller.at,
    }


def _drawn(application_id: int, loan_id: int | None) -> answers.Drawn:
    return answers.Drawn(
        application_id=application_id,
        state="waiting" if loan_id is None else "paid_out",
        loan_id=loan_id,
    )
