"""The numbers and words of collections, as the document has them."""

import pytest

from lending_core.portfolio.collection_rules import (
    agencies,
    conduct,
    debt_words_in,
    desk,
    hold_days,
    hold_days_offered,
    outcomes,
    outcomes_of,
    recovery,
    scripts,
)


def test_every_number_says_where_it_is_from() -> None:
    sources = {**conduct().sources, **desk().sources, **recovery().sources}

    assert sources["connected_per_day_max"] == "CO-03 (S-)"
    assert {source[:2] for source in sources.values()} == {"CO", "as", "fa"}


def test_third_persons_are_only_called() -> None:
    by_way = {way: outcomes_of(way, "related") for way in ("call", "message", "visit")}

    assert by_way["message"] == by_way["visit"] == ()
    assert "promised" not in by_way["call"]


def test_who_was_not_reached_has_said_nothing() -> None:
    odd = [code for code, each in outcomes().items() if each.is_number_invalid > each.is_failed]

    assert odd == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_party_has_its_words_in_both_languages(language: str) -> None:
    said = {party: words[language] for party, words in scripts().items()}

    assert set(said) == {"borrower", "related", "unrelated"}
    assert all("{house}" in words and "{caller}" in words for words in said.values())


def test_a_word_of_debt_is_found_in_either_language() -> None:
    assert debt_words_in("Your LOAN is open", "en") == ["loan"]
    assert debt_words_in("您已逾期", "zh") == ["逾期"]


def test_holds_have_days_that_may_be_chosen() -> None:
    assert {days for days in hold_days().values() if days} <= set(hold_days_offered())
    assert hold_days()["death"] is None


def test_the_register_has_agencies_that_may_and_may_not_collect() -> None:
    may = {
        code: each.is_published and not each.has_violent_record for code, each in agencies().items()
    }

    assert may == {"heyue": True, "chengxin": True, "suzhui": False, "tiewan": False}
