"""Stages of lateness at both sides of every edge."""

import pytest

from lending_core.servicing.buckets import bucket_codes, bucket_of

EDGES = [
    (0, "C"),
    (1, "M1"),
    (30, "M1"),
    (31, "M2"),
    (60, "M2"),
    (61, "M3"),
    (90, "M3"),
    (91, "M4"),
    (120, "M4"),
    (121, "M5"),
    (150, "M5"),
    (151, "M6"),
    (180, "M6"),
    (181, "M7+"),
    (3_000, "M7+"),
]


@pytest.mark.parametrize(("days_past_due", "bucket"), EDGES)
def test_days_past_due_have_their_stage(days_past_due: int, bucket: str) -> None:
    assert bucket_of(days_past_due) == bucket


def test_stages_stand_in_order_of_lateness() -> None:
    assert bucket_codes() == ("C", "M1", "M2", "M3", "M4", "M5", "M6", "M7+")


def test_negative_days_are_a_bug() -> None:
    with pytest.raises(ValueError, match="never negative"):
        bucket_of(-1)
