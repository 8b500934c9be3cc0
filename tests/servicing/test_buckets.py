"""Stages of lateness: their edges, and their order."""

from lending_core.servicing.buckets import bucket_codes, buckets


def test_every_stage_has_its_edges() -> None:
    edges = [(each.bucket, each.days_past_due_from, each.days_past_due_to) for each in buckets()]

    assert edges == [
        ("C", 0, 0),
        ("M1", 1, 30),
        ("M2", 31, 60),
        ("M3", 61, 90),
        ("M4", 91, 120),
        ("M5", 121, 150),
        ("M6", 151, 180),
        ("M7+", 181, None),
    ]


def test_stages_stand_in_order_of_lateness() -> None:
    assert bucket_codes() == ("C", "M1", "M2", "M3", "M4", "M5", "M6", "M7+")
