"""What an applicant could change: only what is theirs to change, the smallest changes first."""

from typing import Any

import polars as pl

from lending_core.scoring.advice import advice_rules
from lending_core.scoring.compile import assess
from lending_core.scoring.counterfactual import (
    Change,
    Judge,
    Lever,
    changed,
    consent_lever,
    lever,
    levers,
    ways,
)
from lending_core.scoring.features import register
from tests.scoring.cards import a_card, a_feature

# Inquiries: 300 points below three, else 280. Utilisation: 320 below 0.35, 310 below 0.8, else 270.
CARD = a_card()
KINDS = {"fen": pl.Int64, "ratio": pl.Float64, "yes_no": pl.Boolean}
SCHEMA = {name: KINDS.get(each.unit, pl.Int32) for name, each in register().items()}
BUSY = {"inquiries_3m": 4, "credit_utilisation": 0.9}


def applicant(**known: Any) -> pl.DataFrame:
    facts = {"application_id": 7, **dict.fromkeys(SCHEMA), **known}
    return pl.DataFrame([facts], schema={"application_id": pl.Int64, **SCHEMA})


def facts(**known: Any) -> dict[str, Any]:
    return applicant(**known).row(0, named=True)


def at_least(score: int) -> Judge:
    """Better is: a score from this on."""
    return lambda rows: assess(CARD, rows).with_columns(is_better=pl.col("score") >= score)


def found(score: int, **known: Any) -> list[dict[str, Any]]:
    """What each way would change."""
    person = facts(**known)
    better = ways(applicant(**known), levers(CARD, person, {}), at_least(score))
    return [{c.lever: c.values[c.lever] for c in way.changes} for way in better]


def test_one_change_that_is_enough_comes_before_a_larger_one() -> None:
    assert found(590, **BUSY) == [{"credit_utilisation": 0.79}]
    assert found(570, **BUSY) == [{"credit_utilisation": 0.79}, {"inquiries_3m": 2}]


def test_two_changes_are_named_where_neither_is_enough() -> None:
    assert found(610, **BUSY) == [{"inquiries_3m": 2, "credit_utilisation": 0.79}]


def test_where_nothing_would_do_nothing_is_named() -> None:
    assert found(621, **BUSY) == []
    assert found(590, inquiries_3m=None, credit_utilisation=None) == []


def test_an_amount_is_tried_in_tenths_of_whole_yuan_and_its_ratio_follows() -> None:
    known = {"monthly_debt_service_fen": 123_456, "debt_to_income": 0.5}
    (debts,) = levers(CARD, facts(**known), {})

    half = changed(applicant(**known), [(debts.changes[4],)])

    assert [c.values["monthly_debt_service_fen"] for c in debts.changes[:3]] == [
        111_100,
        98_700,
        86_400,
    ]
    assert half["monthly_debt_service_fen"].item() == 61_700
    assert half["debt_to_income"].item() == 0.5 * 61_700 / 123_456


def test_inquiries_of_a_month_are_never_more_than_those_of_the_year() -> None:
    busy = applicant(inquiries_1m=3, inquiries_3m=5, inquiries_12m=9)

    calm = changed(busy, [(Change("inquiries_12m", {"inquiries_12m": 2}, 1.0),)])

    assert calm.select("inquiries_1m", "inquiries_3m", "inquiries_12m").rows() == [(2, 2, 2)]


def test_only_what_has_begun_can_be_finished() -> None:
    card = a_card(a_feature("own_loans_repaid", [1.0, 2.0], [280, 300, 320, 280]))
    (open_loan,) = levers(card, facts(own_loans_repaid=0, own_principal_fen=50), {"a": []})[:1]

    assert levers(card, facts(own_loans_repaid=0, own_principal_fen=0), {}) == []
    assert open_loan.changes == (Change("own_loans_repaid", {"own_loans_repaid": 1}, 1.0),)


def test_a_rule_of_the_policy_names_values_too() -> None:
    (paid,) = levers(CARD, facts(has_current_overdue=True), {"has_current_overdue": [False]})

    assert paid.changes[0].values == {"has_current_overdue": False}
    assert levers(CARD, facts(has_current_overdue=False), {"has_current_overdue": [False]}) == []


def test_what_cannot_be_changed_is_no_lever_even_with_a_rule_on_it() -> None:
    known = {"worst_status_24m": 4, "age_years": 17, "people_on_device": 9}

    assert levers(CARD, facts(**known), {"age_years": [18], "people_on_device": [4]}) == []


def test_allowing_a_source_is_tried_with_the_best_that_it_could_say() -> None:
    opened = consent_lever("bureau", facts(), {"income"})

    assert isinstance(opened, Lever)
    values = opened.changes[0].values
    assert (values["inquiries_3m"], values["oldest_account_months"]) == (0, 1000)
    assert (values["has_current_overdue"], values["debt_to_income"]) == (False, 0)
    assert "payment_stability" not in values


def test_a_source_that_was_read_is_not_asked_for_again() -> None:
    read = facts(account_tenure_months=5, bound_card_months=5)

    assert consent_lever("tenure", read, ()) is None


def test_what_needs_two_sources_is_not_known_from_one() -> None:
    opened = consent_lever("income", facts(), ())

    assert isinstance(opened, Lever)
    assert set(opened.changes[0].values) == {"monthly_income_fen", "income_months_12m"}


def test_three_changes_are_named_where_two_are_not_enough_each_no_farther_than_needed() -> None:
    three = [
        lever("inquiries_3m", [2, 1]),
        lever("failed_payments_90d", [1]),
        lever("open_accounts", [3, 2]),
    ]
    calm = (pl.col("inquiries_3m") <= 1) & (pl.col("failed_payments_90d") <= 1)
    is_better = calm & (pl.col("open_accounts") <= 3)
    busy = applicant(inquiries_3m=5, failed_payments_90d=2, open_accounts=6)

    (way,) = ways(busy, three, lambda rows: rows.with_columns(is_better=is_better))

    assert [change.values for change in way.changes] == [
        {"inquiries_3m": 1},
        {"failed_payments_90d": 1},
        {"open_accounts": 3},
    ]


def test_advice_is_given_on_all_that_can_be_changed_and_on_nothing_else() -> None:
    asked = {"amount_asked_fen", "instalments_asked"}
    followed = {"debt_to_income"}

    can_change = {name for name, each in register().items() if each.can_change}

    assert set(advice_rules().advice) == (can_change | asked) - followed
