"""Operation keys: what is the same request, and what is another under a spent key."""

from pathlib import Path

import pytest

from lending_core.errors import InvalidInput
from lending_core.operations.keys import Request, known_subject, remember
from lending_core.store.engine import Store, open_store

PAID = {"loan_id": 1, "amount_fen": 100}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "book.duckdb")


def spend(store: Store, request: Request) -> None:
    with store.transaction() as transaction:
        remember(transaction, request, 7)


def known(store: Store, request: Request) -> int | None:
    with store.transaction() as transaction:
        return known_subject(transaction, request)


def test_a_new_key_has_made_nothing(store: Store) -> None:
    assert known(store, Request("key", "pay", PAID)) is None


def test_the_same_request_again_answers_with_what_it_made(store: Store) -> None:
    spend(store, Request("key", "pay", PAID))

    assert known(store, Request("key", "pay", dict(reversed(PAID.items())))) == 7


@pytest.mark.parametrize(
    "other",
    [
        Request("key", "refund", PAID),
        Request("key", "pay", {**PAID, "amount_fen": 101}),
        Request("key", "pay", {**PAID, "loan_id": 2}),
    ],
)
def test_another_request_under_a_spent_key_is_refused(store: Store, other: Request) -> None:
    spend(store, Request("key", "pay", PAID))

    with pytest.raises(InvalidInput) as refusal:
        known(store, other)

    assert refusal.value.reason == "operation_key_spent"


@pytest.mark.parametrize("key", ["", "k" * 101])
def test_a_key_has_1_to_100_characters(key: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        Request(key, "pay", PAID)

    assert refusal.value.reason == "operation_key"
