"""A measure by month: what was seen, and what is estimated until it can be seen."""

from datetime import date

import polars as pl
import pytest

from pages.ui.charts import score_months

MONTHS = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
SEEN = pl.DataFrame(
    {
        "month_on": MONTHS,
        "auc": [0.75, None, None],
        "auc_low": [0.7, None, None],
        "auc_high": [0.8, None, None],
        "is_ripe": [True, False, False],
    }
)
ESTIMATED = pl.DataFrame(
    {"month_on": MONTHS, "auc": [0.72] * 3, "auc_low": [0.6] * 3, "auc_high": [0.8] * 3}
)


def test_months_that_are_not_ripe_are_shaded_and_keep_their_place() -> None:
    figure = score_months.seen_and_estimated(SEEN, ESTIMATED, "auc", "en")

    (shade,) = figure.layout.shapes
    assert (shade.x0, shade.x1) == (0.5, 2.5)
    assert figure.layout.xaxis.categoryarray == ("2026-01", "2026-02", "2026-03")


def test_what_was_seen_is_filled_and_what_is_estimated_is_open() -> None:
    figure = score_months.seen_and_estimated(SEEN, ESTIMATED, "auc", "en")

    drawn = {line.name: line for line in figure.data}
    assert (drawn["As seen"].x, drawn["As seen"].y) == (("2026-01",), (0.75,))
    assert drawn["As seen"].error_y.array == pytest.approx((0.05,))
    assert drawn["Estimated"].customdata == ("2026-01", "2026-02", "2026-03")
    assert drawn["Estimated"].marker.symbol == "circle-open"
    assert drawn["Estimated"].text[0] == "0.72 (95% interval 0.60 to 0.80)"
