"""Who may be contacted, and from when on, at both edges of every number."""

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.portfolio.collection_rules import conduct
from lending_core.portfolio.conduct import (
    BARS,
    Way,
    barred,
    is_quiet,
    local_time,
    next_allowed,
    utc_offset_hours,
)

NOON = datetime.fromisoformat("2026-12-01T12:00")
CALL, THIRD = Way("call"), Way("call", "related")


def a_tally(**changes: Any) -> dict[str, Any]:
    """A borrower whom nobody tried today, with nothing against it."""
    counts = ("unanswered_today", "connected_today", "messages_today", "visits_today")
    nothing = {"hold_kind": None, "hold_days_left": None, "agency_code": None}
    lost = {"failed_in_row": 0, "is_number_invalid": False}
    return {**dict.fromkeys(counts, 0), **lost, **nothing, **changes}


def bars(way: Way, local: datetime = NOON, **changes: Any) -> list[str]:
    kinds = {"hold_kind": pl.String, "agency_code": pl.String, "hold_days_left": pl.Int64}
    row = pl.DataFrame([a_tally(**changes)], schema_overrides=kinds)
    return list(barred(row, way, local, conduct())[0])


EDGES = {
    "connected_max": (CALL, {"connected_today": 2}, {"connected_today": 3}),
    "unanswered_max": (CALL, {"unanswered_today": 5}, {"unanswered_today": 6}),
    "messages_max": (Way("message"), {"messages_today": 2}, {"messages_today": 3}),
    "visits_max": (Way("visit"), {"visits_today": 0}, {"visits_today": 1}),
    "not_lost": (THIRD, {"failed_in_row": 3}, {"failed_in_row": 2}),
    "on_hold": (CALL, {}, {"hold_kind": "dispute", "hold_days_left": 1}),
    "at_agency": (CALL, {}, {"agency_code": "heyue"}),
}


@pytest.mark.parametrize("bar", EDGES)
def test_every_bar_stands_from_its_number_on(bar: str) -> None:
    way, below, at = EDGES[bar]

    assert (bars(way, **below), bars(way, **at)) == ([], [bar])


@pytest.mark.parametrize(
    ("clock", "quiet"), [("07:59", True), ("08:00", False), ("21:59", False), ("22:00", True)]
)
def test_the_night_is_quiet(clock: str, quiet: bool) -> None:
    local = datetime.fromisoformat(f"2026-12-01T{clock}")

    assert is_quiet(local, conduct()) is quiet
    assert bars(CALL, local) == (["quiet_hours"] if quiet else [])


def test_the_borrowers_clock_is_eight_hours_ahead_all_year() -> None:
    winter, summer = datetime(2026, 1, 1, 20, tzinfo=UTC), datetime(2026, 7, 1, 20, tzinfo=UTC)

    shown = [local_time(at, conduct()).isoformat() for at in (winter, summer)]

    assert shown == ["2026-01-02T04:00:00", "2026-07-02T04:00:00"]
    assert utc_offset_hours(winter, conduct()) == 8


def test_an_instant_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_time(NOON, conduct())


def test_reasons_are_said_in_their_order() -> None:
    night = datetime.fromisoformat("2026-12-01T23:00")
    everything = {"hold_kind": "death", "agency_code": "heyue", "connected_today": 3}

    found = bars(THIRD, night, **everything, unanswered_today=6)

    assert found == [
        "on_hold",
        "at_agency",
        "quiet_hours",
        "not_lost",
        "connected_max",
        "unanswered_max",
    ]
    assert found == sorted(found, key=list(BARS).index)


NEXT = {
    "now": ({}, NOON, "2026-12-01T12:00"),
    "before dawn": ({}, datetime.fromisoformat("2026-12-01T03:00"), "2026-12-01T08:00"),
    "late evening": ({}, datetime.fromisoformat("2026-12-01T22:00"), "2026-12-02T08:00"),
    "three answered": ({"connected_today": 3}, NOON, "2026-12-02T08:00"),
    "last day of a hold": ({"hold_kind": "x", "hold_days_left": 1}, NOON, "2026-12-02T08:00"),
    "a week of hold": ({"hold_kind": "x", "hold_days_left": 7}, NOON, "2026-12-08T08:00"),
}


@pytest.mark.parametrize("case", NEXT)
def test_the_next_allowed_time_is_the_latest_of_the_reasons(case: str) -> None:
    changes, local, expected = NEXT[case]

    found = next_allowed(a_tally(**changes), CALL, local, conduct())

    assert found == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "changes", [{"hold_kind": "death"}, {"agency_code": "heyue"}], ids=["endless", "agency"]
)
def test_what_no_clock_ends_has_no_next_time(changes: dict[str, str]) -> None:
    assert next_allowed(a_tally(**changes), CALL, NOON, conduct()) is None


@given(
    tally=st.fixed_dictionaries(
        {
            "unanswered_today": st.integers(0, 8),
            "connected_today": st.integers(0, 5),
            "hold_days_left": st.integers(1, 30),
            "hold_kind": st.sampled_from([None, "dispute"]),
        }
    ),
    local=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001
)
def test_at_the_next_allowed_time_nothing_is_in_the_way(
    tally: dict[str, Any], local: datetime
) -> None:
    found = next_allowed(a_tally(**tally), CALL, local, conduct())

    assert found is not None
    assert found >= local
    later = a_tally() if found.date() > local.date() else a_tally(**tally)
    assert bars(CALL, found, **later) == []


def test_nobody_is_contacted_in_a_way_that_is_none() -> None:
    with pytest.raises(ValueError, match="fax"):
        Way("fax")


def test_a_whole_queue_is_answered_as_each_of_its_cases() -> None:
    rows = [a_tally(connected_today=number) for number in range(5)]
    kinds = {"hold_kind": pl.String, "agency_code": pl.String}

    found = barred(pl.DataFrame(rows, schema_overrides=kinds), CALL, NOON, conduct()).to_list()

    assert found == [bars(CALL, connected_today=number) for number in range(5)]
