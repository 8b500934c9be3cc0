"""What provisions are held to, and the checks of class against stage."""

import polars as pl

from lending_core.portfolio.provision_assumptions import overlay_rules, ratio_rules
from lending_core.portfolio.provision_ratios import bad_classes, disagreements, ratios
from lending_core.servicing.classification import classification

BAD = ("substandard", "doubtful", "loss")


def test_the_stricter_of_the_two_rules_binds() -> None:
    """2.5 % of 1,000.01 is 25.00025, rounded up to 25.01; 150 % of 20.00 is 30.00."""
    by_loans = ratios(2_400, 100_001, 1_000, ratio_rules())
    by_bad = ratios(4_000, 100_001, 2_000, ratio_rules())

    assert (by_loans.required_fen, by_loans.binding, by_loans.surplus_fen) == (2_501, "loans", -101)
    assert (by_bad.required_fen, by_bad.binding, by_bad.surplus_fen) == (3_000, "bad", 1_000)
    assert (by_bad.provision_ratio, by_bad.coverage) == (4_000 / 100_001, 2.0)


def test_without_bad_loans_there_is_no_coverage() -> None:
    found = ratios(0, 0, 0, ratio_rules())

    assert (found.provision_ratio, found.coverage, found.surplus_fen) == (None, None, 0)


def test_the_last_three_classes_are_bad() -> None:
    assert bad_classes(ratio_rules(), classification()) == BAD


def test_each_check_counts_the_loans_that_break_it() -> None:
    rows = [
        ("normal", 1, "normal", 1, 0),
        ("substandard", 2, "substandard", 3, 95),
        ("special_mention", 1, "special_mention", 2, 31),
        ("special_mention", 1, "special_mention", 1, 30),
        ("substandard", 3, "normal", 1, 0),
        ("normal", 1, "normal", 3, 0),
    ]
    names = ["asset_class", "stage", "booked_class", "booked_stage", "days_past_due"]
    loans = pl.DataFrame(rows, schema=names, orient="row").with_columns(principal_fen=pl.lit(100))

    found = disagreements(loans, BAD)

    assert dict(found.select("check", "loans").rows()) == {
        "bad_is_stage_3": 1,
        "late_is_stage_2": 1,
        "closed_bad_is_stage_3": 1,
        "class_of_close": 1,
        "stage_of_close": 4,
    }


def test_an_overlay_is_at_most_half_of_the_loss_for_a_year() -> None:
    assert (str(overlay_rules().percent_max), overlay_rules().months_max) == ("0.50", 12)
