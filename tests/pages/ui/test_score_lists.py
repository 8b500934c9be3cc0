"""The list behind a bar: each loan with what became of it."""

import polars as pl

from pages.ui.score_lists import listed


def test_each_application_says_what_became_of_it() -> None:
    rows = pl.DataFrame(
        {
            "application_id": [1, 2, 3, 4],
            "is_funded": [True, True, True, False],
            "is_bad": [True, False, None, None],
            "default_probability": [0.1] * 4,
        }
    )

    shown = listed(rows)

    assert shown.select("application_id", "performance").rows() == [
        (1, "bad"),
        (2, "good"),
        (3, "unknown"),
        (4, "no_loan"),
    ]
    assert "default_probability_rate" in shown.columns
