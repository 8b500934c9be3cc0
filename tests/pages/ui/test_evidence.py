"""The rule trail: every rule that was asked, whether it fired, and what it leads to."""

from lending_core.policy.document import read_policy
from lending_core.settings import reference_file
from pages.ui.evidence import RuleStep, rule_steps

POLICY = read_policy(reference_file("policy.toml").read_text("utf-8"))


def test_a_rule_for_businesses_is_not_asked_of_a_person() -> None:
    asked = {step.reason for step in rule_steps(POLICY, "person", [])}

    assert "large_amount_person" in asked
    assert "large_amount_business" not in asked


def test_a_rule_that_fired_says_what_it_leads_to() -> None:
    fired = [step for step in rule_steps(POLICY, "person", ["student"]) if step.fired]

    assert fired == [RuleStep("student", "decline", True)]


def test_an_unknown_value_leads_where_the_policy_says() -> None:
    reasons = ["current_overdue_unknown"]

    fired = [step for step in rule_steps(POLICY, "person", reasons) if step.fired]

    assert fired == [RuleStep("current_overdue_unknown", "review", True)]


def test_the_score_speaks_beside_the_rules_and_caps_do_not() -> None:
    reasons = ["score_below_cut_off", "limit_capped_by_income"]

    fired = [step for step in rule_steps(POLICY, "person", reasons) if step.fired]

    assert fired == [RuleStep("score_below_cut_off", "decline", True)]


def test_a_learning_loan_is_no_objection() -> None:
    fired = [step for step in rule_steps(POLICY, "person", ["learning_test"]) if step.fired]

    assert fired == [RuleStep("learning_test", "approve", True)]
