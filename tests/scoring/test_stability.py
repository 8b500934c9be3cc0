"""Whether applicants have changed: exact PSI, its reference, its words, and optbinning's."""

import math
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from optbinning.binning.metrics import jeffrey

from lending_core.scoring.compile import assess
from lending_core.scoring.stability import (
    Reference,
    bin_numbers,
    bin_shares,
    chance_psi,
    features_by_month,
    features_now,
    reference_of,
    score_by_month,
    score_shift,
    tenths_card,
    worst_verdict,
)
from lending_core.scoring.standards import scale
from tests.scoring.cards import a_card, a_feature

JANUARY = Reference(date(2026, 1, 1), date(2026, 1, 31), is_training=False)
SCHEMA = {"applied_on": pl.Date, "is_own": pl.Boolean, "score": pl.Int32}
CARD = a_card(a_feature("inquiries_3m", [3.0], [300, 280, 290]))


def applicants(*groups: tuple[date, int, int], is_own: bool = True) -> pl.DataFrame:
    """So many applicants of a day with a score: (day, score, how many)."""
    rows = [(on, is_own, score) for on, score, times in groups for _ in range(times)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def binned(*groups: tuple[date, float | None, int]) -> pl.DataFrame:
    """So many applicants of a day with so many inquiries, in the bins of `CARD`."""
    rows = [(on, True, value) for on, value, times in groups for _ in range(times)]
    schema: dict[str, Any] = {"applied_on": pl.Date, "is_own": pl.Boolean}
    known = pl.DataFrame(rows, schema={**schema, "inquiries_3m": pl.Float64}, orient="row")
    return known.select("applied_on", "is_own").hstack(bin_numbers(CARD, known))


def test_the_time_of_training_is_the_reference_where_the_book_knows_it() -> None:
    seen = applicants((date(2026, 1, 5), 600, 3), (date(2026, 3, 5), 600, 3))

    reference = reference_of((date(2026, 1, 1), date(2026, 1, 31)), seen)

    assert reference == Reference(date(2026, 1, 1), date(2026, 1, 31), is_training=True)


def test_without_training_the_first_months_of_use_are_the_reference() -> None:
    seen = applicants(*((date(2026, month, 9), 600, 2) for month in range(1, 8)))

    reference = reference_of(None, seen)

    assert reference == Reference(date(2026, 1, 1), date(2026, 3, 31), is_training=False)


def test_one_month_has_nothing_to_be_held_against() -> None:
    assert reference_of(None, applicants((date(2026, 1, 5), 600, 9))) is None


def test_psi_by_month_is_that_of_shares_by_hand() -> None:
    seen = applicants(
        (date(2026, 1, 5), 500, 500),
        (date(2026, 1, 5), 600, 500),
        (date(2026, 2, 5), 500, 250),
        (date(2026, 2, 5), 600, 750),
    )

    months = score_by_month(seen, JANUARY)

    expected = -0.25 * math.log(0.5) + 0.25 * math.log(1.5)
    assert months.select("month_on", "applicants", "verdict").rows() == [
        (date(2026, 2, 1), 1_000, "act")
    ]
    assert months["psi"][0] == pytest.approx(expected, abs=1e-12)


def test_psi_is_that_of_optbinning() -> None:
    random = np.random.default_rng(3)
    before, after = random.normal(600, 40, 3_000), random.normal(590, 45, 2_000)
    seen = pl.concat(
        pl.DataFrame(
            {"applied_on": on, "is_own": True, "score": pl.Series(scores).round(0).cast(pl.Int32)}
        )
        for on, scores in ((date(2026, 1, 5), before), (date(2026, 2, 5), after))
    )
    first, last = (scores.round(0) for scores in (before, after))
    edges = np.quantile(first, np.arange(1, 10) / 10)
    shares = [
        np.bincount(np.digitize(scores, edges, right=False), minlength=10) / scores.size
        for scores in (last, first)
    ]

    moved = score_shift(seen, JANUARY)

    assert moved is not None
    assert moved.psi == pytest.approx(jeffrey(*shares, return_sum=True), abs=1e-9)


def test_few_applicants_have_moved_by_chance_only() -> None:
    seen = applicants(
        (date(2026, 1, 5), 500, 10),
        (date(2026, 1, 5), 600, 10),
        (date(2026, 2, 5), 500, 5),
        (date(2026, 2, 5), 600, 15),
    )

    moved = score_shift(seen, JANUARY)

    assert moved is not None
    assert (moved.verdict, round(moved.psi, 3)) == ("chance", 0.275)


def test_a_handful_of_applicants_is_chance_however_far_they_lie() -> None:
    seen = applicants(
        (date(2026, 1, 5), 500, 500),
        (date(2026, 1, 5), 600, 500),
        (date(2026, 2, 5), 600, 4),
        (date(2026, 3, 5), 600, 10),
    )

    months = score_by_month(seen, JANUARY)

    assert months["verdict"].to_list() == ["chance", "act"]
    assert months["psi"].min() > 1.0


def test_the_newest_three_months_stand_for_now() -> None:
    seen = applicants(*((date(2026, month, 9), 600, 2) for month in range(1, 8)))

    moved = score_shift(seen, JANUARY)

    assert moved is not None
    assert (moved.first_on, moved.last_on, moved.applicants) == (
        date(2026, 5, 1),
        date(2026, 7, 31),
        6,
    )


def test_what_others_decided_is_not_watched() -> None:
    own = applicants((date(2026, 1, 5), 600, 9))
    of_others = applicants((date(2026, 2, 5), 600, 9), is_own=False)

    assert score_shift(pl.concat([own, of_others]), JANUARY) is None


def test_chance_is_the_95_percent_point_of_chi_square() -> None:
    # Tables: 16.919 for nine degrees of freedom, 3.841 for one.
    assert chance_psi(1_000, 1_000, 10) == pytest.approx(16.919 * 2 / 1_000, rel=2e-3)
    assert chance_psi(1_000, 500, 2) == pytest.approx(3.841 * 3 / 1_000, rel=3e-2)


def test_places_are_those_of_the_bins_that_score() -> None:
    known = pl.DataFrame({"inquiries_3m": [2.9, 3.0, None, float("nan")]})

    places = bin_numbers(CARD, known)["inquiries_3m"].to_list()

    points = [CARD.features[0].bins[place].points for place in places]
    assert places == [0, 1, 2, 2]
    assert points == assess(CARD, known)["score"].to_list()


def test_a_feature_that_moved_says_what_it_cost() -> None:
    bins = binned(
        (date(2026, 1, 5), 1, 600),
        (date(2026, 1, 5), 5, 400),
        (date(2026, 2, 5), 1, 300),
        (date(2026, 2, 5), 5, 600),
        (date(2026, 2, 5), None, 100),
    )
    moved = score_shift(bins.with_columns(score=pl.lit(600)), JANUARY)
    assert moved is not None

    now = features_now(CARD, bins, JANUARY, moved)

    # 300, 280 and 290 points: 292 on average then, 287 now.
    assert now.select("feature", "verdict", "points_shift", "missing_now_share").rows() == [
        ("inquiries_3m", "act", pytest.approx(-5.0), 0.1)
    ]


def test_each_month_of_a_feature_is_held_against_the_reference() -> None:
    bins = binned(
        (date(2026, 1, 5), 1, 500),
        (date(2026, 1, 5), 5, 500),
        (date(2026, 2, 5), 1, 500),
        (date(2026, 2, 5), 5, 500),
        (date(2026, 3, 5), 1, 1_000),
    )

    months = features_by_month(CARD, bins, JANUARY)

    assert months.select("month_on", "psi", "verdict").rows() == [
        (date(2026, 2, 1), 0.0, "stable"),
        (date(2026, 3, 1), pytest.approx(0.5 * math.log(2) + 0.4999 * math.log(5_000)), "act"),
    ]


def test_shares_of_bins_then_and_now() -> None:
    bins = binned((date(2026, 1, 5), 1, 3), (date(2026, 1, 5), 5, 1), (date(2026, 2, 5), None, 2))
    moved = score_shift(bins.with_columns(score=pl.lit(600)), JANUARY)
    assert moved is not None

    shares = bin_shares(CARD.features[0], bins, JANUARY, moved)

    assert shares.select("reference_share", "now_share", "points").rows() == [
        (0.75, 0.0, 300),
        (0.25, 0.0, 280),
        (0.0, 1.0, 290),
    ]


def test_inputs_without_bins_are_watched_by_tenths() -> None:
    seen = pl.DataFrame({"inquiries_3m": range(100), "open_accounts": [2] * 100})

    card = tenths_card(3, scale(), {"inquiries_3m": (), "open_accounts": ()}, seen)

    places = bin_numbers(card, seen)["inquiries_3m"].value_counts(sort=True)
    assert [len(feature.bins) for feature in card.features] == [11, 3]
    assert places["count"].to_list() == [10] * 10


@pytest.mark.parametrize(
    ("verdicts", "worst"),
    [([], "stable"), (["stable", "chance"], "stable"), (["watch", "act", "chance"], "act")],
)
def test_the_worst_verdict_is_the_most_urgent(verdicts: list[str], worst: str) -> None:
    assert worst_verdict(verdicts) == worst
