"""No attempt breaks a rule of conduct, whoever asks and in whatever order."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from lending_core.errors import LendingError, NotAllowed
from lending_core.identity.fingerprints import fingerprint
from lending_core.ledger.chain import digest
from lending_core.operations.contacts import WAYS, Contact, allowances, log_contact, opening_words
from lending_core.operations.holds import Hold, lift_hold, place_hold
from lending_core.portfolio.collection_rules import debt_words_in
from lending_core.store.engine import Store
from tests.builders import ANALYST, AT, MAKER, a_book, a_submission
from tests.operations.attempts import STEPS, Step, attempt_all, broken_rules
from tests.operations.journeys import rows
from tests.operations.late import CASE, COLLECTOR, THIRD, key, late, try_once

# The borrower's wall clock is eight hours ahead.
MORNING = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
EVENING = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
SECOND_LATER = timedelta(seconds=1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb", late)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The same, for what leaves no trace."""
    return a_book(tmp_path_factory.mktemp("shared") / "book.duckdb", late)


def refused(work: object, *arguments: object, **named: object) -> str:
    with pytest.raises(LendingError) as refusal:
        work(*arguments, **named)  # type: ignore[operator]
    return refusal.value.reason


def call_third(store: Store, at: datetime = AT, outcome: str = "relayed") -> int:
    return try_once(store, outcome, at, party="related", number=THIRD, reason="lost")


def test_the_day_of_calls_is_from_eight_to_twenty_two(store: Store) -> None:
    assert refused(try_once, store, at=MORNING - SECOND_LATER) == "quiet_hours"
    assert refused(try_once, store, at=EVENING) == "quiet_hours"

    try_once(store, at=MORNING)
    try_once(store, at=EVENING - SECOND_LATER)

    assert rows(store, "contact_attempt")["local_on"].to_list() == [date(2026, 12, 1)] * 2


def test_messages_and_visits_rest_at_night_too(shared: Store) -> None:
    assert refused(try_once, shared, "sent", EVENING, channel="message") == "quiet_hours"
    assert refused(try_once, shared, "nobody_home", EVENING, channel="visit") == "quiet_hours"


def test_the_seventh_unanswered_call_of_a_day_is_refused(store: Store) -> None:
    for _ in range(6):
        try_once(store)

    assert refused(try_once, store) == "unanswered_max"
    try_once(store, at=AT + timedelta(days=1))


def test_the_fourth_answered_call_of_a_day_is_refused(store: Store) -> None:
    for _ in range(3):
        try_once(store, "call_back")

    assert refused(try_once, store) == "connected_max"
    assert try_once(store, "sent", channel="message") == 4


def test_a_day_begins_at_the_borrowers_midnight(store: Store) -> None:
    for _ in range(6):
        try_once(store, at=EVENING - SECOND_LATER)

    # Ten hours later it is another day there, and still the same one in UTC plus nothing.
    assert try_once(store, at=EVENING + timedelta(hours=10)) == 7


def test_a_third_person_is_called_only_once_the_borrower_is_lost(store: Store) -> None:
    assert refused(call_third, store) == "not_lost"

    try_once(store)
    try_once(store, "switched_off")
    assert refused(call_third, store) == "not_lost"
    try_once(store)

    assert call_third(store) == 4


def test_what_is_merely_sent_counts_for_neither(store: Store) -> None:
    for _ in range(2):
        try_once(store)
    try_once(store, "sent", channel="message")
    assert refused(call_third, store) == "not_lost"
    try_once(store)

    assert call_third(store) == 5


def test_who_answered_is_not_lost_any_more(store: Store) -> None:
    for outcome in ("no_answer", "no_answer", "no_answer", "promised"):
        try_once(store, outcome)

    assert refused(call_third, store) == "not_lost"


def test_a_number_that_is_not_theirs_is_lost_at_once(store: Store) -> None:
    try_once(store, "invalid_number")

    assert call_third(store) == 2


def test_the_borrowers_own_number_is_no_third_persons(shared: Store) -> None:
    own = a_submission().phone

    assert refused(try_once, shared, "relayed", party="related", number=own, reason="x") == (
        "contact_number"
    )


WRONG = {
    "contact_outcome": {"outcome": "relayed"},
    "contact_number": {"outcome": "no_answer", "number": THIRD},
    "reason_missing": {"outcome": "relayed", "party": "related", "number": THIRD},
    "phone_shape": {"outcome": "relayed", "party": "unrelated", "number": "12", "reason": "x"},
    "note_too_long": {"outcome": "no_answer", "note": "x" * 501},
}


@pytest.mark.parametrize("reason", WRONG)
def test_what_cannot_be_is_refused(shared: Store, reason: str) -> None:
    assert refused(try_once, shared, **WRONG[reason]) == reason
    assert rows(shared, "contact_attempt").is_empty()


def test_of_a_third_persons_number_only_a_fingerprint_is_kept(store: Store) -> None:
    try_once(store, "invalid_number")
    call_third(store)

    kept = rows(store, "contact_attempt").sort("contact_id")["number_key"].to_list()
    everything = str(rows(store, "contact_attempt").rows()) + str(rows(store, "event").rows())
    by_trying = digest({"number": THIRD, "reason": "lost", "note": None})
    assert (kept[0], len(kept[1])) == ("own", 64)
    assert THIRD not in everything
    assert by_trying not in everything
    assert fingerprint(b"", "phone", THIRD) not in everything


def test_the_ledger_keeps_no_word_of_a_note(store: Store) -> None:
    try_once(store, note="asked for Aunt Wang")

    assert rows(store, "contact_attempt")["note"].to_list() == ["asked for Aunt Wang"]
    assert "Wang" not in str(rows(store, "event")["payload"].to_list())


def test_nobody_is_contacted_while_on_hold(store: Store) -> None:
    hold_id = place_hold(store, MAKER, Hold(CASE, "dispute", 7), key=key(), at=AT)

    assert {refused(try_once, store, code, channel=channel) for channel, code in WAY_OUTCOMES} == {
        "on_hold"
    }
    lift_hold(store, MAKER, hold_id, at=AT)
    assert try_once(store) == 1


WAY_OUTCOMES = (("call", "no_answer"), ("message", "sent"), ("visit", "nobody_home"))


def test_the_same_key_twice_keeps_one_attempt(store: Store) -> None:
    contact = Contact(CASE, "call", "no_answer")

    first = log_contact(store, COLLECTOR, contact, key="one", at=AT)
    again = log_contact(store, COLLECTOR, contact, key="one", at=AT)

    assert (first, again, rows(store, "contact_attempt").height) == (1, 1, 1)


def test_who_may_look_may_not_call(shared: Store) -> None:
    with pytest.raises(NotAllowed):
        log_contact(shared, ANALYST, Contact(CASE, "call", "no_answer"), key="a", at=AT)


def test_what_is_allowed_says_which_rule_forbids_it_and_until_when(store: Store) -> None:
    for _ in range(6):
        try_once(store)

    found = {each.way: each for each in allowances(store, ANALYST, CASE, at=AT)}

    call, message, *_ = (found[way] for way in WAYS)
    assert (call.is_allowed, call.rules) == (False, ("CO-02",))
    assert call.allowed_from == datetime.fromisoformat("2026-12-11T08:00")
    assert (message.is_allowed, message.rules) == (True, ())
    assert "6 calls" in call.refusals[0].text("en")
    assert "6" in call.refusals[0].text("zh")


def test_in_the_evening_the_next_morning_is_named(shared: Store) -> None:
    call = allowances(shared, ANALYST, CASE, at=EVENING)[0]

    assert (call.rules, call.allowed_from) == (
        ("CO-01",),
        datetime.fromisoformat("2026-12-11T08:00"),
    )


@pytest.mark.parametrize("party", ["related", "unrelated"])
def test_third_persons_hear_nothing_of_debt(party: str) -> None:
    said = [debt_words_in(opening_words(party, language), language) for language in ("en", "zh")]

    assert said == [[], []]
    assert debt_words_in(opening_words("borrower", "en"), "en") == ["payment"]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The same, for writing again and again."""
    return a_book(tmp_path_factory.mktemp("written") / "book.duckdb", late)


@settings(max_examples=2, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_no_sequence_of_attempts_breaks_a_rule(written: Store, steps: list[Step]) -> None:
    attempt_all(written, steps)

    assert broken_rules(rows(written, "contact_attempt").sort("contact_id")) == []
