"""Asset class, stage and allowance: the edges of days, restructuring, rounding, writing off."""

from dataclasses import replace
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.servicing.classification import Classification, classification, classified

COLUMNS = {
    "days_past_due": pl.Int32,
    "is_restructured": pl.Boolean,
    "is_charged_off": pl.Boolean,
    "principal_fen": pl.Int64,
    "interest_receivable_fen": pl.Int64,
    "penalty_fen": pl.Int64,
    "fee_fen": pl.Int64,
}


def positions(*days: int, **changes: object) -> pl.DataFrame:
    """Loans of 1,000.00 with these days past due, all alike but for that."""
    alike = {
        "is_restructured": False,
        "is_charged_off": False,
        "principal_fen": 100_000,
        "interest_receivable_fen": 0,
        "penalty_fen": 0,
        "fee_fen": 0,
    }
    rows = [{"days_past_due": each, **alike, **changes} for each in days]
    return pl.DataFrame(rows, schema=COLUMNS)


def test_each_class_and_stage_starts_on_its_day() -> None:
    found = classified(positions(0, 1, 30, 31, 90, 91, 270, 271, 360, 361))

    assert found.select("days_past_due", "asset_class", "stage").rows() == [
        (0, "normal", 1),
        (1, "special_mention", 1),
        (30, "special_mention", 1),
        (31, "special_mention", 2),
        (90, "special_mention", 2),
        (91, "substandard", 3),
        (270, "substandard", 3),
        (271, "doubtful", 3),
        (360, "doubtful", 3),
        (361, "loss", 3),
    ]


def test_a_restructured_loan_is_at_least_special_mention_and_stage_2() -> None:
    found = classified(positions(0, 1, 90, 91, 361, is_restructured=True))

    assert found.select("asset_class", "stage").rows() == [
        ("special_mention", 2),
        ("special_mention", 2),
        ("special_mention", 2),
        ("substandard", 3),
        ("loss", 3),
    ]


def test_a_loan_charged_off_is_a_loss_without_an_allowance() -> None:
    found = classified(positions(0, 200, is_charged_off=True))

    assert found.select("asset_class", "stage", "allowance_fen").rows() == [("loss", 3, 0)] * 2


def test_the_allowance_is_the_rate_of_the_class() -> None:
    found = classified(positions(0, 1, 91, 271, 361))

    assert found["allowance_fen"].to_list() == [1_000, 2_000, 25_000, 50_000, 100_000]


def test_the_allowance_covers_all_that_is_owed() -> None:
    owed = positions(361, interest_receivable_fen=1_234, penalty_fen=56, fee_fen=7)

    assert classified(owed)["allowance_fen"].to_list() == [101_297]


def test_interest_paid_in_advance_takes_nothing_off_the_allowance() -> None:
    owed = positions(361, interest_receivable_fen=-1_234, fee_fen=7)

    assert classified(owed)["allowance_fen"].to_list() == [100_007]


@pytest.mark.parametrize(("principal_fen", "allowance_fen"), [(2, 0), (6, 2), (7, 2), (10, 2)])
def test_a_tie_goes_to_the_even_fen(principal_fen: int, allowance_fen: int) -> None:
    found = classified(positions(91, principal_fen=principal_fen))

    assert found["allowance_fen"].to_list() == [allowance_fen]


def test_a_book_without_loans_has_no_rows_and_all_columns() -> None:
    found = classified(positions())

    assert found.schema == {
        **COLUMNS,
        "stage": pl.Int32,
        "asset_class": pl.String,
        "allowance_fen": pl.Int64,
    }


@given(
    days=st.integers(0, 2_000),
    is_restructured=st.booleans(),
    is_charged_off=st.booleans(),
    principal_fen=st.integers(0, 10**11),
)
def test_bad_classes_are_stage_3_and_no_allowance_exceeds_what_is_owed(
    days: int, is_restructured: bool, is_charged_off: bool, principal_fen: int
) -> None:
    loan = positions(
        days,
        is_restructured=is_restructured,
        is_charged_off=is_charged_off,
        principal_fen=principal_fen,
    )

    found = classified(loan).row(0, named=True)

    is_bad = found["asset_class"] in ("substandard", "doubtful", "loss")
    assert is_bad == (found["stage"] == 3)
    assert 0 <= found["allowance_fen"] <= principal_fen


@given(st.lists(st.integers(0, 10**12), min_size=1))
def test_one_loan_alone_equals_the_same_loan_among_others(amounts: list[int]) -> None:
    exact = [round(Fraction(amount, 4)) for amount in amounts]
    many = pl.concat([positions(91, principal_fen=amount) for amount in amounts])

    assert classified(many)["allowance_fen"].to_list() == exact


def test_every_number_names_its_rule_or_says_it_is_assumed() -> None:
    house = classification()

    sources = [text for each in house.classes for text in each.sources.values()]
    assert len(sources) == 2 * len(house.classes)
    assert [text for text in sources if not text.startswith(("AC-", "assumption"))] == []


def gap(house: Classification) -> Classification:
    return replace(house, classes=house.classes[1:])


def disorder(house: Classification) -> Classification:
    return replace(house, classes=house.classes[::-1])


def missing_stage(house: Classification) -> Classification:
    return replace(house, stages=(house.stages[0], house.stages[2]))


@pytest.mark.parametrize("broken", [gap, disorder, missing_stage])
def test_a_document_that_contradicts_itself_is_a_bug(broken: object) -> None:
    with pytest.raises(ValueError, match="stages"):
        broken(classification())  # type: ignore[operator]
