"""Figures of a batch of decisions: scores by outcome, limits by size."""

import polars as pl

from pages.ui.charts import decisions

DECIDED = pl.DataFrame(
    {
        "score": [605, 619, 620, 480],
        "outcome": ["approve", "approve", "review", "decline"],
        "limit_fen": [400_000, 500_000, 12_000_000, 0],
    }
)


def test_scores_are_counted_in_ranges_of_twenty_by_outcome() -> None:
    drawn = decisions.scores_by_outcome(DECIDED, "en")

    counted = {bar.name: (list(bar.x), list(bar.y)) for bar in drawn.data}
    assert counted == {
        "Approve": ([610.0], [2]),
        "Review": ([630.0], [1]),
        "Decline": ([490.0], [1]),
    }


def test_a_score_range_names_both_its_ends() -> None:
    drawn = decisions.scores_by_outcome(DECIDED, "en")

    assert drawn.data[0].text[0] == "600–619<br>2"


def test_limits_fall_into_the_range_that_they_begin() -> None:
    granted = DECIDED.filter(pl.col("limit_fen") > 0)

    drawn = decisions.limits(granted, "en")

    assert list(drawn.data[0].y) == [1, 1, 0, 0, 0, 0, 1]
    assert drawn.data[0].x[0] == "¥0–¥5,000"
    assert drawn.data[0].x[-1] == "¥100,000+"
