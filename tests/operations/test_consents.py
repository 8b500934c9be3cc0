"""Consents are given and taken back one by one, and a look ahead is what comes of it."""

import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from lending_core.errors import InvalidInput, InvalidState, NotFound
from lending_core.identity.consents import consents
from lending_core.operations.consents import (
    WithdrawalPreview,
    consent_log,
    consents_of_customer,
    grant_consent,
    granted_sources,
    preview_withdrawal,
    with_text,
    withdraw_consent,
)
from lending_core.operations.console import newest_event_id
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, AT, GOOD_RECORD, OPEN_ON, PERSON_CONSENTS, VIEWER, a_book
from tests.operations.journeys import rows, submit

LATER = AT + timedelta(hours=1)
LATER_STILL = AT + timedelta(hours=2)


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book whose only customer allowed everything but the comparison of the face."""
    database = tmp_path_factory.mktemp("consents") / "book.duckdb"
    store = a_book(database)
    submit(store)
    store.close()
    return database


@pytest.fixture
def store(applied: Path, tmp_path: Path) -> Store:
    return open_store(Path(shutil.copy(applied, tmp_path / "book.duckdb")))


def preview(store: Store, source: str) -> WithdrawalPreview:
    found = preview_withdrawal(store, VIEWER, 1, source)
    assert found is not None
    return found


def states(store: Store) -> dict[str, str]:
    asked = consents_of_customer(store, VIEWER, 1)
    return dict(asked.select("source", "consent_state").rows())


def test_an_application_keeps_what_was_allowed_in_which_words(store: Store) -> None:
    asked = consents_of_customer(store, VIEWER, 1)

    granted = asked.filter(pl.col("consent_state") == "granted")
    assert asked.row(5 - 1, named=True)["consent_state"] == "not_given"
    assert set(granted["source"]) == PERSON_CONSENTS
    assert set(granted["purpose"]) == {"credit_assessment"}
    assert set(granted["text_version"]) == {"1"}
    payload = rows(store, "event").filter(pl.col("action") == "consent_granted")["payload"][0]
    assert consents()["bureau"].text_on(OPEN_ON).sha256 in payload


@pytest.mark.parametrize("at", [AT, AT - timedelta(days=60)])
def test_a_change_of_mind_counts_whatever_the_clock_says(store: Store, at: datetime) -> None:
    withdraw_consent(store, ANALYST, 1, "income", at=at)
    between = granted_sources(store, 1)
    grant_consent(store, ANALYST, 1, "income", at=at)

    assert between == PERSON_CONSENTS - {"income"}
    assert granted_sources(store, 1) == PERSON_CONSENTS


def test_a_consent_taken_back_and_given_again_leaves_three_answers(store: Store) -> None:
    withdraw_consent(store, ANALYST, 1, "income", at=LATER)
    between = granted_sources(store, 1)
    grant_consent(store, ANALYST, 1, "income", at=LATER_STILL)

    log = consent_log(store, VIEWER, 1).filter(pl.col("source") == "income")
    assert between == PERSON_CONSENTS - {"income"}
    assert granted_sources(store, 1) == PERSON_CONSENTS
    assert log["consent_state"].to_list() == ["granted", "withdrawn", "granted"]
    assert rows(store, "event")["action"].to_list()[-2:] == ["consent_withdrawn", "consent_granted"]


def test_a_face_is_allowed_and_taken_back_without_touching_the_score(store: Store) -> None:
    grant_consent(store, ANALYST, 1, "face", at=LATER)
    found = preview(store, "face")

    assert states(store)["face"] == "granted"
    assert found.lost == ()
    assert found.before == found.after


def test_with_all_consents_the_preview_is_the_decision_that_was_made(store: Store) -> None:
    case = store.read("application_case", application_id=1).row(0, named=True)

    before = preview(store, "bureau").before

    facts = ("outcome", "score", "default_probability", "band", "limit_fen", "annual_rate")
    assert {name: getattr(before, name) for name in facts} == {name: case[name] for name in facts}
    assert list(before.reasons) == case["reasons"]


def test_without_income_the_limit_is_capped_and_the_score_reads_a_missing_value(
    store: Store,
) -> None:
    found = preview(store, "income")

    assert found.lost == ("monthly_income_fen", "debt_to_income")
    # Of the entry scorecard: 54 points for debts below a fifth of income, 36 where it is unknown.
    assert found.before.score - found.after.score == 54 - 36
    assert found.after.limit_fen == 1_000_000
    assert "limit_capped_income_unknown" in found.after.reasons


def test_without_the_bureau_what_needs_its_debts_vanishes_too(store: Store) -> None:
    found = preview(store, "bureau")

    assert {"monthly_debt_service_fen", "debt_to_income", "inquiries_3m"} <= set(found.lost)
    assert "monthly_income_fen" not in found.lost
    assert (found.before.outcome, found.after.outcome) == ("approve", "decline")
    assert (found.after.limit_fen, found.after.annual_rate) == (0, None)
    assert {"current_overdue_unknown", "score_below_cut_off"} <= set(found.after.reasons)


def test_a_preview_writes_nothing_and_counts_earlier_withdrawals(store: Store) -> None:
    event_id = newest_event_id(store)
    alone = preview(store, "tenure")
    unchanged = newest_event_id(store) == event_id
    withdraw_consent(store, ANALYST, 1, "income", at=LATER)

    after_another = preview(store, "tenure")

    assert unchanged
    assert after_another.lost == alone.lost == ("account_tenure_months",)
    assert after_another.before.score == alone.before.score - (54 - 36)


def test_what_was_previewed_is_what_the_next_application_gets(store: Store) -> None:
    found = preview(store, "income")
    withdraw_consent(store, ANALYST, 1, "income", at=LATER)

    second = submit(store, key="second", consents=granted_sources(store, 1), observed=GOOD_RECORD)

    case = store.read("application_case", application_id=second).row(0, named=True)
    after = found.after
    assert (case["score"], case["limit_fen"]) == (after.score, after.limit_fen)
    assert (case["annual_rate"], case["outcome"]) == (after.annual_rate, after.outcome)


def test_a_withdrawal_leaves_offers_and_loans_as_they_are(store: Store) -> None:
    before = (rows(store, "decision"), rows(store, "credit_line"))

    withdraw_consent(store, ANALYST, 1, "bureau", at=LATER)

    assert rows(store, "decision").equals(before[0])
    assert rows(store, "credit_line").equals(before[1])


def test_an_answer_that_changes_nothing_or_was_not_asked_is_refused(store: Store) -> None:
    with pytest.raises(InvalidState) as given:
        grant_consent(store, ANALYST, 1, "bureau", at=LATER)
    with pytest.raises(InvalidState) as missing:
        withdraw_consent(store, ANALYST, 1, "face", at=LATER)
    with pytest.raises(InvalidInput) as business:
        grant_consent(store, ANALYST, 1, "merchant_receipts", at=LATER)
    with pytest.raises(NotFound):
        withdraw_consent(store, ANALYST, 404, "bureau", at=LATER)

    refused = [each.value.reason for each in (given, missing, business)]
    assert refused == ["consent_given", "consent_not_given", "consent_not_asked"]


def test_an_application_with_a_consent_that_nobody_asked_for_leaves_no_trace(store: Store) -> None:
    event_id = newest_event_id(store)

    with pytest.raises(InvalidInput) as refused:
        submit(store, key="odd", consents=PERSON_CONSENTS | {"friends"})

    assert refused.value.reason == "consent_not_asked"
    assert newest_event_id(store) == event_id


def test_a_customer_who_never_applied_has_nothing_to_preview(store: Store) -> None:
    assert preview_withdrawal(store, VIEWER, 404, "bureau") is None


def test_each_answer_carries_the_words_of_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    first = consents()["tenure"].texts[0]
    second = replace(first, version="2", effective_on=date(2026, 10, 1))
    texts = (first, second)
    monkeypatch.setitem(consents(), "tenure", replace(consents()["tenure"], texts=texts))
    days = [date(2026, 10, 2), date(2026, 9, 30), date(2026, 10, 1)]

    kept = with_text(pl.DataFrame({"source": ["tenure", "tenure", "bureau"], "answered_on": days}))

    assert kept.select("source", "text_version", "purpose").rows() == [
        ("tenure", "1", "credit_assessment"),
        ("bureau", "1", "credit_assessment"),
        ("tenure", "2", "credit_assessment"),
    ]
