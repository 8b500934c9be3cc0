"""Charts of roll rates: what is better and worse, what is ahead, what a click gives."""

from datetime import date

import polars as pl

from pages.ui.charts import rolls

OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 30)


def test_a_row_of_the_matrix_has_a_field_per_state_and_says_which_was_clicked() -> None:
    found = pl.DataFrame(
        {
            "from_state": ["C", "C", "C"],
            "to_state": ["C", "M1", "paid"],
            "rate": [0.9, 0.02, 0.08],
            "hover": ["a", "b", "c"],
        }
    )

    row = rolls.matrix(found, "en").data[0]

    assert row.x[-2:] == ("M7+", "Repaid")
    assert row.text[:3] == ("90.0", "2.0", "")
    assert list(row.customdata[1]) == ["C", "M1"]
    # The same is grey, worse is red, repaid is green, and what did not happen is nearly nothing.
    assert row.marker.color[0] == "rgb(177,186,196)"
    assert row.marker.color[1] == "rgb(242,228,232)"
    assert row.marker.color[-1] == "rgb(216,235,234)"
    assert row.marker.color[2] == "rgba(138,151,166,0.10)"


def test_what_is_ahead_is_hatched_and_what_was_is_solid() -> None:
    past = pl.DataFrame({"month_end_on": [OCTOBER], "what": ["M1"], "value": [120_000.0]})
    ahead = past.with_columns(month_end_on=pl.lit(NOVEMBER), value=pl.lit(130_000.0))

    was, will = rolls.months_ahead(past, ahead, "amount", "en").data[:2]

    assert (was.marker.pattern.shape, will.marker.pattern.shape) == (None, "/")
    assert (was.text, will.text) == (("¥1,200.00",), ("¥1,300.00",))
    assert (was.x, will.x) == (("2026-10",), ("2026-11",))


def test_a_click_on_a_flow_gives_its_month() -> None:
    found = pl.DataFrame(
        {
            "month_end_on": [OCTOBER, NOVEMBER],
            "rate": [0.4, None],
            "low": [0.3, None],
            "high": [0.5, None],
            "hover": ["said", ""],
        }
    )

    band, line = rolls.flow(found, 0.35).data

    assert (line.x, line.customdata) == (("2026-10",), ("2026-10-31",))
    assert band.y == (0.3, 0.5)


def test_a_forecast_begins_at_what_stands_now_and_has_an_interval_after() -> None:
    past = pl.DataFrame({"month_end_on": [OCTOBER], "rate": [0.03]})
    ahead = pl.DataFrame(
        {
            "month_end_on": [OCTOBER, NOVEMBER],
            "value": [0.03, 0.04],
            "low": [None, 0.02],
            "high": [None, 0.06],
        }
    )

    band, was, will = rolls.share_ahead(past, ahead, "en").data

    assert band.x == ("2026-11", "2026-11")
    assert (was.y, will.y) == ((0.03,), (0.03, 0.04))
    assert will.text[1] == "4.00% (2.00% to 6.00%)"


def test_past_forecasts_stand_beside_what_came() -> None:
    tried = pl.DataFrame(
        {
            "month_end_on": [NOVEMBER],
            "forecast": [0.04],
            "low": [0.02],
            "high": [0.05],
            "actual": [0.03],
        }
    )

    made, came = rolls.tested(tried, "en").data

    assert (made.y, came.y) == ((0.04,), (0.03,))
    assert round(made.error_y.arrayminus[0], 6) == 0.02
