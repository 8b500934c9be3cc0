"""Mini-programs and their tokens: opened once, kept as a hash, revoked for good, all sealed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from lending_core.access.clients import Scope, actor_of, callback_origin_of, token_hash
from lending_core.access.permissions import SYSTEM, Actor, Role
from lending_core.errors import InvalidInput, InvalidState, LendingError, NotAllowed, NotFound
from lending_core.operations.api_clients import (
    TokenOrder,
    clients,
    make_token,
    open_client,
    recognised,
    revoke_token,
    tokens,
)
from lending_core.operations.consents import withdraw_consent
from lending_core.operations.ledger_checks import verify_ledger
from lending_core.operations.lines import DrawRequest, draw
from lending_core.operations.loan_events import LoanEvent, record
from lending_core.operations.origination import accept_offer
from lending_core.operations.reviewing import request_review
from lending_core.operations.sealing import seal_block
from lending_core.store.engine import Store
from tests.builders import AT, OPEN_ON, a_book, a_read_offer
from tests.operations.journeys import lent, rows

ORDER = TokenOrder("huatai", (Scope.READ, Scope.PAY), 30)
STRANGER = actor_of("huatai")


def a_client(store: Store) -> None:
    """A mini-program, and a loan that did not come through it."""
    lent(store)
    open_client(store, SYSTEM, "huatai", "https://huatai.example/", at=AT)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = a_book(tmp_path / "book.duckdb", a_client)
    store.signing_key = tmp_path / "ledger-key"
    yield store
    store.close()


def test_a_token_is_kept_as_a_hash_and_opens_its_scopes(store: Store) -> None:
    token = make_token(store, SYSTEM, ORDER, at=AT)

    client = recognised(store, token, at=AT)

    assert (client.code, client.scopes) == ("huatai", {Scope.READ, Scope.PAY})
    assert client.callback_origin == "https://huatai.example"
    assert client.actor.user_name == "api:huatai"
    assert rows(store, "api_token")["token_hash"].to_list() == [token_hash(token)]
    assert token not in str(rows(store, "api_token").rows() + rows(store, "event").rows())


def test_a_token_opens_nothing_once_it_is_revoked_or_its_days_are_over(store: Store) -> None:
    revoked, old = (make_token(store, SYSTEM, ORDER, at=AT) for _ in range(2))
    revoke_token(store, SYSTEM, 1, at=AT)

    assert reason(recognised, store, revoked, at=AT) == "api_token"
    assert reason(recognised, store, "lct_nobody", at=AT) == "api_token"
    assert recognised(store, old, at=AT + timedelta(days=30, seconds=-1)).code == "huatai"
    assert reason(recognised, store, old, at=AT + timedelta(days=30)) == "api_token"
    assert reason(revoke_token, store, SYSTEM, 1, at=AT) == "api_token_ended"
    assert tokens(store, SYSTEM)["ended_at"].is_null().to_list() == [True, False]


def reason(step: object, *arguments: object, **named: object) -> str:
    with pytest.raises(LendingError) as refusal:
        step(*arguments, **named)
    return refusal.value.reason


def test_what_happens_to_mini_programs_is_sealed_without_their_seed(store: Store) -> None:
    make_token(store, SYSTEM, ORDER, at=AT)
    seed = rows(store, "api_client")["key_seed"].item()

    seal_block(store, SYSTEM, at=AT)

    assert verify_ledger(store, SYSTEM).findings == ()
    told = rows(store, "event").filter(action="api_client_changed")
    assert told["subject_kind"].to_list() == ["api_client"] * 2
    assert seed not in str(told.rows())
    assert "key_seed" not in clients(store, SYSTEM).columns


def test_a_name_is_taken_once_and_what_is_none_is_refused(store: Store) -> None:
    with pytest.raises(InvalidState):
        open_client(store, SYSTEM, "Huatai", at=AT)
    with pytest.raises(InvalidInput):
        open_client(store, SYSTEM, "api:huatai", at=AT)
    with pytest.raises(NotFound):
        make_token(store, SYSTEM, TokenOrder("nobody", (Scope.READ,), 1), at=AT)
    with pytest.raises(InvalidInput):
        TokenOrder("huatai", (Scope.READ,), 367)


@pytest.mark.parametrize(
    "origin",
    ["http://huatai.example", "https://huatai.example/news", "https://a@b.example", "huatai", ""],
)
def test_news_go_to_an_encrypted_origin_only(origin: str) -> None:
    with pytest.raises(InvalidInput):
        callback_origin_of(origin)


def test_a_demonstration_administrator_makes_no_token(store: Store) -> None:
    visitor = Actor("administrator", Role.ADMINISTRATOR, is_demonstration=True)

    with pytest.raises(NotAllowed):
        make_token(store, visitor, ORDER, at=AT)


def test_no_step_of_a_mini_program_reaches_a_borrower_whom_it_did_not_send(store: Store) -> None:
    offer = a_read_offer(store, 1)
    wish = (offer.amount_fen, offer.instalments, offer.method, offer.cost_sheet_hash)
    drawn = DrawRequest(1, *wish, offer.shown_at, offer.confirmed_at)
    payment = LoanEvent(1, "payment", OPEN_ON, amount_fen=10_000, strategy="next_dues")

    refused = [
        reason(accept_offer, store, STRANGER, offer, key="a", at=AT),
        reason(draw, store, STRANGER, drawn, key="d", at=AT),
        reason(record, store, STRANGER, payment, key="p", at=AT),
        reason(withdraw_consent, store, STRANGER, 1, "income", at=AT),
        reason(request_review, store, STRANGER, 1, at=AT),
    ]

    assert refused == [
        "application_unknown",
        "line_unknown",
        "loan_unknown",
        "customer_unknown",
        "application_unknown",
    ]
