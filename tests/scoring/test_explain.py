"""An applicant's points, what they could have been, and the reasons."""

import polars as pl
import pytest

from lending_core.scoring.compile import assess
from lending_core.scoring.document import entry_scorecard
from lending_core.scoring.explain import adverse_reasons, bin_table, explain
from tests.scoring.cards import a_card, a_trained_card

TYPICAL = {
    "inquiries_3m": 2,
    "lenders_with_balance": 2,
    "credit_utilisation": 0.4,
    "worst_status_24m": 0,
    "oldest_account_months": 60,
    "account_tenure_months": 70,
    "payment_active_days_90d": 55,
    "payment_stability": 0.6,
    "debt_to_income": 0.35,
    "merchant_receipts_monthly_fen": None,
    "receipts_variation": None,
    "own_loans_repaid": 0,
    "own_worst_days_past_due": 0,
}


def explained(**changes: object) -> pl.DataFrame:
    card = entry_scorecard()
    return explain(card, assess(card, pl.DataFrame([TYPICAL | changes])))


def test_a_typical_applicant_of_the_entry_card_has_600_points():
    assessed = assess(entry_scorecard(), pl.DataFrame([TYPICAL]))

    assert assessed.select("score", "default_probability").rows() == [(600, 0.05)]


def test_the_explanation_adds_up_to_the_score():
    assert explained()["points"].sum() == 600
    assert explained()["best_points"].sum() == entry_scorecard().best_score


def test_each_row_says_value_bin_and_points():
    rows = explained().rows_by_key("feature", named=True, unique=True)

    assert rows["debt_to_income"] == {
        "value": 0.35,
        "bin": "[0.2, 0.4)",
        "points": 47,
        "best_points": 54,
        "points_lost": 7,
    }
    assert rows["worst_status_24m"]["bin"] == "< 1"
    assert (rows["receipts_variation"]["value"], rows["receipts_variation"]["bin"]) == (None, None)


def test_the_reasons_are_the_most_points_lost_worst_first():
    explanation = explained(inquiries_3m=9, worst_status_24m=3, own_worst_days_past_due=40)

    assert adverse_reasons(explanation) == [
        "own_worst_days_past_due",
        "worst_status_24m",
        "inquiries_3m",
        "own_loans_repaid",
    ]


def test_the_best_applicant_has_no_adverse_reason():
    card = a_card()
    best = pl.DataFrame({"inquiries_3m": [0], "credit_utilisation": [0.1]})

    assert adverse_reasons(explain(card, assess(card, best))) == []


def test_points_of_another_card_are_not_explained():
    assessed = assess(a_card(), pl.DataFrame({"inquiries_3m": [0], "credit_utilisation": [0.1]}))

    with pytest.raises(ValueError, match="version 2"):
        explain(
            a_card(), assessed.with_columns(points=pl.Series([[1, 2]], dtype=pl.List(pl.Int32)))
        )


def test_the_table_of_bins_has_the_missing_bin_last():
    table = bin_table(a_card()).filter(pl.col("feature") == "credit_utilisation")

    assert table.select("bin", "points").rows() == [
        ("< 0.35", 320),
        ("[0.35, 0.8)", 310),
        ("≥ 0.8", 270),
        (None, 300),
    ]


def test_the_shares_of_a_trained_feature_sum_to_one():
    shares = bin_table(a_trained_card()).group_by("feature").agg(pl.col("count_share").sum())

    assert shares["count_share"].to_list() == pytest.approx([1.0] * shares.height)
