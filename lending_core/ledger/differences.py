"""Which rows of a table are not as they were sealed: changed, deleted, inserted or moved."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Difference:
    """One row: what happened to it, its key, and its sealed position (None for a new one)."""

    kind: str
    row_key: str
    position: int | None


def differences(sealed: pl.DataFrame, actual: pl.DataFrame, *, may_grow: bool) -> list[Difference]:
    """What tells the rows of now from the sealed ones; both: row_key and digest in their order.

    A row that keeps its key is changed, one that is gone deleted, one that nobody sealed inserted,
    one that is the same in another place moved. `may_grow`: rows after the last sealed one are
    not sealed yet.
    """
    start = _equal_from_start(sealed, actual)
    was = sealed.with_row_index("position").slice(start)
    now = actual.with_row_index("place").slice(start)
    same = _numbered(was, "digest").join(_numbered(now, "digest"), on=["digest", "nth"])
    was = was.join(same, on="position", how="anti", maintain_order="left")
    now = now.join(same, on="place", how="anti", maintain_order="left")
    changed = _numbered(was, "row_key").join(_numbered(now, "row_key"), on=["row_key", "nth"])
    gone = was.join(changed, on="position", how="anti", maintain_order="left")
    come = now.join(changed, on="place", how="anti", maintain_order="left")
    known = [*same["place"], *changed["place"]]
    if may_grow:
        come = come.filter(pl.col("place") < max(known, default=start))
    return [
        *_told("changed", changed.sort("position")),
        *_told("deleted", gone),
        *_told("inserted", come.with_columns(position=None)),
        *_told("moved", _moved(same.sort("position"))),
    ]


def _equal_from_start(sealed: pl.DataFrame, actual: pl.DataFrame) -> int:
    """How many rows at the beginning are the same in both."""
    shorter = min(sealed.height, actual.height)
    columns = ("row_key", "digest")
    differs = [
        (sealed[column][:shorter] != actual[column][:shorter]).arg_true() for column in columns
    ]
    return min([shorter, *(int(places[0]) for places in differs if places.len())])


def _numbered(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """Rows with `nth`: how many like it in the column came before."""
    return rows.with_columns(nth=pl.int_range(pl.len()).over(column))


def _moved(same: pl.DataFrame) -> pl.DataFrame:
    """Of rows in their sealed order the fewest that must have moved to give the order of now."""
    stayed = set(_longest_rising(same["place"].to_list()))
    return (
        same.filter(~pl.int_range(pl.len()).is_in(list(stayed)))
        if (len(stayed) < same.height)
        else same.clear()
    )


def _longest_rising(places: Sequence[int]) -> list[int]:
    """Indexes of a longest rising run of places, not necessarily neighbours."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, place in enumerate(places):
        at = bisect_left(tails, place)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1] = [place]
        ends[at : at + 1] = [index]
    run = []
    index = ends[-1] if ends else -1
    while index >= 0:
        run.append(index)
        index = before[index]
    return run


def _told(kind: str, rows: pl.DataFrame) -> list[Difference]:
    if rows.is_empty():
        return []
    chosen = rows.select("row_key", "position")
    return [Difference(kind, key, position) for key, position in chosen.iter_rows()]
