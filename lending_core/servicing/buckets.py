"""Stages of lateness: C, M1 ... M7+, as data (`data/reference/buckets.toml`)."""

import functools
import tomllib
from dataclasses import dataclass

from lending_core.settings import reference_file

# Headline rates count principal more than this many days past due (facts section 10).
HEADLINE_DAYS = (30, 90)


@dataclass(frozen=True)
class Bucket:
    """Days past due from `days_past_due_from` to `days_past_due_to`, both included; None: open."""

    bucket: str
    position: int
    days_past_due_from: int
    days_past_due_to: int | None


@functools.cache
def buckets() -> tuple[Bucket, ...]:
    """All stages in order of lateness; together they cover every number of days exactly once.

    Raises `ValueError` when the document leaves a gap or an overlap.
    """
    document = tomllib.loads(reference_file("buckets.toml").read_text("utf-8"))
    stages = tuple(
        Bucket(row["bucket"], position, row["days_past_due_from"], row.get("days_past_due_to"))
        for position, row in enumerate(document["bucket"])
    )
    expected_from = 0
    for stage in stages:
        if stage.days_past_due_from != expected_from:
            raise ValueError(f"bucket {stage.bucket} must start at {expected_from} days")
        expected_from = (stage.days_past_due_to or 0) + 1
    if stages[-1].days_past_due_to is not None:
        raise ValueError("the last bucket has no upper end")
    return stages


def bucket_codes() -> tuple[str, ...]:
    """The stages' codes in order of lateness."""
    return tuple(stage.bucket for stage in buckets())
