"""When two people decide, and what binds them."""

from dataclasses import replace
from datetime import date

import polars as pl

from lending_core.policy.document import opening_policy
from lending_core.policy.reviews import answer_due_on, is_binding, is_suspected, needs_two


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
    referring = replace(policy.gate[0], code="referring", purpose="review_trigger")
    with_review = replace(policy, gate=(*policy.gate, referring))

    assert is_binding(policy, ["many_lenders", "student"])
    assert is_binding(policy, ["product_not_offered"])
    assert not is_binding(policy, ["many_lenders", "court_listed", "score_below_cut_off"])
    assert not is_binding(with_review, ["referring"])


def test_a_rule_on_what_is_shared_makes_a_suspect_and_other_rules_do_not() -> None:
    policy = opening_policy()

    assert is_suspected(policy, ["many_lenders", "device_of_many"])
    assert not is_suspected(policy, ["many_lenders", "score_below_cut_off"])
