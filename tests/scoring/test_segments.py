"""Approval by segment, by hand."""

from datetime import date

import polars as pl
import pytest

from lending_core.scoring.calibration import wilson
from lending_core.scoring.segments import by_segment, of_segment

ROWS = pl.DataFrame(
    {
        "applied_on": [date(2026, 1, 31)] * 40 + [date(2026, 2, 1)] * 10,
        "channel": ["partner"] * 40 + ["merchant"] * 10,
        "outcome": (["approve"] * 3 + ["decline"]) * 10 + ["approve"] * 10,
        "score": [600] * 50,
        "default_probability": [0.05] * 50,
        "is_bad": [True, False, None, None] * 10 + [None] * 10,
    }
)


def test_segments_are_counted_with_their_intervals() -> None:
    segments = by_segment(ROWS, "channel")

    low, high = wilson(30, 40)
    assert segments.select("segment", "applicants", "approved", "approval_share").rows() == [
        ("partner", 40, 30, 0.75),
        ("merchant", 10, 10, None),
    ]
    assert segments.select("approval_low_share", "approval_high_share").row(0) == (low, high)


def test_few_judged_loans_have_no_bad_rate() -> None:
    segments = by_segment(ROWS, "channel")

    assert segments.select("loans", "bads", "bad_share").rows() == [(20, 10, None), (0, 0, None)]


def test_months_come_in_their_order() -> None:
    assert by_segment(ROWS.reverse(), "month")["segment"].to_list() == ["2026-01", "2026-02"]


@pytest.mark.parametrize(
    ("dimension", "segment", "rows"), [("channel", "merchant", 10), ("month", "2026-01", 40)]
)
def test_a_segment_leads_to_its_applicants(dimension: str, segment: str, rows: int) -> None:
    assert of_segment(ROWS, dimension, segment).height == rows
