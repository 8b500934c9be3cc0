"""What an applicant could change so that the answer changes: the smallest changes first.

Nothing is inferred from the card's points alone. Every way that is named was scored and decided
like an application of its own, by the judge that the caller brings.
"""

import itertools
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.scoring.advice import advice_rules
from lending_core.scoring.features import Feature, register, withheld
from lending_core.scoring.scorecard import Scorecard

# Amounts are tried in tenths: a letter that names a third decimal of a debt helps nobody.
PARTS = 10
FEN_UNIT = 100

Value = bool | int | float
Facts = Mapping[str, Any]
# Of a frame of applicants as they would be: one row each with is_better, in the same order.
Judge = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True)
class Change:
    """One lever moved: the columns that it sets, and the effort, as a share of the way from where
    the applicant is to the best that can be."""

    lever: str
    values: dict[str, Value]
    effort: float


@dataclass(frozen=True)
class Lever:
    """One thing in the applicant's hands: a feature, a part of the request, or a source to allow.
    `changes` go from the nearest to the farthest."""

    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Way:
    """Changes that together lead to a better answer, and what the judge said of them."""

    changes: tuple[Change, ...]
    answer: dict[str, Any]

    @property
    def effort(self) -> float:
        return sum(change.effort for change in self.changes)


def levers(card: Scorecard, facts: Facts, safe: Mapping[str, Collection[Value]]) -> list[Lever]:
    """What this applicant can change of the features of the register, in its order.

    `safe`: feature -> values at which a rule of the policy would not speak, or speak otherwise.
    What is not known cannot be changed, nothing leaves its allowed range.
    """
    found = []
    for feature in register().values():
        if feature.name in advice_rules().advice and facts.get(feature.name) is not None:
            values = {*_of_card(card, feature), *safe.get(feature.name, ())}
            found.append(lever(feature.name, _reachable(feature, facts, values)))
    return [each for each in found if each.changes]


def lever(name: str, values: Iterable[Value]) -> Lever:
    """A lever of one column, its values from the nearest to the farthest."""
    steps = list(values)
    return Lever(
        name,
        tuple(Change(name, {name: value}, at / len(steps)) for at, value in enumerate(steps, 1)),
    )


def consent_lever(source: str, facts: Facts, granted: Collection[str]) -> Lever | None:
    """To allow a source, and the best that it could then say: what it will say nobody knows. None
    where it would tell nothing that is not known."""
    opened = set(withheld(granted)) - set(withheld({*granted, source}))
    values = {name: _best(register()[name]) for name in sorted(opened) if facts[name] is None}
    return Lever(source, (Change(source, values, 1.0),)) if values else None


def ways(applicant: pl.DataFrame, found: list[Lever], judge: Judge) -> list[Way]:
    """Ways to a better answer, the fewest and smallest changes first: of one lever; of two where
    neither is enough alone; else of as few as will do. Empty: nothing would."""
    alone = _nearest(
        _tried(applicant, ((change,) for each in found for change in each.changes), judge)
    )
    enough = {way.changes[0].lever for way in alone}
    rest = [each for each in found if each.name not in enough]
    pairs = (
        pair
        for first, second in itertools.combinations(rest, 2)
        for pair in itertools.product(first.changes, second.changes)
    )
    in_twos = _nearest(_tried(applicant, pairs, judge))
    named = [*alone, *in_twos][: advice_rules().ways_max]
    return named or _together(applicant, found, judge)


def changed(applicant: pl.DataFrame, tries: list[tuple[Change, ...]]) -> pl.DataFrame:
    """A row per try: the applicant as they would be, numbered by application_id from 0."""
    facts = applicant.row(0, named=True)
    outcomes = [_settled(facts, changes) for changes in tries]
    kinds = applicant.schema
    columns = [
        pl.Series(name, [each.get(name, facts[name]) for each in outcomes], dtype=kinds[name])
        for name in sorted({name for each in outcomes for name in each})
    ]
    rows = applicant[[0] * len(tries)]
    numbers = pl.int_range(0, len(tries), dtype=pl.Int64).alias("application_id")
    return rows.with_columns(numbers, *columns)


def _tried(applicant: pl.DataFrame, tries: Iterable[tuple[Change, ...]], judge: Judge) -> list[Way]:
    """Those that lead to a better answer."""
    listed = list(tries)
    if not listed:
        return []
    answers = judge(changed(applicant, listed)).rows(named=True)
    both = zip(listed, answers, strict=True)
    return [Way(changes, answer) for changes, answer in both if answer["is_better"]]


def _nearest(found: list[Way]) -> list[Way]:
    """The least effort for each set of levers, the least of all first."""
    nearest: dict[tuple[str, ...], Way] = {}
    for way in sorted(found, key=lambda way: way.effort):
        nearest.setdefault(tuple(change.lever for change in way.changes), way)
    return list(nearest.values())


def _together(applicant: pl.DataFrame, found: list[Lever], judge: Judge) -> list[Way]:
    """The fewest levers that are enough at their farthest, each then moved back as far as it may;
    one way, or none with so many levers as can be asked of a person."""
    farthest = [each.changes[-1] for each in found]
    sizes = range(3, advice_rules().changes_max + 1)
    tries = (each for size in sizes for each in itertools.combinations(farthest, size))
    enough = _tried(applicant, tries, judge)[:1]
    for change in enough[0].changes if enough else ():
        (moved,) = (each for each in found if each.name == change.lever)
        enough = _nearest(_tried(applicant, _moved(enough[0], moved), judge))
    return enough


def _moved(way: Way, moved: Lever) -> list[tuple[Change, ...]]:
    """The way with one of its levers at each of its places."""
    return [
        tuple(step if change.lever == moved.name else change for change in way.changes)
        for step in moved.changes
    ]


def _settled(facts: Facts, changes: tuple[Change, ...]) -> dict[str, Value]:
    """What the changes set, and what moves with it: a part is never more than the whole."""
    values = {name: value for change in changes for name, value in change.values.items()}
    for name in [name for name in values if name in advice_rules().advice]:
        advice = advice_rules().advice[name]
        for part in advice.includes:
            known = values.get(part, facts[part])
            if known is not None and known > values[name]:
                values[part] = values[name]
        for share in advice.scales:
            if facts[share] is not None and facts[name]:
                values[share] = facts[share] * values[name] / facts[name]
    return values


def _of_card(card: Scorecard, feature: Feature) -> list[Value]:
    """The nearest value of each bin to the riskier bin beside it. Money goes by tenths."""
    scored = next((each for each in card.features if each.name == feature.name), None)
    if scored is None or feature.unit == "fen":
        return []
    edges = [each.lower for each in scored.ranges if each.lower is not None]
    return [_beside(feature, edge) for edge in edges]


def _beside(feature: Feature, edge: float) -> Value:
    """On the safe side of an edge, which belongs to the bin above it."""
    unit = Decimal(1).scaleb(-max(feature.split_digits or 0, 0))
    steps = Decimal(str(edge)) / unit
    whole = math.ceil(steps) if feature.risk == "descending" else math.ceil(steps) - 1
    return float(whole * unit) if feature.unit == "ratio" else int(whole * unit)


def _reachable(feature: Feature, facts: Facts, values: set[Value]) -> list[Value]:
    """The values that the applicant can come to, nearest first."""
    advice, now = advice_rules().advice[feature.name], facts[feature.name]
    if advice.needs and not facts[advice.needs]:
        return []
    if feature.unit == "fen":
        values = {now * part // PARTS // FEN_UNIT * FEN_UNIT for part in range(PARTS)}
    least, most = _range(feature)
    if feature.risk == "descending":
        most = most if advice.rise_max is None else min(most, now + advice.rise_max)
        return sorted(value for value in values if now < value <= most)
    return sorted((value for value in values if least <= value < now), reverse=True)


def _range(feature: Feature) -> tuple[Value, Value]:
    if feature.minimum is None or feature.maximum is None:
        return False, True
    return feature.minimum, feature.maximum


def _best(feature: Feature) -> Value:
    """The safest value that can be: more of what a person earns, less of everything else that
    scores do not weigh."""
    least, most = _range(feature)
    is_more_safer = feature.risk == "descending" or feature.name == "monthly_income_fen"
    return most if is_more_safer else least
