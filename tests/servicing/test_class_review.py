"""What holds a class down beside days past due: facts, easing, other loans, the way back."""

from dataclasses import replace

import polars as pl
import pytest

from lending_core.servicing.class_review import (
    bad_days_past_due,
    review_rules,
    reviewed,
    trigger_kinds,
)
from lending_core.servicing.classification import classification, classified

SCHEMA = {
    "loan_id": pl.Int64,
    "customer_id": pl.Int64,
    "is_business": pl.Boolean,
    "days_past_due": pl.Int32,
    "principal_fen": pl.Int64,
    "asset_class": pl.String,
    "stage": pl.Int32,
    "restructures": pl.Int32,
    "trigger": pl.String,
    "months_on_time": pl.Int32,
    "is_increased": pl.Boolean,
}


def loan(**changes: object) -> dict[str, object]:
    """A loan of 1,000.00 to a person, on time, of which nothing else is known."""
    plain: dict[str, object] = {
        "loan_id": 1,
        "customer_id": 1,
        "is_business": False,
        "days_past_due": 0,
        "principal_fen": 100_000,
        "asset_class": "normal",
        "stage": 1,
        "restructures": None,
        "trigger": None,
        "months_on_time": None,
        "is_increased": False,
    }
    return {**plain, **changes}


def review(*rows: dict[str, object]) -> list[tuple[str, str, int, str]]:
    found = reviewed(pl.DataFrame(list(rows), schema=SCHEMA))
    return found.select("asset_class", "class_reason", "stage", "stage_reason").rows()  # type: ignore[return-value]


def test_days_alone_leave_what_the_close_said() -> None:
    late = {"asset_class": "special_mention", "stage": 2, "days_past_due": 45}
    lost = {"asset_class": "loss", "stage": 3, "days_past_due": 400}

    assert review(loan(), loan(**late), loan(**lost)) == [
        ("normal", "days", 1, "days"),
        ("special_mention", "days", 2, "days"),
        ("loss", "days", 3, "days"),
    ]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("purpose_misuse", ("special_mention", 2)),
        ("court_listed", ("substandard", 3)),
        ("death", ("substandard", 3)),
        ("fraud", ("substandard", 3)),
    ],
)
def test_a_recorded_fact_holds_a_loan_on_time_down(kind: str, expected: tuple[str, int]) -> None:
    (found,) = review(loan(trigger=kind))

    assert found == (expected[0], kind, expected[1], kind)


def test_a_recorded_fact_makes_no_loan_better() -> None:
    worse = loan(asset_class="doubtful", stage=3, days_past_due=300, trigger="purpose_misuse")

    assert review(worse) == [("doubtful", "days", 3, "days")]


def test_eased_once_is_special_mention_and_eased_again_within_a_year_is_bad() -> None:
    eased = {"asset_class": "special_mention", "stage": 2}

    found = review(loan(**eased, restructures=1), loan(**eased, restructures=2))

    assert found == [
        ("special_mention", "restructured", 2, "restructured"),
        ("substandard", "restructured_again", 3, "class"),
    ]


def test_a_bad_loan_comes_back_after_six_months_on_time_in_a_row() -> None:
    found = review(loan(months_on_time=5), loan(months_on_time=6))

    assert found == [("substandard", "upgrade", 3, "class"), ("normal", "days", 1, "days")]


def test_more_than_a_tenth_of_a_business_bad_makes_all_of_it_bad() -> None:
    """Of 1,000.00 owed, 100.00 and then 100.01 are more than 90 days late."""
    bad = {"asset_class": "substandard", "stage": 3, "days_past_due": 95, "is_business": True}
    rest = {"is_business": True, "loan_id": 2}

    at_edge = review(loan(**bad, principal_fen=10_000), loan(**rest, principal_fen=90_000))
    above = review(loan(**bad, principal_fen=10_001), loan(**rest, principal_fen=89_999))

    assert at_edge[1] == ("normal", "days", 1, "days")
    assert above[1] == ("substandard", "other_loans", 3, "class")


def test_loans_to_a_person_stand_alone() -> None:
    bad = {"asset_class": "substandard", "stage": 3, "days_past_due": 95}

    assert review(loan(**bad), loan(loan_id=2))[1] == ("normal", "days", 1, "days")


def test_a_risen_probability_is_stage_2_and_no_worse_class() -> None:
    assert review(loan(is_increased=True)) == [("normal", "days", 2, "increase")]


def test_bad_and_stage_3_are_the_same_loans_whatever_is_known() -> None:
    """EC-04, over every pair of facts."""
    days = [(0, "normal", 1), (40, "special_mention", 2), (95, "substandard", 3)]
    rows = [
        loan(
            days_past_due=late,
            asset_class=asset_class,
            stage=stage,
            trigger=kind,
            restructures=eased,
            months_on_time=months,
        )
        for late, asset_class, stage in days
        for kind in (None, *trigger_kinds())
        for eased in (None, 2)
        for months in (None, 1)
    ]

    found = reviewed(pl.DataFrame(rows, schema=SCHEMA))

    is_bad = found["asset_class"].is_in(["substandard", "doubtful", "loss"])
    assert (is_bad == (found["stage"] == 3)).all()


def test_a_loan_is_bad_from_91_days() -> None:
    assert bad_days_past_due() == 91
    assert review_rules().months_on_time == 6


def test_technical_lateness_is_overlooked_only_where_the_house_says_so() -> None:
    late = pl.DataFrame(
        {
            "days_past_due": [7, 8],
            "is_restructured": [False, False],
            "is_charged_off": [False, False],
            "principal_fen": [0, 0],
            "interest_receivable_fen": [0, 0],
            "penalty_fen": [0, 0],
            "fee_fen": [0, 0],
        }
    )
    lenient = replace(classification(), technical_days=7)

    assert classified(late)["asset_class"].to_list() == ["special_mention"] * 2
    assert classified(late, lenient)["asset_class"].to_list() == ["normal", "special_mention"]
