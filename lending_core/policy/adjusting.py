"""Quick moves of a draft's rows, and what an added row begins with.

A cell that holds no number is left as it is, for the reader to refuse.
"""

from collections.abc import Callable
from string import ascii_uppercase
from typing import Any

from lending_core.policy.document import LIMIT_BOUND_FEN
from lending_core.policy.fields import CODE_PATTERN
from lending_core.policy.rows import COLUMNS, NAMING, Row, Rows

_LIMITS = ("limit_person_fen", "limit_small_business_fen")
_PRICE_MAX = 100
# How far a cut-off may rise in the band of the highest scores, which nothing above bounds.
_SCORES_ABOVE = 100
# What a new rule on lines says by its action: the new limit in percent of the old one, and that
# nobody late gets more.
_LINE_CELLS: dict[str, Row] = {
    "freeze": {"limit_percent": 100},
    "decrease": {"limit_percent": 80},
    "increase": {"limit_percent": 120, "days_past_due_max": 0},
}
_DEFAULTS: dict[str, Row] = {
    "gate": {"purpose": "hard_stop", "operator": ">=", "borrower": "any"},
    "multiplier": {"operator": ">=", "percent": 100, "borrower": "any"},
    "band": {"admits": "none"},
    "line_review": {"borrower": "any"},
}


def with_limits(rows: Rows, percent: int) -> Rows:
    """The base limits of every band times `percent`, down to whole limit steps; 100 changes
    nothing."""
    if percent == 100:
        return rows
    step = _limit_step(rows)

    def scaled(cell: Any) -> Any:
        if not _is_whole(cell):
            return cell
        return min(cell * percent // 100, LIMIT_BOUND_FEN) // step * step

    return _each_band(rows, lambda row: row | {name: scaled(row[name]) for name in _LIMITS})


def with_prices(rows: Rows, points: int) -> Rows:
    """The place in the price range of every band that lets anyone in, `points` higher, from 0 to
    100."""

    def shifted(row: Row) -> Row:
        position = row["rate_position_percent"]
        if row["admits"] == "none" or not _is_whole(position):
            return row
        return row | {"rate_position_percent": min(max(position + points, 0), _PRICE_MAX)}

    return _each_band(rows, shifted)


def cut_off(rows: Rows) -> tuple[int, int, int] | None:
    """The score from which everybody is admitted, and the lowest and highest that leave the bands
    in their order; None where the bands say no such score."""
    scores = [row["score_from"] for row in rows["band"]]
    number = _last_admitted(rows)
    if number is None or number + 1 == len(scores) or not all(map(_is_whole, scores)):
        return None
    above = scores[number - 1] if number else scores[0] + _SCORES_ABOVE
    low, high = scores[number + 1] + 1, above - 1
    return (scores[number], low, high) if low <= scores[number] <= high and low < high else None


def with_cut_off(rows: Rows, score: int) -> Rows:
    """Everybody admitted from `score` on: the lowest band that admits all begins there."""
    number = _last_admitted(rows)
    bands = [
        row | {"score_from": score} if place == number else row
        for place, row in enumerate(rows["band"])
    ]
    return rows | {"band": bands}


def with_added(part: str, rows: list[Row], added: list[Row]) -> list[Row]:
    """The rows of a table with added ones, their empty cells filled: a code of their own, the usual
    choices. A band begins with the numbers of the band it is cut from, so that adding one changes
    no decision until a number changes. Rows without a single cell are left away."""
    for typed in added:
        cells = {name: cell for name, cell in typed.items() if cell is not None}
        if cells:
            rows = _placed(part, rows, cells)
    return rows


def _placed(part: str, rows: list[Row], cells: Row) -> list[Row]:
    row: Row = dict.fromkeys(COLUMNS[part]) | _DEFAULTS[part] | {"source": "assumption"}
    if part == "band":
        place = _place_of(rows, cells.get("score_from"))
        row |= rows[place] if place < len(rows) else {}
        row |= {"name": _free_name(rows)} | cells
        return [*rows[:place], row, *rows[place:]]
    if part == "line_review":
        row |= _LINE_CELLS.get(str(cells.get("action")), {})
    row |= {"code": _free_code(part, rows, cells)} | cells
    return [*rows, row]


def _place_of(bands: list[Row], score: Any) -> int:
    """Where a band from `score` on stands: above the first that begins no higher."""
    for place, band in enumerate(bands):
        if _is_whole(score) and _is_whole(band["score_from"]) and band["score_from"] <= score:
            return place
    return len(bands)


def _free_name(bands: list[Row]) -> str:
    taken = {band["name"] for band in bands}
    letters = (*ascii_uppercase, *(f"{a}{b}" for a in ascii_uppercase for b in ascii_uppercase))
    return next(name for name in letters if name not in taken)


def _free_code(part: str, rows: list[Row], cells: Row) -> str:
    about = str(cells.get("feature") or cells.get("action") or "")
    stem = f"own_{about}"[:50] if CODE_PATTERN.fullmatch(f"own_{about}"[:50]) else "own"
    taken = {row[NAMING[part]] for row in rows}
    return next(code for n in range(1, len(rows) + 2) if (code := f"{stem}_{n}") not in taken)


def _last_admitted(rows: Rows) -> int | None:
    places = [place for place, row in enumerate(rows["band"]) if row["admits"] == "all"]
    return places[-1] if places else None


def _each_band(rows: Rows, moved: Callable[[Row], Row]) -> Rows:
    return rows | {"band": [moved(row) for row in rows["band"]]}


def _limit_step(rows: Rows) -> int:
    step = next((row["value"] for row in rows["cap"] if row["code"] == "limit_step_fen"), None)
    return int(step) if isinstance(step, str) and step.isdecimal() and int(step) else 1


def _is_whole(cell: Any) -> bool:
    return isinstance(cell, int) and not isinstance(cell, bool)
