"""The same key twice at the same moment: one application, one loan, one payment, one answer."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from httpx import Response

from lending_core.store.engine import Store
from tests.api.doors import Door, accepted, an_application, confirmed
from tests.builders import OPEN_ON
from tests.operations.journeys import rows

AT_ONCE = 4


@pytest.fixture
def busy(door: Door) -> Iterator[Door]:
    """A door whose requests come at once, as a server's do."""
    with door.web:
        yield door


def at_once(ask: Callable[[int], Response]) -> list[tuple[int, str]]:
    """Status and words of requests that were sent at the same moment."""
    with ThreadPoolExecutor(AT_ONCE) as hands:
        return [(each.status_code, each.text) for each in hands.map(ask, range(AT_ONCE))]


def test_an_application_is_read_and_decided_once(store: Store, busy: Door) -> None:
    application = an_application()

    told = at_once(lambda _: busy.post("/applications", application, "submit-1"))

    assert {status for status, _ in told} == {201}
    assert len(set(told)) == 1
    assert rows(store, "application").height == 2


def test_of_different_applications_under_one_key_one_is_decided(store: Store, busy: Door) -> None:
    application = an_application()
    sent = [application | {"amount_fen": 800_000 - 100_000 * number} for number in range(AT_ONCE)]

    told = at_once(lambda number: busy.post("/applications", sent[number], "submit-1"))

    assert sorted(status for status, _ in told) == [201, 422, 422, 422]
    assert sum("operation_key_spent" in text for _, text in told) == 3
    assert rows(store, "application").height == 2


def test_an_offer_becomes_one_loan(store: Store, busy: Door) -> None:
    confirmation = confirmed(busy)

    told = at_once(lambda _: busy.post("/applications/1/acceptance", confirmation, "accept-1"))

    assert {status for status, _ in told} == {201}
    assert len(set(told)) == 1
    assert rows(store, "loan")["principal_fen"].to_list() == [200_000]


def test_an_offer_is_accepted_under_one_of_several_keys(store: Store, busy: Door) -> None:
    confirmation = confirmed(busy)

    told = at_once(
        lambda number: busy.post("/applications/1/acceptance", confirmation, f"accept-{number}")
    )

    assert sorted(status for status, _ in told) == [201, 409, 409, 409]
    assert rows(store, "loan").height == 1


def test_a_payment_is_booked_once(store: Store, busy: Door) -> None:
    accepted(busy)
    payment = {"amount_fen": 10_000, "paid_on": OPEN_ON.isoformat(), "strategy": "next_dues"}

    told = at_once(lambda _: busy.post("/loans/1/payments", payment, "payment-1"))
    changed = busy.post("/loans/1/payments", payment | {"amount_fen": 10_001}, "payment-1")

    assert {status for status, _ in told} == {201}
    assert len(set(told)) == 1
    assert (changed.status_code, changed.json()["reason"]) == (422, "operation_key_spent")
    assert rows(store, "loan_event")["amount_fen"].to_list() == [10_000]
