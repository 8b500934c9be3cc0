"""Conditions that people write, while the engine works on them."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from lending_core.errors import InvalidInput

PART_MAX, DETAIL_MAX = 60, 200


@contextmanager
def refusing_condition(text: str) -> Iterator[None]:
    """Turns what the engine says of a condition's values into `InvalidInput`: a text where a number
    is due, a logarithm of nothing."""
    try:
        yield
    except (duckdb.DataError, duckdb.ProgrammingError) as refusal:
        detail = str(refusal).splitlines()[0][:DETAIL_MAX]
        raise InvalidInput("cohort_condition", part=text[:PART_MAX], detail=detail) from None
