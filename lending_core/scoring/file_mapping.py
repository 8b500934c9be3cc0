"""A mapping of somebody's own file: what is bad in it, and which features of it may score.

A TOML document. `[target]` says with `bad` (and `grey`) which rows are bad (or neither), and with
`days_past_due` and `window_months` what that stands for, where it is known. `[features.NAME]` has
an `expression` over the file's columns and, where they are not what `Candidate` takes by default,
kind, risk, codes and digits. `[file]` may name `applied_on` and `row_id`, `[plan]` the choices of a
`TrainingPlan` that differ from the house's, `[audit]` the `columns` that are kept aside.
"""

import dataclasses
import tomllib
from dataclasses import dataclass
from typing import Any

from lending_core.errors import InvalidInput
from lending_core.mapping import Expression, read_expression
from lending_core.scoring.features import barred_word, may_score
from lending_core.scoring.plan import Candidate, TrainingPlan, house_plan
from lending_core.scoring.standards import Target

FEATURES_MAX = 500
_SECTIONS = {
    "file": {"applied_on", "row_id"},
    "target": {"bad", "grey", "days_past_due", "window_months"},
    "plan": {"bins_max", "bin_share_min", "information_value_min", "out_of_time_months"},
    "audit": {"columns"},
}
_FEATURE = {"expression", "kind", "risk", "codes", "digits"}


@dataclass(frozen=True)
class FileMapping:
    """`features` and `expressions` go together. `audit` columns are read by no feature."""

    bad: Expression
    grey: Expression | None
    applied_on: Expression | None
    row_id: Expression | None
    plan: TrainingPlan
    features: tuple[Candidate, ...]
    expressions: tuple[Expression, ...]
    audit: tuple[str, ...]


def read_file_mapping(text: str) -> FileMapping:
    """The mapping of a TOML text.

    Raises `InvalidInput` naming the place of anything unknown, of a wrong type or missing, of a
    feature that reads a column which may not score, is kept aside, or holds the outcome.
    """
    document = _document(text)
    target, file = document["target"], document["file"]
    bad = read_expression(target.get("bad"), "target.bad")
    grey = _optional(target, "grey", "target.grey")
    audit = _texts(document["audit"].get("columns", []), "audit.columns")
    outcome = bad.columns + (grey.columns if grey else ())
    aside = {column.lower() for column in (*audit, *outcome)}
    features = [_feature(name, facts, aside) for name, facts in _features(document).items()]
    return FileMapping(
        bad=bad,
        grey=grey,
        applied_on=_optional(file, "applied_on", "file.applied_on"),
        row_id=_optional(file, "row_id", "file.row_id"),
        plan=_plan(document["plan"], target),
        features=tuple(candidate for candidate, _ in features),
        expressions=tuple(expression for _, expression in features),
        audit=audit,
    )


def _document(text: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        raise _broken("toml") from None
    for name in document.keys() - _SECTIONS.keys() - {"features"}:
        raise _broken(name)
    sections = {name: document.get(name, {}) for name in (*_SECTIONS, "features")}
    for name, facts in sections.items():
        _demand(isinstance(facts, dict), name)
        _only(facts, _SECTIONS.get(name, facts.keys()), name)
    return sections


def _features(document: dict[str, Any]) -> dict[str, Any]:
    _demand(0 < len(document["features"]) <= FEATURES_MAX, "features")
    return document["features"]


def _feature(name: str, facts: Any, aside: set[str]) -> tuple[Candidate, Expression]:
    where = f"features.{name}"
    _demand(isinstance(facts, dict), where)
    _only(facts, _FEATURE, where)
    if not may_score(name):
        raise InvalidInput("scorecard_feature_not_allowed", feature=name)
    expression = read_expression(facts.get("expression"), f"{where}.expression")
    for column in expression.columns:
        if column.lower() in aside or barred_word(column):
            raise InvalidInput("mapping_column_aside", where=where, column=column)
    return _candidate(name, facts, where), expression


def _candidate(name: str, facts: dict[str, Any], where: str) -> Candidate:
    codes, digits = facts.get("codes", []), facts.get("digits")
    _demand(isinstance(codes, list), f"{where}.codes")
    _demand(all(type(code) in (int, float) for code in codes), f"{where}.codes")
    _demand(digits is None or type(digits) is int, f"{where}.digits")
    return Candidate(
        name,
        kind=facts.get("kind", "number"),
        risk=facts.get("risk", "auto"),
        codes=tuple(float(code) for code in codes),
        digits=digits,
    )


def _plan(choices: dict[str, Any], target: dict[str, Any]) -> TrainingPlan:
    for name, value in choices.items():
        is_whole = type(getattr(house_plan(), name)) is int
        _demand(type(value) in ((int,) if is_whole else (int, float)), f"plan.{name}")
    meaning = {name: target[name] for name in ("days_past_due", "window_months") if name in target}
    for name, value in meaning.items():
        _demand(type(value) is int, f"target.{name}")
    _demand(len(meaning) in (0, 2), "target.days_past_due")
    plan = dataclasses.replace(house_plan(), out_of_time_months=0, reject_inference="off")
    return dataclasses.replace(plan, target=Target(**meaning) if meaning else None, **choices)


def _optional(facts: dict[str, Any], name: str, where: str) -> Expression | None:
    return read_expression(facts[name], where) if name in facts else None


def _texts(value: Any, where: str) -> tuple[str, ...]:
    _demand(isinstance(value, list) and all(isinstance(each, str) for each in value), where)
    return tuple(value)


def _only(facts: dict[str, Any], known: Any, where: str) -> None:
    for name in sorted(facts.keys() - set(known)):
        raise _broken(f"{where}.{name}")


def _demand(holds: bool, where: str) -> None:
    if not holds:
        raise _broken(where)


def _broken(where: str) -> InvalidInput:
    return InvalidInput("mapping_broken", where=where)
