"""Paths into the months ahead: both sides leave from the last point of the past."""

from datetime import date

import polars as pl
import pytest

from pages.ui.charts.fast_forward import SIDE_COLOURS, Frame, paths

OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 30)
LAST = date(2027, 10, 31)
FRAME = Frame({"one": "Version 1, in force", "other": "A draft with a long name"}, LAST, "en")
PAST = pl.DataFrame({"month_end_on": [date(2026, 9, 30), OCTOBER], "value": [100_000, 200_000]})
AHEAD = pl.DataFrame(
    [("one", NOVEMBER, 300_000.0, 250_000.0, 350_000.0)],
    schema=["side", "month_end_on", "value", "low", "high"],
    orient="row",
)


def test_a_path_begins_where_the_past_ends() -> None:
    past, band, line = paths(PAST, AHEAD, "fen", FRAME).data

    assert (past.name, list(past.y)) == ("Until today", [1_000, 2_000])
    assert (line.name, list(line.x)) == ("Version 1, in force", [OCTOBER, NOVEMBER])
    assert list(line.y) == [2_000, 3_000]
    assert list(line.text) == ["¥2,000.00", "¥3,000.00"]
    assert line.line.color == SIDE_COLOURS["one"]
    # Out along the highest future, back along the lowest.
    assert list(band.y) == [2_000, 3_500, 2_500, 2_000]


def test_the_axis_reaches_to_the_last_month_that_will_be_run() -> None:
    drawn = paths(PAST, AHEAD, "fen", FRAME)

    assert list(drawn.layout.xaxis.range) == [date(2026, 9, 30), LAST]


def test_what_adds_up_from_today_has_no_line_of_the_past() -> None:
    today = PAST.tail(1).with_columns(value=pl.lit(0))

    drawn = paths(today, AHEAD, "fen", FRAME)

    assert [trace.name for trace in drawn.data] == [None, "Version 1, in force"]
    assert list(drawn.data[1].y) == [0, 3_000]


def test_a_long_name_is_cut_in_the_legend() -> None:
    drawn = paths(PAST, AHEAD.with_columns(side=pl.lit("other")), "fen", FRAME)

    assert drawn.data[2].name == "A draft with a long n…"


@pytest.mark.parametrize(
    ("kind", "read"), [("count", "200,000"), ("share", "20000000.0%"), ("fen", "¥2,000.00")]
)
def test_values_read_as_their_kind(kind: str, read: str) -> None:
    line = paths(PAST, AHEAD, kind, FRAME).data[2]

    assert line.text[0] == read


def test_a_book_without_a_past_still_has_months_ahead() -> None:
    drawn = paths(PAST.clear(), AHEAD, "fen", FRAME)

    assert [list(trace.x) for trace in drawn.data if trace.name] == [[NOVEMBER]]
