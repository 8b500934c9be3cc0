"""What differs between two sets of rows, and two people's changes of one draft put together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lending_core.policy.rows import COLUMNS, NAMING, Row, Rows


@dataclass(frozen=True)
class RowChange:
    """One cell that differs, or a whole row that came (`before` is None) or went (`after`).

    `row` is the name of the row by `NAMING`, empty in parts of one row; `field` is None for a
    whole row, and `before` or `after` is then the row itself.
    """

    part: str
    row: str
    field: str | None
    before: Any
    after: Any


def row_changes(before: Rows, after: Rows) -> list[RowChange]:
    """Every difference, in the order of the document, rows that went first in each part."""
    changes = []
    for part in COLUMNS:
        was, now = _by_name(part, before[part]), _by_name(part, after[part])
        gone = [name for name in was if name not in now]
        changes += [RowChange(part, name[0], None, was[name], None) for name in gone]
        for name, row in now.items():
            changes += _changes_of(part, name[0], was.get(name), row)
    return changes


def merged(seen: Rows, mine: Rows, theirs: Rows) -> Rows:
    """Their rows with mine on top: what I changed since `seen` is as I have it, everything else as
    they have it. A row that one of us removed and the other changed stays."""
    return {part: _merged(part, seen[part], mine[part], theirs[part]) for part in COLUMNS}


def _merged(part: str, seen: list[Row], mine: list[Row], theirs: list[Row]) -> list[Row]:
    was, my, their = (_by_name(part, rows) for rows in (seen, mine, theirs))
    kept = [
        _laid_over(was.get(name), my.get(name), row)
        for name, row in their.items()
        if name in my or name not in was or row != was[name]
    ]
    gone = [
        row
        for name, row in my.items()
        if name not in their and (name not in was or row != was[name])
    ]
    if part != "band" or len(kept) + len(gone) == len(theirs):
        return kept + gone
    return sorted(kept + gone, key=_score, reverse=True)


def _laid_over(was: Row | None, mine: Row | None, theirs: Row) -> Row:
    if mine is None:
        return theirs
    old = was or {}
    return {
        name: mine[name] if name not in old or mine[name] != old[name] else cell
        for name, cell in theirs.items()
    }


def _score(row: Row) -> int:
    score = row["score_from"]
    return score if isinstance(score, int) else -1


def _changes_of(part: str, name: str, was: Row | None, now: Row) -> list[RowChange]:
    if was is None:
        return [RowChange(part, name, None, None, now)]
    return [
        RowChange(part, name, column, was[column], cell)
        for column, cell in now.items()
        if cell != was[column] or isinstance(cell, bool) != isinstance(was[column], bool)
    ]


def _by_name(part: str, rows: list[Row]) -> Mapping[tuple[str, int], Row]:
    """Rows by their name; those of the same name are told apart by their order."""
    naming = NAMING.get(part)
    named: dict[tuple[str, int], Row] = {}
    for row in rows:
        name = str(row[naming]) if naming else ""
        times = sum(other == name for other, _ in named)
        named[name, times] = row
    return named
