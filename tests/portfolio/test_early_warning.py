"""Where the book leaves what is usual: each kind of rule redone by hand, on both sides."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.dates import add_months, month_end
from lending_core.portfolio.early_warning import READING_SCHEMA, firing, judged, share_of_cases
from lending_core.portfolio.early_warning_rules import WarningRule, measures

LEVEL = WarningRule("high", "m", "level", "up", 0.5, 0.75, ("all",), units_min=100)
CHANGE = replace(LEVEL, code="rising", kind="change", watch=0.25, act=0.5, months=3)
OWN = replace(
    LEVEL, code="odd", kind="control", watch=2, act=4, months=12, months_min=3, chart="own"
)
SHARE = replace(OWN, chart="p")


def month(number: int) -> date:
    return month_end(add_months(date(2026, 1, 1), number))


def readings(
    values: Sequence[float],
    *,
    units: Sequence[int] | int = 100,
    cases: Sequence[int] | None = None,
    chance: float | None = None,
    segment: str = "all",
) -> pl.DataFrame:
    count = len(values)
    return pl.DataFrame(
        {
            "measure": ["m"] * count,
            "segment_kind": ["all"] * count,
            "segment": [segment] * count,
            "measured_on": [month(number) for number in range(count)],
            "value": list(values),
            "units": [units] * count if isinstance(units, int) else list(units),
            "cases": [None] * count if cases is None else list(cases),
            "chance": [chance] * count,
        },
        schema=READING_SCHEMA,
    )


def shares(*cases: int, units: int = 100) -> pl.DataFrame:
    return readings([each / units for each in cases], units=units, cases=cases)


def newest(frame: pl.DataFrame, rule: WarningRule) -> dict[str, object]:
    return judged(frame, [rule]).row(-1, named=True)


@pytest.mark.parametrize(
    ("value", "verdict"), [(0.49, "quiet"), (0.5, "watch"), (0.74, "watch"), (0.75, "act")]
)
def test_a_level_is_reached_from_below(value: float, verdict: str) -> None:
    found = newest(readings([value]), LEVEL)

    assert (found["verdict"], found["usual"], found["high_act"]) == (verdict, None, 0.75)


@pytest.mark.parametrize(("value", "verdict"), [(0.74, "quiet"), (0.75, "watch"), (1.0, "act")])
def test_a_change_is_measured_against_the_mean_of_the_months_before(
    value: float, verdict: str
) -> None:
    found = newest(readings([0.25, 0.5, 0.75, value]), CHANGE)

    assert (found["usual"], found["verdict"]) == (0.5, verdict)
    assert found["strength"] == value - 0.5


def test_a_fall_is_worse_only_where_the_rule_says_so() -> None:
    falling = readings([0.75, 0.75, 0.75, 0.25])

    assert newest(falling, CHANGE)["verdict"] == "quiet"
    assert newest(falling, replace(CHANGE, direction="down"))["verdict"] == "act"
    assert newest(falling, replace(CHANGE, direction="both"))["verdict"] == "act"


def test_too_short_a_history_says_nothing() -> None:
    assert newest(readings([0.1, 0.1, 9.0]), CHANGE)["verdict"] == "young"
    assert newest(readings([0.1, 0.1, 9.0]), OWN)["verdict"] == "young"


def test_own_limits_are_mean_and_scatter_of_the_months_before() -> None:
    # Mean 2, sample deviation 1 of 1, 2, 3.
    found = newest(readings([1, 2, 3, 4.5]), OWN)

    assert (found["usual"], found["high_watch"], found["high_act"]) == (2.0, 4.0, 6.0)
    assert (found["strength"], found["verdict"]) == (2.5, "watch")


def test_a_value_that_never_moved_has_the_least_scatter_of_its_rule() -> None:
    still = readings([1.0, 1.0, 1.0, 1.25])

    assert newest(still, OWN)["verdict"] == "young"
    assert newest(still, replace(OWN, sigma_min=0.125))["strength"] == 2.0


def test_limits_of_a_share_follow_from_its_cases() -> None:
    found = newest(shares(10, 10, 10, 20), SHARE)

    # 30.5 of 301, no more scatter than chance: one sigma is sqrt(p (1 - p) / 100).
    usual = 30.5 / 301
    sigma = math.sqrt(usual * (1 - usual) / 100)
    assert found["usual"] == pytest.approx(usual)
    assert found["strength"] == pytest.approx((0.2 - usual) / sigma)
    assert found["verdict"] == "watch"


def test_months_that_scatter_more_than_chance_widen_the_limits() -> None:
    found = newest(shares(2, 18, 10, 25), SHARE)

    usual = 30.5 / 301
    chance = usual * (1 - usual)
    squares = sum(100 * (share - usual) ** 2 for share in (0.02, 0.18, 0.10))
    sigma = math.sqrt(squares / 2 / chance) * math.sqrt(chance / 100)
    assert found["strength"] == pytest.approx((0.25 - usual) / sigma)
    assert found["verdict"] == "quiet"


def test_a_small_segment_is_not_judged() -> None:
    assert newest(readings([0.9], units=99), LEVEL)["verdict"] == "few"
    assert newest(readings([0.9], units=100), LEVEL)["verdict"] == "act"
    few_cases = replace(SHARE, cases_min=21)
    assert newest(shares(10, 10, 10, 20), few_cases)["verdict"] == "few"


def test_what_chance_explains_is_quiet() -> None:
    assert newest(readings([0.9], chance=0.9), LEVEL)["verdict"] == "quiet"
    assert newest(readings([0.9], chance=0.8), LEVEL)["verdict"] == "act"


def test_segments_do_not_share_their_history() -> None:
    both = pl.concat([readings([0, 0, 0]), readings([1, 1, 1, 1], segment="other")])

    found = judged(both, [CHANGE]).filter(pl.col("segment") == "other")

    assert found["verdict"].to_list() == ["young", "young", "young", "quiet"]


def test_only_what_fired_is_firing() -> None:
    found = judged(readings([0.4, 0.6, 0.9]), [LEVEL])

    assert firing(found, [LEVEL])["verdict"].to_list() == ["watch", "act"]


def test_a_share_of_nothing_is_no_reading() -> None:
    counted = pl.DataFrame(
        {
            "segment_kind": ["all", "all"],
            "segment": ["all", "all"],
            "measured_on": [month(0), month(1)],
            "units": [0, 4],
            "cases": [0, 1],
        }
    )

    found = share_of_cases(measures()["roll_c"], counted)

    assert found.select("measure", "value", "units", "cases").rows() == [("roll_c", 0.25, 4, 1)]


@given(st.lists(st.integers(0, 60), min_size=5, max_size=14))
def test_a_worse_month_is_never_judged_better(cases: list[int]) -> None:
    now = newest(shares(*cases), SHARE)
    worse = newest(shares(*cases[:-1], cases[-1] + 1), SHARE)

    assert worse["strength"] > now["strength"]  # type: ignore[operator]
    assert worse["usual"] == now["usual"]
