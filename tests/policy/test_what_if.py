"""A policy replayed with money: totals by hand, by group, and against each single decision."""

from dataclasses import replace
from decimal import Decimal

import pytest
import sqlglot
from hypothesis import given, settings
from sqlglot import exp

from lending_core.money import divide_round
from lending_core.policy.document import Assumptions
from lending_core.policy.what_if import GROUPINGS, changes_query, what_if_query
from lending_core.products.catalogue import catalogue
from tests.policy.builders import POLICY, PRODUCTS, an_applicant, decide_all, run
from tests.policy.crowds import CROWDS

ASSUMED = Assumptions(
    draw_percent=40,
    utilisation_percent=50,
    spare_utilisation_percent=50,
    price_response_percent=0,
    reject_default_percent=100,
    operating_cost_fen=0,
    capital_percent=0,
    review_approval_percent=60,
    funding_rate=Decimal("0.035"),
    average_life_months=6,
)

CROWD = [
    an_applicant(application_id=1),
    an_applicant(application_id=2, score=620, default_probability=0.04),
    an_applicant(application_id=3, amount_asked_fen=12_000_000),
    an_applicant(application_id=4, age_years=17),
    an_applicant(application_id=5, product_code="fenfu"),
]


def replay(crowd: list[dict], by: str | None = None) -> list[dict]:
    return run(what_if_query(POLICY, PRODUCTS, ASSUMED, by), crowd)


def test_one_approved_applicant_is_worth_what_a_reader_works_out() -> None:
    (row,) = replay(CROWD[:1])

    assert row == {
        "applications": 1,
        "approvals": 1,
        "reviews": 0,
        "declines": 0,
        "limit_fen": 5_000_000,
        # 50,000.00 x 40 % x 50 %.
        "expected_drawn_fen": 1_000_000,
        # 10,000.00 x 84 % x 2 %.
        "expected_loss_fen": 16_800,
        # 10,000.00 x 12.045 % x half a year.
        "expected_interest_fen": 60_225,
        "expected_funding_fen": 17_500,
        "expected_income_fen": 42_725,
        "average_rate": Decimal("0.120450"),
    }


def test_a_reviewed_applicant_counts_with_the_share_that_review_approves() -> None:
    (row,) = replay(CROWD[2:3])

    assert (row["reviews"], row["limit_fen"], row["expected_drawn_fen"]) == (1, 0, 600_000)
    assert row["average_rate"] is None


def test_the_average_rate_is_weighted_by_limit() -> None:
    (row,) = replay(CROWD[:2])

    # (50,000 x 12.045 % + 30,000 x 14.965 %) / 80,000.
    assert row["average_rate"] == Decimal("0.131400")


def test_nobody_gives_zeros() -> None:
    (row,) = replay([])

    rate = row.pop("average_rate")
    assert set(row.values()) == {0}
    assert rate is None


@pytest.mark.parametrize("by", GROUPINGS)
def test_groups_sum_to_the_whole(by: str) -> None:
    (whole,) = replay(CROWD)
    groups = replay(CROWD, by)

    keys = [row.pop(by) for row in groups]
    summed = {name: sum(row[name] for row in groups) for name in whole if name != "average_rate"}
    assert keys == sorted(set(keys))
    assert summed == {name: whole[name] for name in summed}


def test_an_unknown_grouping_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="gender"):
        what_if_query(POLICY, PRODUCTS, ASSUMED, by="gender")


def money_of(applicant: dict, decision: dict) -> tuple[int, int, int, int]:
    """Drawn, loss, interest and funding of one applicant, from the decision alone."""
    granted = {"approve": 100, "review": 60, "decline": 0}[decision["outcome"]]
    if granted == 0:
        return 0, 0, 0, 0
    drawn = divide_round(decision["limit_fen"] * granted * 40 * 50, 10**6, "half_up")
    given_default = int(catalogue()[applicant["product_code"]].assumed_loss_given_default * 10**6)
    on_default = divide_round(drawn * given_default, 10**6, "half_up")
    loss = divide_round(
        on_default * round(applicant["default_probability"] * 10**6), 10**6, "half_up"
    )
    rate = int(decision["annual_rate"] * 10**6)
    interest = divide_round(drawn * rate * 6, 12 * 10**6, "half_up")
    funding = divide_round(drawn * 35_000 * 6, 12 * 10**6, "half_up")
    return drawn, loss, interest, funding


@given(crowd=CROWDS)
@settings(max_examples=40)
def test_the_totals_are_the_sums_over_the_single_decisions(crowd: list[dict]) -> None:
    decisions = decide_all(POLICY, crowd)
    (whole,) = replay(crowd)

    money = [money_of(*pair) for pair in zip(crowd, decisions, strict=True)]
    drawn, loss, interest, funding = (sum(column) for column in zip(*money, strict=True))
    outcomes = [decision["outcome"] for decision in decisions]
    counts = [outcomes.count(outcome) for outcome in ("approve", "review", "decline")]
    assert [whole["approvals"], whole["reviews"], whole["declines"]] == counts
    assert whole["expected_drawn_fen"] == drawn
    assert whole["expected_loss_fen"] == loss
    assert whole["expected_interest_fen"] == interest
    assert whole["expected_income_fen"] == interest - funding


def test_only_those_decided_differently_are_listed() -> None:
    gates = tuple(gate for gate in POLICY.gate if not gate.code.startswith("large_amount"))
    without_amounts = replace(POLICY, gate=gates)

    rows = run(changes_query(POLICY, without_amounts, PRODUCTS), CROWD)

    assert rows == [
        {
            "application_id": 3,
            "today_outcome": "review",
            "draft_outcome": "approve",
            "today_limit_fen": 5_000_000,
            "draft_limit_fen": 5_000_000,
            "today_annual_rate": Decimal("0.120450"),
            "draft_annual_rate": Decimal("0.120450"),
        }
    ]


def test_a_policy_changes_nothing_against_itself() -> None:
    assert run(changes_query(POLICY, POLICY, PRODUCTS), CROWD) == []


def test_someone_newly_declined_loses_limit_and_rate() -> None:
    closed = tuple(replace(row, is_open=row.product_code != "fenfu") for row in POLICY.product)

    (row,) = run(changes_query(POLICY, replace(POLICY, product=closed), PRODUCTS), CROWD)

    assert (row["application_id"], row["today_limit_fen"], row["draft_limit_fen"]) == (
        5,
        750_000,
        0,
    )
    assert row["draft_annual_rate"] is None


def test_the_replay_reads_as_spark_sql() -> None:
    queries = [
        what_if_query(POLICY, PRODUCTS, ASSUMED, by="band"),
        changes_query(POLICY, POLICY, PRODUCTS),
    ]

    again = [
        sqlglot.parse_one(query.sql("spark"), dialect="spark", into=exp.Select) for query in queries
    ]

    assert [query.named_selects for query in again] == [query.named_selects for query in queries]
