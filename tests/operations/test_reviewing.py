"""People decide what the policy refers and what borrowers ask for: once, with reasons, by two."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.errors import InvalidInput, InvalidState, NotAllowed
from lending_core.operations.closing import close_day
from lending_core.operations.month_reviews import lapse, review
from lending_core.operations.reports import ApplicationFilter, application_case, applications
from lending_core.operations.reviewing import (
    Review,
    confirm_review,
    request_review,
    review_application,
    review_queue,
)
from lending_core.simulate.draws import Draws
from lending_core.store.engine import Store, open_store
from lending_core.store.events import Moment
from tests.builders import ANALYST, APPROVER, AT, GOOD_RECORD, MAKER, OPEN_ON, VIEWER, a_book
from tests.operations.journeys import accept, rows, submit

UNKNOWN_OVERDUE = {**GOOD_RECORD, "has_current_overdue": None}
# Income and a bureau record that earn the policy's highest limits.
RICH_RECORD = {
    **UNKNOWN_OVERDUE,
    "inquiries_3m": 0,
    "lenders_with_balance": 0,
    "credit_utilisation": 0.1,
    "monthly_income_fen": 5_000_000,
    "debt_to_income": 0.02,
}
# The policy declines the first and approves the second, in the same band.
POOR_RECORD = {**GOOD_RECORD, "inquiries_3m": 9}
PEER_RECORD = {**GOOD_RECORD, "inquiries_3m": 7}

# With this seed the simulated colleagues approve applications 1 and 2.
BOTH_APPROVED = 2


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("reviewing") / "book.duckdb"
    a_book(database).close()
    return database


@pytest.fixture
def store(empty: Path, tmp_path: Path) -> Store:
    return open_store(Path(shutil.copy(empty, tmp_path / "book.duckdb")))


def referred(store: Store) -> int:
    """An application that the policy refers to a person: the bureau's overdue mark is unknown."""
    return submit(store, observed=UNKNOWN_OVERDUE)


def referred_large(store: Store) -> int:
    """The same with a limit that two people decide."""
    return submit(store, observed=RICH_RECORD, amount_asked_fen=6_000_000)


def declined(store: Store, **changes: object) -> int:
    """An application that the policy declined, whose borrower asked for a person."""
    application_id = submit(store, **{"observed": POOR_RECORD, **changes})
    request_review(store, ANALYST, application_id, at=AT)
    return application_id


def approval(application_id: int, limit_fen: int | None = None) -> Review:
    return Review(application_id, "approve", "income_proven", "payslip seen", limit_fen)


def refusal(application_id: int) -> Review:
    return Review(application_id, "decline", "income_not_proven", "his wife Li called")


def case(store: Store, application_id: int) -> dict[str, object]:
    return store.read("application_case", application_id=application_id).row(0, named=True)


def test_a_referred_application_opens_no_line_until_a_person_approves(store: Store) -> None:
    application_id = referred(store)
    before = rows(store, "credit_line").height

    review_application(store, MAKER, approval(application_id), at=AT)

    assert (before, rows(store, "credit_line").height) == (0, 1)
    assert accept(store, application_id) == 1


def test_what_a_reviewer_writes_stays_out_of_the_ledger(store: Store) -> None:
    application_id = referred(store)

    review_application(store, MAKER, refusal(application_id), at=AT)

    payloads = "".join(rows(store, "event")["payload"].to_list())
    assert "Li called" not in payloads
    assert '"reason":"income_not_proven"' in payloads


def test_a_line_is_there_from_the_day_of_the_last_word_on(store: Store) -> None:
    application_id = referred_large(store)
    close_day(store, ANALYST, OPEN_ON, at=AT)
    review_application(store, MAKER, approval(application_id), at=AT)
    close_day(store, ANALYST, OPEN_ON + timedelta(days=1), at=AT)

    confirm_review(store, APPROVER, approval(application_id), at=AT)

    later = OPEN_ON + timedelta(days=2)
    assert rows(store, "credit_line")["opened_on"].to_list() == [later]
    assert rows(store, "limit_change")["changed_on"].to_list() == [later]


def test_what_reviewers_wrote_is_for_those_who_may_see_personal_data(store: Store) -> None:
    application_id = referred_large(store)
    review_application(store, MAKER, approval(application_id), at=AT)

    queues = [review_queue(store, actor)["review_words"].item() for actor in (MAKER, VIEWER)]
    cases = [application_case(store, actor, application_id) for actor in (MAKER, VIEWER)]

    assert queues == ["payslip seen", None]
    assert [each["review_words"] for each in cases] == ["payslip seen", None]


def test_a_reviewed_decline_stays_declined(store: Store) -> None:
    application_id = referred(store)
    review_application(store, MAKER, refusal(application_id), at=AT)

    with pytest.raises(InvalidState):
        accept(store, application_id)


def test_an_application_is_reviewed_once(store: Store) -> None:
    review = approval(referred(store))
    review_application(store, MAKER, review, at=AT)

    with pytest.raises(InvalidState) as again:
        review_application(store, MAKER, review, at=AT)
    with pytest.raises(InvalidState) as second:
        confirm_review(store, APPROVER, review, at=AT)

    assert again.value.reason == "not_waiting_for_review"
    assert second.value.reason == "not_waiting_for_second"


@pytest.mark.parametrize(
    "changes", [{"words": " "}, {"words": "x" * 301}, {"reason": "debts_too_high"}, {"reason": ""}]
)
def test_a_review_needs_words_and_a_reason_of_its_outcome(changes: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        replace(approval(1), **changes)  # type: ignore[arg-type]

    assert refused.value.reason == "review_grounds_missing"


def test_a_large_limit_is_approved_by_two_different_people(store: Store) -> None:
    application_id = referred_large(store)
    review_application(store, MAKER, approval(application_id), at=AT)
    between = case(store, application_id)

    with pytest.raises(NotAllowed) as own:
        confirm_review(store, MAKER, approval(application_id), at=AT)
    confirm_review(store, APPROVER, approval(application_id), at=AT)

    after = case(store, application_id)
    assert own.value.reason == "own_review"
    assert (between["outcome_now"], between["waits_for"], between["line_id"]) == (
        "review",
        "second",
        None,
    )
    assert (after["outcome_now"], after["waits_for"], after["line_id"]) == ("approve", None, 1)
    assert rows(store, "event")["action"].to_list()[-2:] == [
        "application_reviewed",
        "review_confirmed",
    ]


def test_a_second_person_overturns_the_first(store: Store) -> None:
    application_id = referred_large(store)
    review_application(store, MAKER, approval(application_id), at=AT)

    confirm_review(store, APPROVER, refusal(application_id), at=AT)

    assert case(store, application_id)["outcome_now"] == "decline"
    assert rows(store, "credit_line").is_empty()


def test_a_decline_needs_one_person_however_large(store: Store) -> None:
    application_id = referred_large(store)

    review_application(store, MAKER, refusal(application_id), at=AT)

    assert case(store, application_id)["outcome_now"] == "decline"


def test_a_declined_borrower_joins_the_queue_by_asking(store: Store) -> None:
    first = submit(store, observed=UNKNOWN_OVERDUE)
    asked = declined(store, id_number="999999199001010032", key="second")

    queue = review_queue(store, VIEWER)

    assert queue.select(
        "application_id", "waits_for", "outcome", "requested_on", "name"
    ).rows() == [
        (asked, "first", "decline", OPEN_ON, "王*明"),
        (first, "first", "review", None, "王*明"),
    ]
    assert review_queue(store, VIEWER, ("jintiao",)).is_empty()


def test_only_what_the_policy_declined_is_looked_at_again_and_once(store: Store) -> None:
    approved = submit(store)
    waiting = submit(store, key="waiting", observed=UNKNOWN_OVERDUE)
    asked = declined(store, key="asked", id_number="999999199001010032")

    refused = [request_refused(store, each) for each in (approved, waiting, asked)]

    assert refused == ["review_not_possible"] * 3


def request_refused(store: Store, application_id: int) -> str:
    with pytest.raises(InvalidState) as refused:
        request_review(store, ANALYST, application_id, at=AT)
    return refused.value.reason


def test_an_overturned_decline_has_the_limit_two_people_chose_at_the_price_of_its_band(
    store: Store,
) -> None:
    application_id = declined(store)
    review_application(store, MAKER, approval(application_id, 1_000_000), at=AT)
    waiting = review_queue(store, VIEWER).row(0, named=True)

    confirm_review(store, APPROVER, approval(application_id), at=AT)

    found = case(store, application_id)
    listed = applications(store, VIEWER, ApplicationFilter(application_id=application_id))
    peer = submit(store, key="peer", id_number="999999199001010032", observed=PEER_RECORD)
    assert (waiting["waits_for"], waiting["review_limit_fen"]) == ("second", 1_000_000)
    assert (found["outcome"], found["outcome_now"], found["limit_fen"]) == (
        "decline",
        "approve",
        1_000_000,
    )
    assert listed.select("limit_fen", "annual_rate").row(0) == (1_000_000, found["annual_rate"])
    assert (found["band"], found["annual_rate"]) == (
        case(store, peer)["band"],
        case(store, peer)["annual_rate"],
    )
    assert accept(store, application_id) == 1


def test_the_limit_of_an_overturned_decline_lies_within_the_product(store: Store) -> None:
    application_id = declined(store)

    for_each = [limit_refused(store, application_id, fen) for fen in (None, 49_999, 20_000_001)]

    assert for_each == ["limit_outside_product"] * 3


def limit_refused(store: Store, application_id: int, limit_fen: int | None) -> str:
    with pytest.raises(InvalidInput) as refused:
        review_application(store, MAKER, approval(application_id, limit_fen), at=AT)
    return refused.value.reason


def test_no_person_overrules_the_law(store: Store) -> None:
    application_id = declined(store, is_student=True)

    with pytest.raises(InvalidState) as refused:
        review_application(store, MAKER, approval(application_id, 1_000_000), at=AT)
    review_application(store, MAKER, refusal(application_id), at=AT)

    assert refused.value.reason == "decline_is_binding"
    assert case(store, application_id)["outcome_now"] == "decline"


def test_what_lapses_is_what_the_policy_referred_not_what_a_borrower_asked_for(
    store: Store,
) -> None:
    large = referred_large(store)
    review_application(store, MAKER, approval(large), at=AT)
    fresh = submit(store, key="fresh", id_number="999999199001010032", observed=UNKNOWN_OVERDUE)
    asked = declined(store, key="asked", id_number="999999198506150028")

    with store.transaction() as transaction:
        lapse(transaction, Moment(SYSTEM, OPEN_ON, AT + timedelta(days=1)))

    states = store.read_sql("select application_id, outcome from application_state")
    assert dict(states.rows()) == {large: "decline", fresh: "decline", asked: "review"}


def test_simulated_colleagues_keep_to_four_eyes(store: Store) -> None:
    numbers = [
        referred_large(store),
        submit(store, key="small", id_number="999999199001010032", observed=UNKNOWN_OVERDUE),
    ]
    cases = pl.concat(store.read("application_case", application_id=each) for each in numbers)
    month_end = Moment(SYSTEM, date(2026, 11, 30), AT)

    with store.transaction() as transaction:
        approved = review(transaction, month_end, cases, Draws(BOTH_APPROVED))

    assert approved["application_id"].to_list() == numbers
    assert rows(store, "review")["needs_second"].to_list() == [True, False]
    assert rows(store, "review_confirmation")["application_id"].to_list() == numbers[:1]


def test_a_card_of_another_is_approved_only_once_it_was_explained(store: Store) -> None:
    submit(store, "first", bank_card="4111111111111111")
    other = submit(store, "second", id_number="999999199001010032", bank_card="4111111111111111")

    with pytest.raises(InvalidInput) as refused:
        review_application(store, MAKER, approval(other), at=AT)
    explained = replace(approval(other), reason="links_explained")
    review_application(store, MAKER, explained, at=AT)

    assert case(store, other)["reasons"] == ["bank_card_of_another"]
    assert refused.value.reason == "review_links_unexplained"
    assert case(store, other)["outcome_now"] == "approve"
