"""Accounts opened, changed and closed; the last administrator and one's own stay as they are."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from lending_core.access.permissions import Actor, Role
from lending_core.errors import InvalidState, LendingError, NotAllowed, NotFound
from lending_core.operations import accounts, signing_in
from lending_core.operations.accounts import AccountOrder
from lending_core.store.engine import Store
from tests.builders import AT, a_book

ADMIN = Actor("administrator", Role.ADMINISTRATOR)
LIN = AccountOrder("lin", Role.ANALYST)
LATER = AT + timedelta(minutes=5)


def staffed(store: Store) -> None:
    """The first administrator, and Lin, an analyst."""
    accounts.first_administrator(store, at=AT)
    accounts.open_account(store, ADMIN, LIN, at=AT)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = a_book(tmp_path / "book.duckdb", staffed)
    yield store
    store.close()


def test_the_first_start_opens_an_administrator_once(tmp_path: Path) -> None:
    store = a_book(tmp_path / "new.duckdb")

    password = accounts.first_administrator(store, at=AT)

    assert password is not None
    assert signing_in.sign_in(store, "administrator", password, at=AT)
    assert accounts.first_administrator(store, at=AT) is None
    store.close()


def test_an_account_is_listed_with_role_and_last_sign_in(store: Store) -> None:
    password = accounts.reset_password(store, ADMIN, "lin", at=AT)
    signing_in.sign_in(store, "lin", password, at=LATER)
    with pytest.raises(NotAllowed):
        signing_in.sign_in(store, "lin", "wrong", at=LATER + timedelta(minutes=1))

    lin = accounts.accounts(store, ADMIN).row(1, named=True)

    assert (lin["user_name"], lin["role"], lin["step"]) == ("lin", "analyst", "unlocked")
    assert lin["signed_in_at"] == LATER.replace(tzinfo=None)
    assert lin["failures_count"] == 1


def test_every_step_of_an_account_is_kept(store: Store) -> None:
    accounts.change_role(store, ADMIN, AccountOrder("lin", Role.AUDITOR), at=LATER)
    accounts.close_account(store, ADMIN, "lin", at=LATER)
    accounts.reopen_account(store, ADMIN, "lin", at=LATER)

    history = accounts.account_history(store, ADMIN, "lin")

    assert history["step"].to_list() == ["reopened", "closed", "role_changed", "opened"]
    assert history["role"].to_list() == ["auditor", "auditor", "auditor", "analyst"]


def test_a_closed_account_signs_in_no_more_until_it_is_opened_again(store: Store) -> None:
    password = accounts.reset_password(store, ADMIN, "lin", at=AT)
    accounts.close_account(store, ADMIN, "lin", at=AT)

    with pytest.raises(NotAllowed):
        signing_in.sign_in(store, "lin", password, at=LATER)

    accounts.reopen_account(store, ADMIN, "lin", at=LATER)
    assert signing_in.sign_in(store, "lin", password, at=LATER)


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (lambda store: accounts.open_account(store, ADMIN, LIN, at=AT), "account_exists"),
        (lambda store: accounts.close_account(store, ADMIN, "administrator", at=AT), "own_account"),
        (lambda store: accounts.reopen_account(store, ADMIN, "lin", at=AT), "account_open"),
        (lambda store: accounts.close_account(store, ADMIN, "wei", at=AT), "account_unknown"),
        (
            lambda store: accounts.close_account(
                store, Actor("other", Role.ADMINISTRATOR), "administrator", at=AT
            ),
            "last_administrator",
        ),
        (
            lambda store: accounts.open_account(
                store, ADMIN, AccountOrder("bank", Role.FUNDER, "no_such"), at=AT
            ),
            "funder_unknown",
        ),
        (
            lambda store: accounts.open_account(
                store,
                Actor("administrator", Role.ADMINISTRATOR, is_demonstration=True),
                AccountOrder("wei", Role.VIEWER),
                at=AT,
            ),
            "demonstration_accounts",
        ),
    ],
)
def test_what_may_not_be_is_refused_and_changes_nothing(
    store: Store, step: Callable[[Store], object], code: str
) -> None:
    before = accounts.accounts(store, ADMIN)

    with pytest.raises(LendingError) as refusal:
        step(store)

    assert refusal.value.reason == code
    assert accounts.accounts(store, ADMIN).equals(before)


def test_who_lost_the_way_in_gets_a_new_password_at_the_machine(store: Store) -> None:
    password = accounts.recovered_administrator(store, at=LATER)

    assert signing_in.sign_in(store, "administrator", password, at=LATER)
    with pytest.raises(InvalidState):
        accounts.reopen_account(store, Actor("x", Role.ADMINISTRATOR), "administrator", at=LATER)


def test_an_account_that_nobody_has_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        accounts.account(store, "nobody")
