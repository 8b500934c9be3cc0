"""Moves between stages: the worse above the line, the better below it, each day in its place."""

from datetime import date

import polars as pl

from pages.ui import theme
from pages.ui.charts import closing

DAY_1, DAY_3 = date(2026, 10, 1), date(2026, 10, 3)
WINDOW = (DAY_1, date(2026, 10, 4))
MOVES = pl.DataFrame(
    [
        (DAY_1, "worse", "M1", 3, 30_000),
        (DAY_1, "worse", "M2", 1, 10_000),
        (DAY_3, "better", "M1", 2, 20_000),
    ],
    schema=["period_on", "direction", "bucket", "moves", "principal_fen"],
    orient="row",
)


def test_moves_for_the_better_hang_below_the_line() -> None:
    into_1, out_of_1, into_2 = closing.stage_moves(MOVES, "day", WINDOW, "en").data

    assert (into_1.x, into_1.y) == (("2026-10-01",), (3,))
    assert (out_of_1.x, out_of_1.y) == (("2026-10-03",), (-2,))
    assert (into_2.name, into_2.y) == ("M2", (1,))


def test_a_stage_has_one_colour_and_one_place_in_the_legend() -> None:
    into_1, out_of_1, _ = closing.stage_moves(MOVES, "day", WINDOW, "en").data

    assert into_1.marker.color == out_of_1.marker.color == theme.BUCKET_COLOURS["M1"]
    assert (into_1.showlegend, out_of_1.showlegend) == (True, False)


def test_a_stage_that_was_only_left_is_in_the_legend_too() -> None:
    better = MOVES.filter(pl.col("direction") == "better")

    (out_of_1,) = closing.stage_moves(better, "day", WINDOW, "en").data

    assert out_of_1.showlegend


def test_a_click_names_period_direction_and_stage() -> None:
    into_1, out_of_1, _ = closing.stage_moves(MOVES, "day", WINDOW, "en").data

    assert into_1.customdata == (["2026-10-01", "worse", "M1"],)
    assert out_of_1.hovertemplate.split("<br>")[1] == "better, out of M1"
    assert out_of_1.text == ("2 · ¥200.00",)


def test_a_day_without_a_move_keeps_its_place() -> None:
    drawn = closing.stage_moves(MOVES, "day", WINDOW, "en")

    assert drawn.layout.xaxis.categoryarray == (
        "2026-10-01",
        "2026-10-02",
        "2026-10-03",
        "2026-10-04",
    )
    assert drawn.layout.xaxis.range == (-0.5, 3.5)


def test_months_are_named_by_month_across_the_year() -> None:
    window = (date(2026, 11, 1), date(2027, 1, 15))
    moves = MOVES.with_columns(period_on=pl.Series([date(2026, 11, 30)] * 3))

    drawn = closing.stage_moves(moves, "month", window, "en")

    assert drawn.layout.xaxis.categoryarray == ("2026-11", "2026-12", "2027-01")


def test_counts_below_the_line_have_no_minus_sign() -> None:
    axis = closing.stage_moves(MOVES, "day", WINDOW, "en").layout.yaxis

    assert axis.tickvals == (-4, -3, -2, -1, 0, 1, 2, 3, 4)
    assert axis.ticktext == ("4", "3", "2", "1", "0", "1", "2", "3", "4")
