"""Groups of applicants: intervals, the line of four fifths, the swap of two models."""

import polars as pl
import pytest

from pages.ui.charts import score_groups


def test_approval_carries_its_interval() -> None:
    frame = pl.DataFrame(
        {
            "segment": ["partner"],
            "name": ["Partner"],
            "approval_share": [0.5],
            "approval_low_share": [0.4],
            "approval_high_share": [0.7],
            "applicants": [1_200],
        }
    )

    (bars,) = score_groups.approval(frame, "en").data

    assert (bars.x, bars.y, bars.customdata) == ((0.5,), ("Partner",), ("partner",))
    assert bars.error_x.array == pytest.approx((0.2,))
    assert bars.text == ("50.0% of 1,200",)


def test_groups_that_are_not_judged_have_no_mark() -> None:
    frame = pl.DataFrame(
        {
            "group": ["female", "male", "x"],
            "name": ["Women", "Men", "?"],
            "impact_ratio": [0.75, 1.0, None],
            "impact_low": [0.6, None, None],
            "impact_high": [0.9, None, None],
        }
    )

    figure = score_groups.impact(frame, 0.8, "en")

    (marks,) = figure.data
    assert (marks.y, marks.x) == (("Women", "Men"), (0.75, 1.0))
    assert marks.error_x.arrayminus == pytest.approx((0.15, 0.0))
    assert figure.layout.shapes[0].x0 == 0.8


def test_a_cell_of_the_swap_is_called_by_its_name() -> None:
    frame = pl.DataFrame({"cell": ["both", "first_only"], "applications": [1_200, 30]})

    (bars,) = score_groups.swap(frame, {"both": "Both", "first_only": "Out"}, "en").data

    assert (bars.y, bars.customdata) == (("Both", "Out"), ("both", "first_only"))
    assert bars.text == ("1,200", "30")
