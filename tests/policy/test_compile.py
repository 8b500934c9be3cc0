"""The compiled policy: exact decisions, and the same as a plain reading for any applicant."""

from dataclasses import replace
from decimal import Decimal

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from lending_core.policy.compile import decision_query, input_columns, trail_query
from lending_core.policy.document import OPERATORS, PURPOSES, Gate, Multiplier
from tests.policy.builders import (
    POLICY,
    PRODUCTS,
    SCHEMA,
    a_business,
    an_applicant,
    decide,
    decide_all,
    run,
)
from tests.policy.crowds import CROWDS
from tests.policy.reading import decide_by_hand

FULL = ("approve", "C", 5_000_000, "0.120450", [])


def test_an_applicant_whom_nothing_limits_gets_the_limit_and_price_of_the_band() -> None:
    assert decide(an_applicant()) == FULL


@pytest.mark.parametrize(
    ("refused", "reason", "passing"),
    [
        ({"age_years": 17}, "under_age", {"age_years": 18}),
        ({"age_years": 61}, "over_age", {"age_years": 60}),
        ({"is_student": True}, "student", {"is_student": False}),
        ({"is_court_listed": True}, "court_listed", {"is_court_listed": False}),
        ({"has_current_overdue": True}, "current_overdue", {"has_current_overdue": False}),
        ({"worst_status_24m": 3}, "bad_status_24m", {"worst_status_24m": 2}),
        ({"inquiries_3m": 8}, "many_inquiries_3m", {"inquiries_3m": 7}),
        ({"lenders_with_balance": 6}, "many_lenders", {"lenders_with_balance": 5}),
    ],
)
def test_a_gate_declines_at_its_value_and_lets_the_next_pass(
    refused: dict, reason: str, passing: dict
) -> None:
    assert decide(an_applicant(**refused)) == ("decline", "C", 0, None, [reason])
    assert decide(an_applicant(**passing)) == FULL


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"has_current_overdue": None}, ["current_overdue_unknown"]),
        ({"own_worst_days_past_due": 31}, ["own_arrears"]),
        ({"amount_asked_fen": 10_000_000}, ["large_amount_person"]),
    ],
)
def test_a_review_keeps_the_limit_and_price_that_a_person_may_grant(
    changes: dict, reasons: list[str]
) -> None:
    assert decide(an_applicant(**changes)) == ("review", "C", 5_000_000, "0.120450", reasons)


def test_every_gate_that_fires_is_named_in_the_order_of_the_document() -> None:
    applicant = an_applicant(age_years=16, is_student=True, own_worst_days_past_due=91)

    reasons = ["under_age", "student", "own_default", "own_arrears"]
    assert decide(applicant) == ("decline", "C", 0, None, reasons)


def test_an_unknown_value_passes_a_gate_that_says_nothing_of_it() -> None:
    unknown = dict.fromkeys(("inquiries_3m", "lenders_with_balance", "worst_status_24m"))

    assert decide(an_applicant(**unknown)) == FULL


def test_a_gate_for_businesses_leaves_persons_alone() -> None:
    assert decide(a_business(amount_asked_fen=30_000_000))[4] == ["large_amount_business"]
    assert decide(a_business(amount_asked_fen=29_999_999))[4] == []
    assert decide(a_business(amount_asked_fen=10_000_000))[0] == "approve"


@pytest.mark.parametrize(
    ("score", "band", "limit_fen", "rate"),
    [
        (755, "A", 15_000_000, "0.073000"),
        (754, "B", 8_000_000, "0.094900"),
        (650, "C", 5_000_000, "0.120450"),
        (615, "D", 3_000_000, "0.149650"),
        (585, "E", 1_200_000, "0.182500"),
    ],
)
def test_a_band_starts_at_its_score(score: int, band: str, limit_fen: int, rate: str) -> None:
    assert decide(an_applicant(score=score)) == ("approve", band, limit_fen, rate, [])


@pytest.mark.parametrize(("score", "band"), [(584, "F"), (529, "G"), (-40, "G"), (None, "G")])
def test_a_score_below_the_cut_off_or_missing_is_declined(score: int | None, band: str) -> None:
    decision = decide(an_applicant(score=score))

    assert decision == ("decline", band, 0, None, ["score_below_cut_off"])


def test_the_learning_share_lets_a_drawn_few_through_with_a_small_limit() -> None:
    inside = decide(an_applicant(score=540, learning_draw=199))
    outside = decide(an_applicant(score=540, learning_draw=200))

    assert inside == ("approve", "F", 500_000, "0.182500", ["learning_test"])
    assert outside == ("decline", "F", 0, None, ["score_below_cut_off"])


@pytest.mark.parametrize(
    ("changes", "limit_fen", "reason"),
    [
        # 4,000.00 a month x 400 %.
        ({"monthly_income_fen": 400_000}, 1_600_000, "limit_capped_by_income"),
        # 4,024.99 x 400 % = 16,099.96, down to a whole hundred yuan.
        ({"monthly_income_fen": 402_499}, 1_600_000, "limit_capped_by_income"),
        ({"monthly_income_fen": 402_500}, 1_610_000, "limit_capped_by_income"),
        ({"monthly_income_fen": None}, 1_000_000, "limit_capped_income_unknown"),
        # 200,000.00 over all products less 190,000.00 already owed.
        ({"own_principal_fen": 19_000_000}, 1_000_000, "limit_capped_by_exposure"),
        # 55 % of 30,000.00 less 15,000.00 is 1,500.00 a month = P / 10 + P x 0.12045 / 12.
        ({"monthly_debt_service_fen": 1_500_000}, 1_360_000, "limit_capped_by_debt_service"),
        ({"product_code": "fenfu", "score": 755}, 2_000_000, "limit_capped_by_product"),
        # What our lines grant already counts, drawn or not.
        (
            {"own_limit_fen": 18_500_000, "own_principal_fen": 100_000},
            1_500_000,
            "limit_capped_by_exposure",
        ),
        # 300,000.00 at all lenders less 270,000.00 there and 5,000.00 here.
        (
            {"other_lenders_balance_fen": 27_000_000, "own_principal_fen": 500_000},
            2_500_000,
            "limit_capped_by_all_lenders",
        ),
    ],
)
def test_the_cap_that_binds_sets_the_limit_and_is_named(
    changes: dict, limit_fen: int, reason: str
) -> None:
    _, _, limit, _, reasons = decide(an_applicant(**changes))

    assert (limit, reasons) == (limit_fen, [reason])


@pytest.mark.parametrize(
    ("changes", "limit_fen"),
    [
        ({"own_loans_repaid": 2}, 5_750_000),
        ({"own_loans_repaid": 1}, 5_000_000),
        ({"credit_utilisation": 0.8}, 4_000_000),
        ({"credit_utilisation": None}, 5_000_000),
        # 50,000.00 x 115 % x 80 %.
        ({"own_loans_repaid": 3, "credit_utilisation": 0.9}, 4_600_000),
        # For businesses only.
        ({"receipts_growth": -0.5}, 5_000_000),
    ],
)
def test_multipliers_scale_the_base_limit_one_after_the_other(
    changes: dict, limit_fen: int
) -> None:
    assert decide(an_applicant(**changes))[2:] == (limit_fen, "0.120450", [])


@pytest.mark.parametrize(
    ("changes", "longest"),
    [
        # Terms of 5, 10 and 20 months, of at most 36, 24 and 12 in the band.
        ({"score": 755}, 20),
        ({"score": 650}, 20),
        ({"score": 585}, 10),
        ({"age_years": 17}, None),
    ],
)
def test_the_longest_term_is_the_products_longest_that_the_band_allows(
    changes: dict, longest: int | None
) -> None:
    (row,) = decide_all(POLICY, [an_applicant(**changes)])

    assert row["instalments_max"] == longest


def test_the_debt_service_is_that_of_the_term_which_is_offered() -> None:
    wish = {"score": 585, "monthly_income_fen": 300_000, "monthly_debt_service_fen": 140_000}

    over_10 = decide(an_applicant(**wish, instalments_asked=10))
    over_20 = decide(an_applicant(**wish, instalments_asked=20))

    # 55 % of 3,000.00 less 1,400.00 is 250.00 a month = P / 10 + P x 0.1825 / 12.
    assert over_10[2:] == (210_000, "0.182500", ["limit_capped_by_debt_service"])
    assert over_20 == over_10


def test_a_product_without_a_term_for_the_band_is_not_offered_there() -> None:
    bands = tuple(replace(band, instalments_max=4) for band in POLICY.band)

    decision = decide(an_applicant(), replace(POLICY, band=bands))

    assert decision == ("decline", "C", 0, None, ["product_not_offered"])


def test_the_trail_shows_every_rule_and_every_amount() -> None:
    applicant = an_applicant(own_loans_repaid=2, monthly_income_fen=400_000, is_student=None)

    (row,) = run(trail_query(POLICY, PRODUCTS), [applicant])

    assert (row["outcome"], row["limit_fen"], row["instalments_max"]) == ("approve", 1_600_000, 20)
    assert (row["fires_under_age"], row["fires_student"]) == (False, None)
    assert (row["times_repaid_well"], row["times_lines_full"]) == (True, False)
    assert (row["base_fen"], row["scaled_fen"]) == (5_000_000, 5_750_000)
    assert row["earnings_cap_fen"] == row["smallest_fen"] == 1_600_000
    assert (row["exposure_cap_fen"], row["all_lenders_cap_fen"]) == (20_000_000, 30_000_000)
    assert row["reasons"] == ["limit_capped_by_income"]
    assert (row["is_admitted"], row["is_refused"], row["is_declined"]) == (True, False, False)


def test_a_business_is_sized_by_its_receipts() -> None:
    full = decide(a_business())
    by_receipts = decide(a_business(merchant_receipts_monthly_fen=6_000_000))
    unknown = decide(a_business(merchant_receipts_monthly_fen=None))

    assert full == ("approve", "C", 20_000_000, "0.100000", [])
    assert by_receipts[2:] == (15_000_000, "0.100000", ["limit_capped_by_income"])
    assert unknown[2:] == (3_000_000, "0.100000", ["limit_capped_income_unknown"])


def test_a_limit_under_the_smallest_is_declined_and_names_the_cap_that_made_it_so() -> None:
    smallest = decide(an_applicant(own_principal_fen=19_950_000))
    under = decide(an_applicant(own_principal_fen=19_950_001))
    beyond = decide(an_applicant(own_principal_fen=25_000_000))

    reasons = ["limit_capped_by_exposure", "limit_below_minimum"]
    assert smallest[:3] == ("approve", "C", 50_000)
    assert under == ("decline", "C", 0, None, reasons)
    assert beyond == under


@pytest.mark.parametrize("changes", [{"product_code": "unheard_of"}, {"kind": "small_business"}])
def test_a_product_that_is_not_for_this_borrower_is_not_offered(changes: dict) -> None:
    assert decide(an_applicant(**changes)) == ("decline", "C", 0, None, ["product_not_offered"])


def test_closing_every_product_declines_everybody() -> None:
    closed = tuple(replace(row, is_open=False) for row in POLICY.product)

    decision = decide(an_applicant(), replace(POLICY, product=closed))

    assert decision == ("decline", "C", 0, None, ["product_not_offered"])


def test_the_input_is_what_the_store_keeps_of_an_application() -> None:
    assert tuple(SCHEMA) == input_columns()


def test_the_same_query_reads_as_spark_sql() -> None:
    query = decision_query(POLICY, PRODUCTS)

    again = sqlglot.parse_one(query.sql("spark"), dialect="spark", into=exp.Select)

    assert again.named_selects == query.named_selects


RANDOM_GATES = st.builds(
    Gate,
    code=st.just("drawn"),
    feature=st.sampled_from(["credit_utilisation", "score", "amount_asked_fen", "inquiries_3m"]),
    operator=st.sampled_from(OPERATORS),
    value=st.integers(0, 700) | st.sampled_from([Decimal("0.1"), Decimal("0.3"), Decimal("0.7")]),
    purpose=st.sampled_from(PURPOSES),
    borrower=st.sampled_from(["any", "person", "small_business"]),
    null_outcome=st.sampled_from([None, "decline", "review"]),
    source=st.just("assumption"),
)
RANDOM_MULTIPLIERS = st.builds(
    Multiplier,
    code=st.just("drawn"),
    feature=st.sampled_from(["credit_utilisation", "own_loans_repaid", "receipts_growth"]),
    operator=st.sampled_from(OPERATORS),
    value=st.integers(-1, 3) | st.sampled_from([Decimal("0.1"), Decimal("0.8")]),
    percent=st.integers(0, 1_000),
    borrower=st.sampled_from(["any", "person", "small_business"]),
    source=st.just("assumption"),
)
RANDOM_CAPS = st.fixed_dictionaries(
    {
        "limit_step_fen": st.integers(1, 70_000),
        "limit_min_fen": st.integers(1, 2_000_000),
        "learning_share_bp": st.integers(0, 10_000),
        "debt_service_person_percent": st.integers(0, 100),
        "exposure_person_fen": st.integers(0, 30_000_000),
        "exposure_all_lenders_person_fen": st.integers(0, 60_000_000),
    }
)
POLICIES = st.builds(
    lambda gate, multiplier, term, caps: replace(
        POLICY,
        gate=(*POLICY.gate, gate),
        multiplier=(*POLICY.multiplier, multiplier),
        band=tuple(replace(band, instalments_max=term) for band in POLICY.band),
        cap=tuple(replace(cap, value=caps.get(cap.code, cap.value)) for cap in POLICY.cap),
    ),
    RANDOM_GATES,
    RANDOM_MULTIPLIERS,
    st.integers(1, 40),
    RANDOM_CAPS,
)


@given(crowd=CROWDS)
def test_the_opening_policy_decides_as_a_plain_reading_of_it(crowd: list[dict]) -> None:
    assert decide_all(POLICY, crowd) == [decide_by_hand(POLICY, row) for row in crowd]


@given(policy=POLICIES, crowd=CROWDS)
def test_any_policy_decides_as_a_plain_reading_of_it(policy, crowd: list[dict]) -> None:
    assert decide_all(policy, crowd) == [decide_by_hand(policy, row) for row in crowd]


@given(crowd=CROWDS)
@settings(max_examples=3)
def test_one_applicant_alone_is_decided_as_among_many(crowd: list[dict]) -> None:
    together = decide_all(POLICY, crowd)

    alone = [decide_all(POLICY, [row])[0] for row in crowd]

    assert alone == together
