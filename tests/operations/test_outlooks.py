"""What would help an applicant, found by asking the model and policy in force."""

from pathlib import Path

import pytest

from lending_core.errors import NotFound
from lending_core.operations.consents import withdraw_consent
from lending_core.operations.origination import submit_application
from lending_core.operations.outlooks import Outlook, outlook
from lending_core.store.engine import Store
from tests.builders import (
    ANALYST,
    AT,
    GOOD_RECORD,
    PERSON_CONSENTS,
    VIEWER,
    a_book,
    a_submission,
)

# Each applicant by name: what differs from a person of good record.
PEOPLE = {
    "good": {},
    "busy": {"observed": {**GOOD_RECORD, "inquiries_3m": 9}},
    "overdue": {"observed": {**GOOD_RECORD, "has_current_overdue": True, "inquiries_3m": 9}},
    "late": {"observed": {**GOOD_RECORD, "worst_status_24m": 4}},
    "student": {"is_student": True},
    "large": {"amount_asked_fen": 12_000_000},
    "shy": {"consents": PERSON_CONSENTS - {"bureau"}},
}
NUMBERS = {name: number for number, name in enumerate(PEOPLE, start=1)}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    book = a_book(tmp_path_factory.mktemp("outlook") / "book.duckdb")
    numbers = ["0016", "0032", "0059", "0075", "0091", "0112", "0139"]
    people = zip(PEOPLE.items(), numbers, strict=True)
    for (name, changes), number in people:
        person = a_submission(id_number=f"99999919900101{number}", **changes)
        submit_application(book, ANALYST, person, key=name, at=AT)
    return book


def of(store: Store, name: str) -> Outlook:
    return outlook(store, VIEWER, NUMBERS[name])


def found(seen: Outlook) -> list[dict[str, object]]:
    return [
        {change.lever: change.values.get(change.lever) for change in way.changes}
        for way in seen.ways
    ]


def test_a_rule_on_inquiries_is_met_by_waiting(store: Store) -> None:
    seen = of(store, "busy")

    assert (seen.today.outcome, seen.hope) == ("decline", "approve")
    assert found(seen) == [{"inquiries_3m": 7}]


def test_a_way_leads_where_it_says_and_no_farther_than_needed(tmp_path: Path) -> None:
    store = a_book(tmp_path / "book.duckdb")
    numbers = ["999999199001010016", "999999199001010032"]
    seen = {
        inquiries: submit_application(
            store,
            ANALYST,
            a_submission(id_number=number, observed={**GOOD_RECORD, "inquiries_3m": inquiries}),
            key=number,
            at=AT,
        )
        for inquiries, number in zip([7, 8], numbers, strict=True)
    }

    outcomes = store.read_sql("select application_id, outcome from decision")

    assert dict(outcomes.rows()) == {seen[7]: "approve", seen[8]: "decline"}


def test_two_rules_need_two_changes(store: Store) -> None:
    assert found(of(store, "overdue")) == [{"inquiries_3m": 7, "has_current_overdue": False}]


def test_what_lies_in_the_past_or_in_the_person_cannot_be_changed(store: Store) -> None:
    assert (of(store, "late").ways, of(store, "student").ways) == ((), ())


def test_a_smaller_amount_needs_no_person(store: Store) -> None:
    seen = of(store, "large")

    assert (seen.today.outcome, seen.hope) == ("review", "approve")
    assert found(seen)[0] == {"amount_asked_fen": 9_999_900}


def test_consent_is_a_change_too(store: Store) -> None:
    assert found(of(store, "shy")) == [{"bureau": None}]


def test_an_approved_applicant_learns_what_makes_a_better_offer(store: Store) -> None:
    seen = of(store, "good")

    (first, *_) = seen.ways
    assert (seen.today.outcome, seen.hope) == ("approve", "better_offer")
    assert first.answer["limit_fen"] >= seen.today.limit_fen * 1.1 or (
        first.answer["annual_rate"] < seen.today.annual_rate
    )


def test_what_is_no_longer_allowed_is_not_looked_at(tmp_path: Path) -> None:
    store = a_book(tmp_path / "book.duckdb")
    submit_application(store, ANALYST, a_submission(), key="good", at=AT)
    withdraw_consent(store, ANALYST, 1, "bureau", at=AT.replace(hour=3))

    seen = outlook(store, VIEWER, 1)

    assert (seen.facts["inquiries_3m"], seen.today.outcome) == (None, "decline")
    assert found(seen) == [{"bureau": None}]


def test_an_unknown_application_is_refused(store: Store) -> None:
    with pytest.raises(NotFound):
        outlook(store, VIEWER, 99)
