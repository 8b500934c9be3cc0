"""How early a rule fires on a shock, and how often falsely: a small history told by hand."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from lending_core.dates import add_months, month_end
from lending_core.portfolio.early_warning import READING_SCHEMA
from lending_core.portfolio.early_warning_back_test import back_test
from lending_core.portfolio.early_warning_rules import WarningRule

RULE = WarningRule("high", "m", "level", "up", 0.5, 0.9, ("all", "band"), units_min=10)


def month(number: int) -> date:
    return month_end(add_months(date(2026, 1, 1), number))


def readings(values: Sequence[float], first: int, segment: tuple[str, str]) -> pl.DataFrame:
    count = len(values)
    return pl.DataFrame(
        {
            "measure": ["m"] * count,
            "segment_kind": [segment[0]] * count,
            "segment": [segment[1]] * count,
            "measured_on": [month(first + number) for number in range(count)],
            "value": list(values),
            "units": [10] * count,
            "cases": [None] * count,
            "chance": [None] * count,
        },
        schema=READING_SCHEMA,
    )


def future(number: int, whole: Sequence[float], band: Sequence[float]) -> pl.DataFrame:
    """Four months ahead of one future, of the whole book and of one band."""
    both = [readings(whole, 1, ("all", "all")), readings(band, 1, ("band", "A"))]
    return pl.concat(both).with_columns(future=pl.lit(number, pl.Int64))


HISTORY = readings([0.1], 0, ("all", "all"))
QUIET = [0.1, 0.1, 0.1, 0.1]


def outcome(usual: pl.DataFrame, shock: pl.DataFrame, begins: int) -> dict[str, object]:
    ahead = {"base": usual, "shock": shock}
    return back_test(HISTORY, ahead, {"base": 3, "shock": begins}, [RULE]).row(0, named=True)


def test_a_rule_waits_from_the_first_month_of_the_shock() -> None:
    usual = future(1, QUIET, QUIET)
    shock = future(1, [0.1, 0.1, 0.1, 0.6], [0.1, 0.1, 0.6, 0.6])

    found = outcome(usual, shock, begins=1)

    assert (found["fired"], found["futures"], found["months_median"]) == (1, 1, 1.0)
    assert (found["path"], found["rule"]) == ("shock", "high")


def test_what_fires_in_usual_times_too_is_no_merit_but_a_false_alarm() -> None:
    usual = future(1, QUIET, [0.1, 0.6, 0.6, 0.1])
    shock = future(1, QUIET, [0.1, 0.6, 0.6, 0.6])

    found = outcome(usual, shock, begins=0)

    assert (found["fired"], found["months_median"]) == (1, 3.0)
    assert (found["judged"], found["alarms"]) == (8, 2)
    assert (found["whole_judged"], found["whole_alarms"]) == (4, 0)


def test_a_rule_that_never_fires_says_so() -> None:
    found = outcome(future(1, QUIET, QUIET), future(1, QUIET, QUIET), begins=0)

    assert (found["fired"], found["months_median"]) == (0, None)


def test_futures_are_held_against_themselves_and_their_median_counts() -> None:
    usual = pl.concat([future(1, QUIET, QUIET), future(2, [0.6] * 4, QUIET)])
    shock = pl.concat([future(1, [0.6] * 4, QUIET), future(2, [0.6] * 4, [0.1, 0.1, 0.1, 0.6])])

    found = outcome(usual, shock, begins=0)

    assert (found["fired"], found["futures"], found["months_median"]) == (2, 2, 1.5)


def test_what_fired_before_the_shock_does_not_count() -> None:
    shock = future(1, [0.6, 0.1, 0.1, 0.1], QUIET)

    assert outcome(future(1, QUIET, QUIET), shock, begins=1)["fired"] == 0
