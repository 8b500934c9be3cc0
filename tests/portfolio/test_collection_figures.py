"""The recovery curve, by hand, and that it never falls."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from lending_core.portfolio.collection_figures import recovery_curve


def entries(*rows: tuple[int | None, int, int]) -> pl.DataFrame:
    kinds = {"days": pl.Int64, "loans": pl.Int64, "principal_fen": pl.Int64}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def test_the_curve_counts_what_was_cured_by_each_day() -> None:
    found = recovery_curve(entries((1, 2, 30_00), (3, 1, 20_00), (None, 1, 50_00)), 4)

    assert found["cured_loans"].to_list() == [0, 2, 2, 3, 3]
    assert found["cured_share"].to_list() == [0.0, 0.3, 0.3, 0.5, 0.5]
    assert found["principal_fen"].to_list() == [100_00] * 5


def test_what_was_cured_after_the_last_day_is_not_on_the_curve() -> None:
    found = recovery_curve(entries((5, 1, 10_00), (1, 1, 10_00)), 4)

    assert found["cured_share"][-1] == 0.5


def test_a_book_in_which_nothing_became_late_has_no_curve() -> None:
    assert recovery_curve(entries()).is_empty()


@given(st.dictionaries(st.integers(1, 120), st.integers(1, 10**9), min_size=1))
def test_it_never_falls_and_is_never_more_than_all(cured: dict[int, int]) -> None:
    shares = recovery_curve(entries(*((day, 1, fen) for day, fen in cured.items())))["cured_share"]

    assert shares.is_sorted()
    assert 0 <= shares.min() <= shares.max() <= 1  # type: ignore[operator]
