"""Texts of consents are data that cannot change unnoticed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lending_core.identity.consents import Consent, ConsentText, asked_of, consents
from lending_core.ledger.chain import digest
from lending_core.scoring.features import CONSENT_SOURCES

FIRST_ON = date(2025, 1, 1)
SECOND_ON = date(2026, 1, 1)


def a_text(version: str, effective_on: date) -> ConsentText:
    words = {"en": f"Words {version}", "zh": f"文字 {version}"}
    return ConsentText(version, effective_on, digest(words), **words)


TWO_VERSIONS = Consent(
    source="bureau",
    purpose="credit_assessment",
    rule="IL-09",
    borrower="any",
    texts=(a_text("1", FIRST_ON), a_text("2", SECOND_ON)),
)


def test_each_source_of_features_has_its_own_consent_for_the_credit_decision() -> None:
    asked = {each.source for each in consents().values() if each.purpose == "credit_assessment"}

    assert asked == set(CONSENT_SOURCES)


def test_a_face_is_asked_for_another_purpose() -> None:
    assert consents()["face"].purpose == "identity_check"


def test_receipts_are_asked_of_businesses_only() -> None:
    persons = {each.source for each in asked_of("person")}
    businesses = {each.source for each in asked_of("small_business")}

    assert businesses - persons == {"merchant_receipts"}
    assert persons < businesses


def test_every_text_says_in_both_languages_that_it_may_be_withdrawn() -> None:
    newest = [each.texts[-1] for each in consents().values()]

    assert all("withdraw at any time" in text.text("en") for text in newest)
    assert all("随时撤回" in text.text("zh") for text in newest)


def test_a_text_that_was_changed_is_found_out() -> None:
    with pytest.raises(ValueError, match="another sha256"):
        replace(a_text("1", FIRST_ON), zh="别的文字")


def test_the_text_of_a_day_is_the_newest_by_then() -> None:
    days = (FIRST_ON, SECOND_ON - timedelta(days=1), SECOND_ON)

    assert [TWO_VERSIONS.text_on(on).version for on in days] == ["1", "1", "2"]
    with pytest.raises(ValueError, match="no text on"):
        TWO_VERSIONS.text_on(FIRST_ON - timedelta(days=1))


def test_an_older_books_version_may_be_unknown() -> None:
    assert TWO_VERSIONS.text_of("2") == TWO_VERSIONS.texts[1]
    assert TWO_VERSIONS.text_of("2026-09-30") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": "marketing"},
        {"borrower": "nobody"},
        {"texts": ()},
        {"texts": (a_text("2", SECOND_ON), a_text("1", FIRST_ON))},
        {"texts": (a_text("1", FIRST_ON), a_text("2", FIRST_ON))},
    ],
)
def test_a_consent_that_contradicts_itself_is_not_read(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="consent bureau"):
        replace(TWO_VERSIONS, **changes)  # type: ignore[arg-type]
