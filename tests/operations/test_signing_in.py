"""Signing in by password, by the house's provider and as a demonstration role; when it ends."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lending_core.access.permissions import SYSTEM, Actor, Role
from lending_core.errors import InvalidInput, LendingError, NotAllowed, NotFound
from lending_core.operations import accounts, signing_in
from lending_core.operations.accounts import AccountOrder
from lending_core.operations.ledger_checks import verify_ledger
from lending_core.operations.sealing import seal_block
from lending_core.operations.signing_in import Session
from lending_core.store.engine import Store
from tests.builders import ANALYST, AT, a_book
from tests.operations.journeys import rows

ADMIN = Actor("administrator", Role.ADMINISTRATOR)
OWN = "three brown foxes"
LATER = AT + timedelta(minutes=5)


def with_lin(store: Store) -> None:
    """Lin, an analyst, who chose an own password."""
    accounts.first_administrator(store, at=AT)
    once = accounts.open_account(store, ADMIN, AccountOrder("lin", Role.ANALYST), at=AT)
    signing_in.choose_password(store, "lin", once, OWN, at=AT)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = a_book(tmp_path / "book.duckdb", with_lin)
    yield store
    store.close()


def session(**changes: Any) -> Session:
    facts = {"user_name": "lin", "way": "account", "signed_in_at": LATER, "seen_at": LATER}
    return Session(**{**facts, **changes})


def refusal_of(store: Store, name: str, password: str, *, minutes: int = 5) -> str:
    with pytest.raises(LendingError) as refusal:
        signing_in.sign_in(store, name, password, at=AT + timedelta(minutes=minutes))
    return refusal.value.reason


def test_an_own_password_opens_at_once_and_one_of_somebody_else_asks_for_an_own(
    store: Store,
) -> None:
    assert not signing_in.sign_in(store, "Lin", OWN, at=LATER)

    once = accounts.reset_password(store, ADMIN, "lin", at=LATER)
    assert signing_in.sign_in(store, "lin", once, at=LATER)


def test_a_new_password_of_ones_own_ends_the_sessions_of_the_one_before(store: Store) -> None:
    newer = session(signed_in_at=LATER + timedelta(minutes=1))

    signing_in.choose_password(store, "lin", OWN, "four brown foxes", at=LATER)

    with pytest.raises(NotAllowed):
        signing_in.signed_in(
            store, session(signed_in_at=AT, seen_at=LATER), is_demonstration=False, at=LATER
        )
    person = signing_in.signed_in(store, newer, is_demonstration=False, at=newer.signed_in_at)
    assert person.user_name == "lin"


def test_a_password_of_ones_own_is_no_forgery(store: Store, tmp_path: Path) -> None:
    store.signing_key = tmp_path / "ledger-key"
    seal_block(store, SYSTEM, at=AT)

    signing_in.choose_password(store, "lin", OWN, "four brown foxes", at=LATER)

    assert verify_ledger(store, ANALYST).findings == ()


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(store: Store) -> None:
    assert refusal_of(store, "lin", "wrong") == "sign_in_failed"
    assert refusal_of(store, "nobody", OWN) == "sign_in_failed"
    assert refusal_of(store, "'; drop table", OWN) == "sign_in_failed"


def test_five_wrong_passwords_lock_out_the_right_one_until_unlocked(store: Store) -> None:
    """A locked account answers like a name that nobody has: trying shows nobody which exist."""
    wrong = [refusal_of(store, "lin", "wrong", minutes=5 + n) for n in range(5)]

    locked = refusal_of(store, "lin", OWN, minutes=10)
    tried = rows(store, "sign_in").filter(is_successful=False).height
    accounts.unlock_account(store, ADMIN, "lin", at=AT + timedelta(minutes=10))

    assert wrong == ["sign_in_failed"] * 5
    assert (locked, tried) == ("sign_in_failed", 5)
    assert not signing_in.sign_in(store, "lin", OWN, at=AT + timedelta(minutes=11))


def test_a_first_password_waits_a_week_and_no_longer(store: Store) -> None:
    once = accounts.open_account(store, ADMIN, AccountOrder("wei", Role.VIEWER), at=AT)
    week = 7 * 24 * 60

    assert signing_in.sign_in(store, "wei", once, at=AT + timedelta(days=7))
    assert refusal_of(store, "wei", once, minutes=week + 1) == "one_time_password_over"
    assert refusal_of(store, "wei", "wrong", minutes=week + 1) == "sign_in_failed"
    assert not signing_in.sign_in(store, "lin", OWN, at=AT + timedelta(days=30))


def test_a_password_is_looked_at_while_somebody_else_writes(store: Store) -> None:
    """Hashing takes long on purpose: it neither waits for who writes nor holds anybody up."""
    with ThreadPoolExecutor(1) as another, store.transaction():
        refused = another.submit(refusal_of, store, "nobody", OWN).result(timeout=30)

    assert refused == "sign_in_failed"


def test_a_lock_runs_out(store: Store) -> None:
    wrong = [refusal_of(store, "lin", "wrong") for _ in range(5)]

    assert not signing_in.sign_in(store, "lin", OWN, at=AT + timedelta(minutes=20))
    assert len(wrong) == 5


def test_a_password_is_changed_by_who_knows_it_into_another_good_one(store: Store) -> None:
    with pytest.raises(InvalidInput):
        signing_in.choose_password(store, "lin", OWN, "short", at=LATER)
    with pytest.raises(InvalidInput):
        signing_in.choose_password(store, "lin", OWN, OWN, at=LATER)
    with pytest.raises(NotAllowed):
        signing_in.choose_password(store, "lin", "wrong", "four green toads", at=LATER)

    signing_in.choose_password(store, "lin", OWN, "four green toads", at=LATER)

    assert refusal_of(store, "lin", OWN) == "sign_in_failed"


def test_a_session_ends_when_the_role_is_taken_away(store: Store) -> None:
    before = signing_in.signed_in(store, session(), is_demonstration=False, at=LATER)
    changed = LATER + timedelta(minutes=1)
    accounts.change_role(store, ADMIN, AccountOrder("lin", Role.VIEWER), at=changed)

    with pytest.raises(NotAllowed):
        signing_in.signed_in(store, session(), is_demonstration=False, at=changed)

    again = session(signed_in_at=changed, seen_at=changed)
    after = signing_in.signed_in(store, again, is_demonstration=False, at=changed)
    assert (before.role, after.role) == (Role.ANALYST, Role.VIEWER)


def test_a_demonstration_role_enters_only_where_the_switch_is_on(store: Store) -> None:
    shown = session(user_name="auditor", way="demonstration")

    role = signing_in.signed_in(store, shown, is_demonstration=True, at=LATER)

    assert role == Actor("auditor", Role.AUDITOR, is_demonstration=True)
    with pytest.raises(NotFound):
        signing_in.signed_in(store, shown, is_demonstration=False, at=LATER)


def claims(**changes: Any) -> dict[str, Any]:
    given = {
        "iss": "https://id.example",
        "sub": "42",
        "preferred_username": "wei",
        "roles": ["lending:risk_maker"],
        "exp": (LATER + timedelta(hours=1)).timestamp(),
    }
    return given | changes


def test_the_providers_word_opens_an_account_and_changes_its_role(store: Store) -> None:
    first = signing_in.sign_in_by_provider(store, claims(), at=AT)
    second = signing_in.sign_in_by_provider(store, claims(roles="lending:viewer"), at=LATER)

    assert (first, second) == ("wei", "wei")
    history = accounts.account_history(store, ADMIN, "wei")
    assert history["role"].to_list() == ["viewer", "risk_maker"]


def test_a_provider_cannot_take_over_an_account_by_its_name(store: Store) -> None:
    with pytest.raises(NotAllowed) as refusal:
        signing_in.sign_in_by_provider(store, claims(preferred_username="lin"), at=LATER)

    assert refusal.value.reason == "account_of_another"


def test_a_word_that_has_run_out_and_a_closed_account_are_refused(store: Store) -> None:
    with pytest.raises(NotAllowed):
        signing_in.sign_in_by_provider(store, claims(exp=LATER.timestamp()), at=LATER)

    signing_in.sign_in_by_provider(store, claims(), at=AT)
    accounts.close_account(store, ADMIN, "wei", at=AT)
    with pytest.raises(NotAllowed):
        signing_in.sign_in_by_provider(store, claims(), at=LATER)


def test_an_account_of_the_provider_has_no_password(store: Store) -> None:
    signing_in.sign_in_by_provider(store, claims(), at=AT)

    assert refusal_of(store, "wei", "") == "sign_in_failed"
