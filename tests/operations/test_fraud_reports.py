"""Linked people are found over two steps of sharing, masked, and only for who may look."""

from datetime import date

import pytest

from lending_core.operations.fraud_reports import linked_people
from lending_core.store.engine import Store
from tests.builders import ID_NUMBER, VIEWER, a_book
from tests.operations.journeys import submit

SHARED_DEVICE = {"device": "sim0000000000001"}
SHARED_CARD = {"bank_card": "6200000000000005"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """1 shares a device with 2, who shares a card with 3, who shares an address with 4; 5 is 1's
    second application, from another device; 6 shares nothing."""
    store = a_book(tmp_path_factory.mktemp("links") / "book.duckdb")
    submit(store, "1", id_number=ID_NUMBER, **SHARED_DEVICE)
    submit(store, "2", id_number="999999199001010032", **SHARED_DEVICE, **SHARED_CARD)
    submit(store, "3", id_number="999999199001010059", **SHARED_CARD, address="样本路1号")
    submit(store, "4", id_number="999999199001010075", address="样本路1号")
    submit(store, "5", id_number=ID_NUMBER, device="sim0000000000002")
    submit(store, "6", id_number="999999199001010091", device="sim0000000000003")
    return store


def linked(store: Store, application_id: int) -> list[tuple[int, str, int]]:
    columns = ("step", "kind", "application_id")
    return linked_people(store, VIEWER, application_id).select(columns).rows()


def test_two_steps_are_shown_and_no_third(store: Store) -> None:
    assert linked(store, 1) == [
        (0, "device", 1),
        (1, "bank_card", 2),
        (1, "device", 2),
        (2, "bank_card", 3),
    ]


def test_a_persons_other_applications_count_and_the_newest_stands_for_others(store: Store) -> None:
    assert linked(store, 5)[0] == (0, "device", 5)
    assert (1, "device", 5) in linked(store, 2)


def test_who_shares_nothing_is_linked_to_nobody(store: Store) -> None:
    assert linked(store, 6) == []


def test_names_are_masked_and_the_newest_outcome_is_said(store: Store) -> None:
    other = linked_people(store, VIEWER, 1).row(1, named=True)

    assert (other["name"], other["outcome"]) == ("王*明", "approve")
    assert other["applied_on"] == date(2026, 11, 1)
