"""Whether a score still holds: months, bands against their promise, drift."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from lending_core.scoring.monitoring import (
    by_month,
    distribution,
    promise_by_band,
    surprises,
)

SCHEMA = {
    "application_id": pl.Int64,
    "applied_on": pl.Date,
    "score": pl.Int32,
    "default_probability": pl.Float64,
    "outcome": pl.String,
    "is_bad": pl.Boolean,
}


def scored(*groups: dict[str, Any]) -> pl.DataFrame:
    """Applications in groups of `times` alike: approved in January, score 600, repaid."""
    usual = {
        "applied_on": date(2026, 1, 15),
        "score": 600,
        "default_probability": 0.05,
        "outcome": "approve",
        "is_bad": False,
    }
    rows = [
        {**usual, **{name: value for name, value in group.items() if name != "times"}}
        for group in groups
        for _ in range(group.get("times", 1))
    ]
    numbered = [{"application_id": number, **row} for number, row in enumerate(rows, 1)]
    return pl.DataFrame(numbered, schema=SCHEMA)


def test_a_month_is_judged_when_all_its_loans_can_be() -> None:
    frame = scored(
        {"times": 20},
        {"times": 5, "score": 500, "is_bad": True},
        {"times": 3, "applied_on": date(2026, 2, 1), "is_bad": None},
    )

    months = by_month(frame, matured_until=date(2026, 1, 31))

    assert months.select("month_on", "applications", "loans", "bads", "is_ripe").rows() == [
        (date(2026, 1, 1), 25, 25, 5, True),
        (date(2026, 2, 1), 3, 0, 0, False),
    ]
    assert months.select("bad_rate", "auc", "ks").rows() == [(0.2, 1.0, 1.0), (None, None, None)]


def test_a_month_whose_last_day_has_not_matured_is_not_ripe() -> None:
    months = by_month(scored({"times": 9}), matured_until=date(2026, 1, 30))

    assert months.select("is_ripe", "bad_rate").rows() == [(False, None)]


def test_few_bads_say_nothing_about_a_month() -> None:
    frame = scored({"times": 20}, {"times": 4, "score": 500, "is_bad": True})

    months = by_month(frame, matured_until=date(2026, 1, 31))

    assert months.select("bads", "auc").rows() == [(4, None)]


def test_a_band_riskier_than_promised_is_found() -> None:
    frame = scored(
        {"times": 90},
        {"times": 10, "is_bad": True},
        {"times": 200, "score": 640, "default_probability": 0.025},
        {"times": 29, "score": 700},
    )

    bands = promise_by_band(frame, width=40)

    assert bands.select("band_from", "band_to", "loans", "bads", "bad_rate", "verdict").rows() == [
        (600, 640, 100, 10, 0.1, "riskier"),
        (640, 680, 200, 0, 0.0, "safer"),
    ]
    assert bands["promised"].to_list() == pytest.approx([0.05, 0.025])


def test_the_interval_is_wilsons() -> None:
    bands = promise_by_band(scored({"times": 90}, {"times": 10, "is_bad": True}), width=40)

    # 10 of 100: the textbook interval.
    assert bands.select("low", "high").row(0) == pytest.approx((0.05523, 0.17437), abs=1e-5)


def test_a_promise_of_few_bads_is_not_held_against_a_band() -> None:
    bands = promise_by_band(scored({"times": 90, "default_probability": 0.05}), width=40)

    assert bands["verdict"].to_list() == ["as_promised"]


def test_applications_are_counted_by_score_range_and_outcome() -> None:
    frame = scored({"times": 2}, {"score": 619, "outcome": "decline", "is_bad": None})

    counted = distribution(frame, "outcome", width=20)

    assert counted.select("score_from", "score_to", "outcome", "loans").rows() == [
        (600, 620, "approve", 2),
        (600, 620, "decline", 1),
    ]


def test_only_loans_of_known_outcome_have_a_performance() -> None:
    frame = scored({"times": 2}, {"is_bad": True}, {"is_bad": None})

    counted = distribution(frame, "performance", width=20)

    assert counted.select("performance", "loans").rows() == [("bad", 1), ("good", 2)]


def test_the_best_scored_bads_come_first() -> None:
    frame = scored({"score": 900}, {"is_bad": True}, {"score": 700, "is_bad": True})

    assert surprises(frame)["application_id"].to_list() == [3, 2]
