"""In words, how far ahead the chain did better than nothing."""

import polars as pl
import pytest

from pages.ui.roll_forecast import verdict
from pages.ui.text import sentence


@pytest.mark.parametrize(
    ("errors", "key", "months"),
    [
        ((1.0, 1.0, 1.0), "better_throughout", 3),
        ((1.0, 1.0, 3.0), "better_until", 2),
        ((3.0, 1.0, 1.0), "no_better", None),
    ],
)
def test_the_verdict_reaches_as_far_as_the_chain_was_closer(
    errors: tuple[float, ...], key: str, months: int | None
) -> None:
    summary = pl.DataFrame(
        {"months_ahead": [1, 2, 3], "error": errors, "unchanged_error": [2.0, 2.0, 2.0]}
    )

    assert verdict(summary) == sentence(f"roll_rates.{key}", "en", months=months)
