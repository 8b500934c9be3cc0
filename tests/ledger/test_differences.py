"""What tells rows of now from sealed ones, row by row."""

import polars as pl
import pytest

from lending_core.ledger.differences import Difference, differences


def rows(*keys: str) -> pl.DataFrame:
    """Rows by their keys; a sign after a key is another content of it."""
    digests = [sum(map(ord, key)) * 1_000 + len(key) for key in keys]
    return pl.DataFrame(
        {"row_key": [key[0] for key in keys], "digest": pl.Series(digests, dtype=pl.UInt64)},
        schema_overrides={"row_key": pl.String},
    )


SEALED = rows("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (rows("a", "b", "c", "d"), []),
        (rows("a", "b!", "c", "d"), [Difference("changed", "b", 1)]),
        (rows("a", "c", "d"), [Difference("deleted", "b", 1)]),
        (rows("a", "b", "c"), [Difference("deleted", "d", 3)]),
        (rows("a", "b", "e", "c", "d"), [Difference("inserted", "e", None)]),
        (rows("a", "c", "d", "b"), [Difference("moved", "b", 1)]),
        (rows("a", "b", "d!", "c"), [Difference("changed", "d", 3)]),
        (rows(), [Difference("deleted", key, place) for place, key in enumerate("abcd")]),
    ],
)
def test_each_row_that_differs_is_named(now: pl.DataFrame, expected: list[Difference]) -> None:
    assert differences(SEALED, now, may_grow=False) == expected


def test_a_row_at_the_end_waits_where_rows_may_come() -> None:
    now = rows("a", "b", "c", "d", "e")

    assert differences(SEALED, now, may_grow=True) == []
    assert differences(SEALED, now, may_grow=False) == [Difference("inserted", "e", None)]


def test_a_row_in_between_is_inserted_though_rows_may_come() -> None:
    now = rows("a", "e", "b", "c", "d", "f")

    assert differences(SEALED, now, may_grow=True) == [Difference("inserted", "e", None)]


def test_rows_that_are_alike_are_counted() -> None:
    twice = rows("a", "a", "b")

    assert differences(twice, rows("a", "b"), may_grow=False) == [Difference("deleted", "a", 1)]
