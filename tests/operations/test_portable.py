"""What policies and scorecards compile to keeps to what both engines have."""

import pytest

from lending_core.operations.portable import card_statements, outside_of, policy_statements
from lending_core.policy.document import Policy, opening_policy
from lending_core.scoring.document import entry_scorecard
from tests.policy.generated import sound_policies
from tests.scoring.cards import a_card, a_category


def test_the_first_card_and_one_of_categories_run_on_both_engines() -> None:
    categories = a_card(a_category("housing", {("rent", "own's"): 600, ('"',): 500}, 520))

    compiled = [*card_statements(entry_scorecard()), *card_statements(categories)]

    assert outside_of(compiled) == []


@pytest.mark.parametrize("policy", [opening_policy(), *sound_policies(1)], ids=["first", "another"])
def test_what_a_policy_compiles_to_runs_on_both_engines(policy: Policy) -> None:
    assert outside_of(list(policy_statements(policy))) == []


def test_what_only_one_engine_understands_is_named_with_the_function_that_compiles_it() -> None:
    (place,) = outside_of([("lending_core/policy/x.py draw", "select hash(age_years) as n from t")])

    assert str(place).startswith("lending_core/policy/x.py draw:1: an answer that depends on")
