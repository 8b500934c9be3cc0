"""A fairness audit by hand: four fifths, standardised difference, calibration by group."""

import math

import polars as pl
import pytest

from lending_core.scoring.fairness import audit, with_age_group, worst

SCHEMA = {
    "sex": pl.String,
    "outcome": pl.String,
    "score": pl.Int32,
    "default_probability": pl.Float64,
    "is_bad": pl.Boolean,
}


def people(
    sex: str | None, approved: int, declined: int, score: int = 600, bads: int = 0
) -> pl.DataFrame:
    """Applicants of one sex; the approved became loans, promised to go bad in one of twenty."""
    rows = [
        *((sex, "approve", score + at % 2, 0.05, at < bads) for at in range(approved)),
        *((sex, "decline", score + at % 2, 0.05, None) for at in range(declined)),
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def test_the_ratio_is_to_the_group_approved_most_often() -> None:
    audited = audit(pl.concat([people("male", 60, 40), people("female", 45, 55)]), "sex")

    assert audited.select("group", "approval_share", "impact_ratio").rows() == [
        ("female", 0.45, pytest.approx(0.75)),
        ("male", 0.6, 1.0),
    ]


def test_its_interval_is_katz() -> None:
    audited = audit(pl.concat([people("male", 60, 40), people("female", 45, 55)]), "sex")

    reach = math.exp(1.959963984540054 * math.sqrt(1 / 45 - 1 / 100 + 1 / 60 - 1 / 100))
    assert audited.select("impact_low", "impact_high", "verdict").row(0) == (
        pytest.approx(0.75 / reach),
        pytest.approx(0.75 * reach),
        "unsure",
    )


@pytest.mark.parametrize(
    ("approved", "declined", "verdict"),
    [(480, 520, "fair"), (479, 521, "unsure"), (400, 600, "unfair"), (0, 1_000, "unfair")],
)
def test_four_fifths_is_the_line(approved: int, declined: int, verdict: str) -> None:
    frame = pl.concat([people("male", 600, 400), people("female", approved, declined)])

    audited = audit(frame, "sex")

    assert audited["verdict"].to_list() == [verdict, "fair"]
    assert worst(audited) == verdict


def test_a_small_group_is_listed_but_not_judged() -> None:
    audited = audit(pl.concat([people("male", 60, 40), people("female", 1, 98)]), "sex")

    assert audited.select("group", "applicants", "impact_ratio", "verdict").rows() == [
        ("female", 99, None, "few"),
        ("male", 100, 1.0, "fair"),
    ]


def test_scores_are_compared_in_standard_deviations() -> None:
    frame = pl.concat([people("male", 50, 50), people("female", 50, 50, score=601)])

    audited = audit(frame, "sex")

    # Scores alternate by one point: their variance is a quarter of 100/99.
    assert audited["score_difference"][0] == pytest.approx(1 / math.sqrt(0.25 * 100 / 99))
    assert audited["score_difference"][1] == -audited["score_difference"][0]


def test_a_group_riskier_than_promised_is_named() -> None:
    frame = pl.concat([people("male", 300, 0, bads=15), people("female", 300, 0, bads=60)])

    audited = audit(frame, "sex")

    assert audited.select("group", "bads", "bad_share", "calibration").rows() == [
        ("female", 60, 0.2, "riskier"),
        ("male", 15, 0.05, "as_promised"),
    ]


def test_people_of_no_known_group_are_left_out() -> None:
    audited = audit(pl.concat([people("male", 60, 40), people(None, 1, 1)]), "sex")

    assert audited["group"].to_list() == ["male"]
    assert audit(people(None, 1, 1), "sex").is_empty()


def test_ages_fall_into_groups() -> None:
    ages = pl.DataFrame({"age_years": [17, 18, 24, 25, 54, 55, 70]})

    assert with_age_group(ages)["age_group"].to_list() == [
        None,
        "18-24",
        "18-24",
        "25-34",
        "45-54",
        "55+",
        "55+",
    ]
