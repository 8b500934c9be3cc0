"""The rules of early warning, as their file says them."""

from dataclasses import replace

import pytest

from lending_core.portfolio.early_warning_rules import (
    WarningRule,
    alert_terms,
    measures,
    warning_rules,
)

RULE = WarningRule(
    "late", "rate_30", "control", "up", 2, 3, ("all",), units_min=10, months=12, months_min=4
)


def test_the_file_names_every_kind_of_rule_and_looks_at_every_measure() -> None:
    rules = warning_rules().values()

    assert {rule.kind for rule in rules} == {"level", "change", "control"}
    assert {rule.measure for rule in rules} == measures().keys()


def test_a_score_shift_is_read_with_the_words_of_the_register() -> None:
    rule = warning_rules()["score_shifted"]

    assert (rule.watch, rule.act, rule.kind) == (0.10, 0.25, "level")


def test_a_settled_alert_comes_back_when_it_is_a_quarter_stronger() -> None:
    assert alert_terms().reopen_strength_ratio == 1.25


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"watch": 4}, "at least worth a look"),
        ({"segments": ("village",)}, "no such segments"),
        ({"kind": "level", "direction": "both"}, "reached from below"),
        ({"months": 0}, "months to be held against"),
        ({"months_min": 1}, "two months at least"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(RULE, **changes)  # type: ignore[arg-type]
