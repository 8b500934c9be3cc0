"""Two policies over two futures, small enough to redo by hand."""

from datetime import date

import polars as pl

from lending_core.portfolio.paths import MEASURES, outcomes, paths

NOVEMBER, DECEMBER = date(2026, 11, 30), date(2026, 12, 31)
COLUMNS = ("side", "future", "month_end_on", *MEASURES)


def months(*rows: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


RUN = months(
    ("one", 1, NOVEMBER, 10, 1_000, 0.02, 5, 50),
    ("other", 1, NOVEMBER, 14, 1_400, 0.03, 9, 60),
    ("one", 1, DECEMBER, 12, 1_100, 0.02, 5, 50),
    ("other", 1, DECEMBER, 15, 1_700, 0.04, 11, 70),
    ("one", 2, NOVEMBER, 20, 900, 0.01, 3, 70),
    ("other", 2, NOVEMBER, 22, 1_000, 0.01, 4, 70),
    ("one", 2, DECEMBER, 20, 900, 0.01, 3, 80),
    ("other", 2, DECEMBER, 24, 1_300, 0.02, 8, 90),
)


def test_a_path_is_the_mean_of_its_futures_between_the_lowest_and_the_highest() -> None:
    found = paths(RUN).filter(side="other", measure="balance_fen")

    assert found.select("month_end_on", "value", "low", "high", "futures").rows() == [
        (NOVEMBER, 1_200.0, 1_000.0, 1_400.0, 2),
        (DECEMBER, 1_500.0, 1_300.0, 1_700.0, 2),
    ]


def test_losses_and_profit_add_up_over_the_months_of_a_future() -> None:
    found = paths(RUN).filter(side="other", measure="loss_fen")

    # 9 + 11 = 20 in the first future, 4 + 8 = 12 in the second.
    assert found.select("value", "low", "high").rows() == [(6.5, 4.0, 9.0), (16.0, 12.0, 20.0)]


def test_changes_are_taken_future_by_future() -> None:
    found = outcomes(RUN)

    columns = ("measure", "one", "other", "change", "change_low", "change_high")
    # Approvals: 29 against 22 in the first future, 46 against 40 in the second.
    assert found.select(columns).row(0) == ("approved", 31.0, 37.5, 6.5, 6.0, 7.0)
    assert found.select(columns).row(1) == ("balance_fen", 1_000.0, 1_500.0, 500.0, 400.0, 600.0)
    assert found["measure"].to_list() == list(MEASURES)
    assert found.select("futures", "last_on").unique().rows() == [(2, DECEMBER)]


def test_a_future_that_is_still_behind_does_not_count() -> None:
    found = outcomes(RUN.filter(~((pl.col("future") == 2) & (pl.col("side") == "one"))))

    assert found.select("futures", "last_on").unique().rows() == [(1, DECEMBER)]
    assert found["change"].to_list()[0] == 7.0


def test_before_both_have_done_a_month_there_is_no_outcome() -> None:
    assert outcomes(RUN.filter(side="one")).is_empty()
    assert outcomes(RUN.clear()).is_empty()
