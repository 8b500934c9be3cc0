"""Figures over time: what is drawn, in which unit, and what a click gives."""

from datetime import date

import polars as pl

from pages.ui.charts import series

MONTHS = [date(2026, 10, 31), date(2026, 11, 30)]


def test_lines_share_one_unit_and_leave_gaps() -> None:
    frame = pl.DataFrame(
        {
            "month_end_on": MONTHS,
            "principal_fen": [150_000_000, 250_000_000],
            "overdue_fen": [None, 10_000_000],
        }
    )

    figure = series.lines(frame, "month_end_on", ["principal_fen", "overdue_fen"], "fen", "en")

    assert figure.data[0].y == (1.5, 2.5)
    assert figure.data[1].y == (None, 0.1)
    assert figure.data[1].text == ("—", "¥100,000.00")
    assert figure.layout.yaxis.title.text == "¥m"


def test_lines_of_shares_read_as_percent() -> None:
    frame = pl.DataFrame({"month_end_on": MONTHS, "over_30_share": [0.021, 0.034]})

    figure = series.lines(frame, "month_end_on", ["over_30_share"], "share", "en")

    assert figure.data[0].y == (0.021, 0.034)
    assert figure.data[0].text == ("2.1%", "3.4%")
    assert figure.layout.yaxis.tickformat == ".1%"
    assert figure.layout.showlegend is False


def test_a_sparkline_leaves_out_what_is_unknown() -> None:
    assert series.sparkline(pl.Series([1, None, 3])) == [1.0, 3.0]
