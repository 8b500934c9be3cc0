"""Whether a flow is steady: made-up months whose answer can be told beforehand."""

from datetime import date

import polars as pl
import pytest
from scipy.stats import chi2_contingency

from lending_core.dates import add_months, month_end
from lending_core.portfolio.roll_stability import Steadiness, steadiness


def months(*worse: int, loans: int = 1_000) -> pl.DataFrame:
    """Flows out of C month by month, of so many loans each."""
    ends = [month_end(add_months(date(2025, 1, 31), number)) for number in range(len(worse))]
    return pl.DataFrame(
        {
            "month_end_on": ends,
            "from_bucket": "C",
            "loans": [loans] * len(worse),
            "worse": list(worse),
        }
    )


def of_current(frame: pl.DataFrame) -> Steadiness:
    return steadiness(frame)[0]


def test_the_same_every_month_is_steady() -> None:
    found = of_current(months(20, 21, 19, 20, 20, 20))

    assert (found.finding, found.newest_rate, found.before_rate) == ("steady", 0.02, 0.02)
    assert found.loans == 6_000


def test_a_newest_month_unlike_those_before_jumped() -> None:
    found = of_current(months(20, 21, 19, 20, 20, 60))

    assert found.finding == "jumped"
    assert of_current(months(60, 61, 59, 60, 60, 20)).finding == "dropped"


def test_months_that_go_up_one_after_the_other_are_rising() -> None:
    found = of_current(months(20, 24, 28, 32, 36, 40))

    assert found.finding == "rising"
    assert found.slope == pytest.approx(0.004)
    assert of_current(months(40, 36, 32, 28, 24, 20)).finding == "falling"


def test_months_unlike_each_other_without_a_course_are_unsteady() -> None:
    assert of_current(months(60, 20, 60, 20, 20, 60, 40, 40)).finding == "unsteady"


def test_the_chance_of_unlike_months_is_pearsons_chi_square() -> None:
    worse = (20, 30, 25, 22)

    found = of_current(months(*worse))

    table = [list(worse), [1_000 - each for each in worse]]
    assert found.chance_unlike == pytest.approx(chi2_contingency(table, correction=False).pvalue)


def test_few_loans_say_nothing() -> None:
    found = of_current(months(1, 2, loans=14))

    assert (found.finding, found.loans, found.newest_rate) == ("too_few", 28, None)


def test_few_that_got_worse_are_not_put_to_a_test_of_counts() -> None:
    found = of_current(months(1, 1, 1, 1, loans=100))

    assert (found.finding, found.chance_unlike, found.chance_slope) == ("steady", None, None)


def test_only_the_newest_year_is_looked_at() -> None:
    found = of_current(months(*[500] * 6, *[20] * 12))

    assert (found.finding, found.loans, found.before_rate) == ("steady", 12_000, 0.02)


def test_every_flow_has_an_answer() -> None:
    found = steadiness(months(20, 20))

    stages = ["C", "M1", "M2", "M3", "M4", "M5", "M6"]
    assert [each.from_bucket for each in found] == stages
    assert [each.finding for each in found[1:]] == ["too_few"] * 6
