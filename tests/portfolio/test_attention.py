"""What needs a person: each measure redone by hand, on both sides of its thresholds."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from lending_core.portfolio.attention import (
    MEASURES,
    Alert,
    BookState,
    Threshold,
    alerts,
    thresholds,
)

MONTHS = [date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)]
LIMITS = {
    "reviews_waiting": Threshold(watch=0, act=3),
    "rate_30_rising": Threshold(watch=0.002, act=0.005, months=3),
    "roll_rising": Threshold(watch=0.002, act=0.005, months=3),
    "entered_90": Threshold(watch=0, act=0.003),
    "funder_full": Threshold(watch=0.9, act=0.97),
    "policy_waiting": Threshold(watch=1, act=3),
    "policy_reverted": Threshold(watch=1, act=1),
    "policy_alarm": Threshold(watch=1, act=1),
}


def waiting(*oldest_on: date) -> pl.DataFrame:
    return pl.DataFrame(
        {"applications": [7] * len(oldest_on), "oldest_on": list(oldest_on)},
        schema={"applications": pl.Int64, "oldest_on": pl.Date},
    )


def rates(*rate_30: float | None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "month_end_on": MONTHS[: len(rate_30)],
            "balance_fen": [1_000_000] * len(rate_30),
            "rate_30": list(rate_30),
        },
        schema_overrides={"rate_30": pl.Float64},
    )


def rolls(*rate: float) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "month_end_on": MONTHS[: len(rate)] * 2,
            "from_bucket": ["C"] * len(rate) + ["M1"] * len(rate),
            "rate": [*rate, *[0.9] * len(rate)],
        },
        schema_overrides={"rate": pl.Float64},
    )


def entered(**principal_fen: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "bucket": list(principal_fen),
            "loans": [2] * len(principal_fen),
            "principal_fen": list(principal_fen.values()),
        },
        schema={"bucket": pl.String, "loans": pl.Int64, "principal_fen": pl.Int64},
    )


def funders(*outstanding_fen: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "funder_code": [f"funder_{number}" for number in range(len(outstanding_fen))],
            "quota_fen": [100] * len(outstanding_fen),
            "outstanding_fen": list(outstanding_fen),
            "room_fen": [100 - fen for fen in outstanding_fen],
        }
    )


QUIET = BookState(
    open_on=date(2026, 10, 31),
    waiting=waiting(),
    rates=rates(0.01, 0.01, 0.01, 0.01),
    rolls=rolls(0.01, 0.01, 0.01, 0.01),
    entered_90=entered(),
    funders=funders(50),
)


def found(**changes: Any) -> list[Alert]:
    return alerts(replace(QUIET, **changes), LIMITS)


def test_a_quiet_book_needs_nobody() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("oldest_on", "severity"),
    [
        (date(2026, 10, 31), "watch"),
        (date(2026, 10, 29), "watch"),
        (date(2026, 10, 28), "act"),
    ],
)
def test_a_queue_grows_urgent_with_the_age_of_its_oldest_case(
    oldest_on: date, severity: str
) -> None:
    days = (date(2026, 10, 31) - oldest_on).days

    assert found(waiting=waiting(oldest_on)) == [
        Alert(
            "reviews_waiting",
            severity,
            {"applications": 7, "oldest_on": oldest_on, "days": days},
        )
    ]


def test_a_rise_is_measured_against_the_mean_of_three_months() -> None:
    (alert,) = found(rates=rates(0.25, 0.5, 0.75, 1.0))

    assert alert == Alert(
        "rate_30_rising",
        "act",
        {"now_share": 1.0, "before_share": 0.5, "rise_points": 0.5, "months": 3},
    )


def test_a_small_rise_is_no_alert_and_a_fall_neither() -> None:
    assert found(rates=rates(0.010, 0.010, 0.010, 0.0119)) == []
    assert found(rates=rates(0.030, 0.030, 0.030, 0.001)) == []


def test_a_rise_needs_three_months_before_it() -> None:
    assert found(rates=rates(0.01, 0.01, 0.09)) == []
    assert found(rates=rates(None, 0.01, 0.01, 0.09)) == []


def test_only_the_roll_out_of_current_counts() -> None:
    (alert,) = found(rolls=rolls(0.25, 0.25, 0.25, 0.5))

    assert (alert.measure, alert.facts["rise_points"]) == ("roll_rising", 0.25)


def test_what_became_90_plus_is_summed_over_its_stages() -> None:
    (alert,) = found(entered_90=entered(M4=2_000, M5=999))

    assert alert == Alert(
        "entered_90",
        "watch",
        {"loans": 4, "principal_fen": 2_999, "balance_share": 0.002999, "buckets": ["M4", "M5"]},
    )


def test_three_in_a_thousand_of_the_balance_cannot_wait() -> None:
    (alert,) = found(entered_90=entered(M4=3_000))

    assert alert.severity == "act"


def test_a_book_of_which_all_is_charged_off_still_raises_its_alarm() -> None:
    (alert,) = found(rates=rates(), entered_90=entered(M7=3_000))

    assert (alert.severity, alert.facts["balance_share"]) == ("act", 1.0)


def test_each_nearly_full_funder_is_an_alert_of_its_own_the_fullest_first() -> None:
    named = [
        (alert.severity, alert.facts["funder_code"], alert.facts["room_fen"])
        for alert in found(funders=funders(89, 90, 97))
    ]

    assert named == [("act", "funder_2", 3), ("watch", "funder_1", 10)]


def test_versions_that_wait_for_a_second_person_are_counted() -> None:
    (alert,) = found(waiting_policies=[4, 3])

    assert alert == Alert("policy_waiting", "watch", {"versions": 2, "newest": 4})


def test_what_the_guard_did_and_what_it_sees_is_urgent() -> None:
    reverted = {"failed_version": 2, "policy_version": 1, "since_on": date(2026, 11, 1)}

    alarmed = found(reversion=reverted, alarms=2, policy_version=1)

    assert alarmed == [
        Alert("policy_reverted", "act", reverted),
        Alert("policy_alarm", "act", {"policy_version": 1, "measures": 2}),
    ]


def test_what_cannot_wait_comes_first() -> None:
    measures = [
        alert.measure
        for alert in found(waiting=waiting(date(2026, 10, 31)), rolls=rolls(0.01, 0.01, 0.01, 0.02))
    ]

    assert measures == ["roll_rising", "reviews_waiting"]


def test_every_measure_has_thresholds_in_the_reference_data() -> None:
    assert thresholds().keys() == MEASURES.keys()


def test_thresholds_stand_in_order_of_urgency() -> None:
    with pytest.raises(ValueError, match="at least worth a look"):
        Threshold(watch=2, act=1)
