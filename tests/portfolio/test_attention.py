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

LIMITS = {
    "reviews_waiting": Threshold(watch=0, act=3),
    "policy_waiting": Threshold(watch=1, act=3),
    "policy_reverted": Threshold(watch=1, act=1),
    "policy_alarm": Threshold(watch=1, act=1),
}


def waiting(*oldest_on: date) -> pl.DataFrame:
    return pl.DataFrame(
        {"applications": [7] * len(oldest_on), "oldest_on": list(oldest_on)},
        schema={"applications": pl.Int64, "oldest_on": pl.Date},
    )


QUIET = BookState(
    open_on=date(2026, 10, 31),
    waiting=waiting(),
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
    found_now = found(waiting=waiting(date(2026, 10, 31)), alarms=1, policy_version=1)

    assert [alert.measure for alert in found_now] == ["policy_alarm", "reviews_waiting"]


def test_every_measure_has_thresholds_in_the_reference_data() -> None:
    assert thresholds().keys() == MEASURES.keys()


def test_thresholds_stand_in_order_of_urgency() -> None:
    with pytest.raises(ValueError, match="at least worth a look"):
        Threshold(watch=2, act=1)
