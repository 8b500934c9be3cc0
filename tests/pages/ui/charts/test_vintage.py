"""The map and the curves of vintages: shades, what is open, and what a click gives."""

import polars as pl

from pages.ui.charts import vintage


def rows(*found: tuple[str, int, float | None, str], is_unfinished: bool = False) -> pl.DataFrame:
    frame = pl.DataFrame(found, schema=["key", "months_on_book", "rate", "state"], orient="row")
    return frame.with_columns(
        name=pl.col("key"),
        hover=pl.lit("said"),
        low=pl.col("rate"),
        high=pl.col("rate"),
        is_unfinished=pl.lit(is_unfinished),
    )


TWO = rows(
    ("2026Q1", 0, 0.0, "whole"),
    ("2026Q1", 1, 0.05, "whole"),
    ("2026Q1", 2, 0.10, "whole"),
    ("2026Q2", 0, 0.0, "whole"),
    ("2026Q2", 1, None, "partly"),
    ("2026Q2", 2, None, "not_yet"),
)


def test_a_field_is_the_darker_the_more_is_bad_and_empty_where_nobody_knows() -> None:
    drawn = vintage.heat_map(TWO, 2, "en")

    first, second = drawn.data
    assert first.text == ("0.0", "5.0", "10.0")
    assert first.marker.color == ("rgb(253,240,221)", "rgb(240,175,156)", "rgb(226,110,92)")
    assert second.text == ("0.0", "", "")
    assert second.marker.color[1:] == (vintage.PARTLY_COLOUR, vintage.NOT_YET_COLOUR)


def test_a_click_gives_the_cohort_and_the_month() -> None:
    drawn = vintage.heat_map(TWO, 2, "en")

    assert [list(each) for each in drawn.data[0].customdata] == [
        ["2026Q1", 0],
        ["2026Q1", 1],
        ["2026Q1", 2],
    ]


def test_long_lives_are_shown_every_few_months() -> None:
    long = rows(*[("2007Q2", month, month / 1000, "whole") for month in range(63)])

    drawn = vintage.heat_map(long, 62, "en")

    assert drawn.data[0].x[:4] == ("0", "3", "6", "9")
    assert len(drawn.data[0].x) == 21


def test_an_open_circle_ends_a_cohort_that_is_watched_on() -> None:
    open_ended = rows(("a", 0, 0.0, "whole"), ("a", 1, 0.1, "whole"), is_unfinished=True)

    drawn = vintage.curves(open_ended, "en", ordered=True, last_month=3, with_interval=False)

    assert drawn.data[0].marker.symbol == ("circle", "circle-open")
    assert drawn.data[0].line.color == vintage.NEWEST_COLOUR


def test_segments_have_intervals_while_they_are_few() -> None:
    two = pl.concat(
        [rows((key, 0, 0.0, "whole"), (key, 1, 0.1, "whole")) for key in ("before", "after")]
    )

    few = vintage.curves(two, "en", ordered=False, last_month=3, with_interval=True)
    none = vintage.curves(two, "en", ordered=False, last_month=3, with_interval=False)

    assert (len(few.data), len(none.data)) == (4, 2)
