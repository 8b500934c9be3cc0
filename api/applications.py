"""Applications: sent, listed, offered, quoted, accepted, drawn under, looked at by a person."""

import base64
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api import answers, quotes
from api.bodies import Card, Confirmation, NewApplication, QuoteWish
from api.callers import Applying, Borrowing, Caller, IdempotencyKey, InLine, Reading
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
async def submit(
    caller: Applying,
    idempotency_key: IdempotencyKey,
    application: NewApplication,
    waiting: InLine,
    response: Response,
) -> answers.Decided:
    """Sends an application with both sides of the ID card; it is scored and decided at once. The
    header Server-Timing says how long each took (milliseconds): `queue` until a reader of cards was
    free for it, `card` to read both sides, `decide` the decision."""
    key = caller.client.operation_key(idempotency_key)
    sent = _Sent(caller, application, key)
    async with waiting.keys.alone(key):
        known = await waiting.desk.at_a_place(waiting.asker, sent.known)
        if known is None:
            card = await waiting.desk.at_the_reader(waiting.asker, sent.read)
            known = await waiting.desk.at_a_place(waiting.asker, lambda: sent.decided(card))
            response.headers["server-timing"] = sent.timing
    return await waiting.desk.at_a_place(waiting.asker, lambda: _decided(caller, known))


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


class _Sent:
    """An application on its way to its decision; says how long the way took."""

    def __init__(self, caller: Caller, application: NewApplication, key: str) -> None:
        self._caller = caller
        self._application = application
        self._key = key
        self._sha256 = digest(application.model_dump(mode="json"))
        self._took: dict[str, timedelta] = {}
        self._since = caller.house.clock()

    @property
    def timing(self) -> str:
        """What took how long, as the header Server-Timing says it."""
        return ", ".join(
            f"{name};dur={spent.total_seconds() * 1_000:.1f}" for name, spent in self._took.items()
        )

    def known(self) -> int | None:
        """Number of the application that was made of this before."""
        return origination.sent_before(self._caller.store, self._sha256, key=self._key)

    def read(self) -> ShownCard:
        """Both sides of the card."""
        self._passed("queue")
        card = _card(self._caller, self._application.card)
        self._passed("card")
        return card

    def decided(self, card: ShownCard) -> int:
        """Number of the application, decided."""
        known = origination.submit_application(
            self._caller.store,
            self._caller.actor,
            _submission(self._caller, self._application, card, self._sha256),
            key=self._key,
            at=self._caller.at,
        )
        self._passed("decide")
        return known

    def _passed(self, name: str) -> None:
        now = self._caller.house.clock()
        self._took[name] = now - self._since
        self._since = now


def _decided(caller: Caller, application_id: int) -> answers.Decided:
    told = own_applications.own_decision(caller.store, caller.actor, application_id)
    return answers.Decided(**told)


def _submission(
    caller: Caller, sent: NewApplication, card: ShownCard, sent_sha256: str
) -> Submission:
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
    on, read = book(caller.store).open_on, caller.house.read_side
    return ShownCard(
        read_card(_photo(sent.front), on=on, read=read),
        read_card_back(_photo(sent.back), on=on, read=read),
        frozenset(sent.confirmed),
    )


def _photo(text: str) -> bytes:
    try:
        photo = base64.b64decode(text, validate=True)
    except ValueError:
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
