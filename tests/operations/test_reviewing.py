"""What the policy refers to a person is decided once, by somebody who may, for a reason."""

from dataclasses import replace
from pathlib import Path

import pytest

from lending_core.errors import InvalidInput, InvalidState, NotAllowed
from lending_core.operations.reviewing import Review, review_application
from lending_core.store.engine import Store
from tests.builders import ANALYST, AT, GOOD_RECORD, MAKER, a_book
from tests.operations.journeys import accept, rows, submit


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb")


def referred(store: Store) -> int:
    """An application that the policy refers to a person: the bureau's overdue mark is unknown."""
    unknown = {**GOOD_RECORD, "has_current_overdue": None}
    return submit(store, observed=unknown)


def test_a_referred_application_opens_no_line_until_a_person_approves(store: Store) -> None:
    application_id = referred(store)
    before = rows(store, "credit_line").height

    review_application(store, MAKER, Review(application_id, "approve", "payslip seen"), at=AT)

    assert (before, rows(store, "credit_line").height) == (0, 1)
    assert accept(store, application_id) == 1


def test_what_a_reviewer_writes_stays_out_of_the_ledger(store: Store) -> None:
    review_application(
        store, MAKER, Review(referred(store), "decline", "his wife Li called"), at=AT
    )

    assert "Li called" not in "".join(rows(store, "event")["payload"].to_list())


def test_a_reviewed_decline_stays_declined(store: Store) -> None:
    application_id = referred(store)
    review_application(store, MAKER, Review(application_id, "decline", "no payslip"), at=AT)

    with pytest.raises(InvalidState):
        accept(store, application_id)


def test_an_application_is_reviewed_once(store: Store) -> None:
    review = Review(referred(store), "approve", "payslip seen")
    review_application(store, MAKER, review, at=AT)

    with pytest.raises(InvalidState) as refusal:
        review_application(store, MAKER, review, at=AT)

    assert refusal.value.reason == "not_waiting_for_review"


def test_a_review_needs_a_reason_and_the_right(store: Store) -> None:
    review = Review(referred(store), "approve", " ")

    with pytest.raises(InvalidInput):
        review_application(store, MAKER, review, at=AT)
    with pytest.raises(NotAllowed):
        review_application(store, ANALYST, replace(review, reason="seen"), at=AT)
