"""When two people decide, and how their grounds are kept."""

from dataclasses import replace
from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from lending_core.policy.document import opening_policy
from lending_core.policy.reviews import (
    Grounds,
    answer_due_on,
    is_binding,
    needs_two,
    read_grounds,
    review_rules,
)


@given(st.sampled_from(review_rules().reasons["approve"]), st.text(), st.integers(1) | st.none())
def test_grounds_are_read_as_they_were_kept(code: str, words: str, limit_fen: int | None) -> None:
    grounds = Grounds(code, words, limit_fen)

    assert read_grounds(grounds.text()) == grounds


@given(st.text())
def test_words_of_older_books_are_read_without_a_fault(words: str) -> None:
    assert isinstance(read_grounds(words), Grounds)


def test_words_of_older_books_are_read_as_they_stand() -> None:
    texts = ["lapsed", "payslip seen", '{"a":1}', "3", '{"code":1}', "[]"]

    assert [read_grounds(text).code for text in texts] == texts


def test_the_amount_itself_needs_two_and_so_does_every_overturned_decline() -> None:
    cases = pl.DataFrame(
        {
            "kind": ["person", "person", "small_business", "small_business", "person"],
            "limit_fen": [4_999_999, 5_000_000, 9_999_999, 10_000_000, 50_000],
            "outcome": ["review", "review", "review", "review", "decline"],
        }
    )

    assert cases.select(needs_two()).to_series().to_list() == [False, True, False, True, True]


def test_a_borrowers_request_is_answered_within_fifteen_days() -> None:
    assert answer_due_on(date(2026, 11, 20)) == date(2026, 12, 5)


def test_rules_of_law_and_closed_products_bind_people_and_our_own_choices_do_not() -> None:
    policy = opening_policy()
    referring = replace(policy.gate[0], code="referring", outcome="review")
    with_review = replace(policy, gate=(*policy.gate, referring))

    assert is_binding(policy, ["many_lenders", "student"])
    assert is_binding(policy, ["product_not_offered"])
    assert not is_binding(policy, ["many_lenders", "court_listed", "score_below_cut_off"])
    assert not is_binding(with_review, ["referring"])
