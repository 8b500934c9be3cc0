"""The compliance register as data: which rules, held over what, by which checks, with what numbers.

Numbers that stand in another reference document are read from there (`references`), so that what is
enforced and what is checked are one.
"""

import functools
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from lending_core.settings import reference_file

Severity = Literal["high", "medium", "low"]
Kind = Literal["checked", "attested", "out_of_scope"]
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")
CONFIDENCES = ("P", "S", "S-", "M", "D")
# What a rule is held over.
GROUNDS = (
    "book",
    "policy",
    "funders",
    "texts",
    "models",
    "journey",
    "consents",
    "collections",
    "configuration",
)
OWNERS = ("legal", "compliance", "operations", "technology", "lender")
UNITS = ("none", "fen", "rate", "share", "days", "months", "hour", "count", "multiple", "points")
# Before the reason, in the names of what could not be judged.
UNJUDGED = "unjudged_"
_STEP = re.compile(r"([a-z0-9_]+)|\[(\d+)\]")

Words = dict[str, str]


@dataclass(frozen=True)
class Check:
    """One way to look: what a finding is about (`subject`), what is counted as looked at, the unit
    of what is measured, and the sentence of a finding with {measured}, {limit} and {detail}.
    `detail`: of which kind the latter is, one per part between slashes."""

    name: str
    subject: str
    looked_at: str
    unit: str
    found: Words
    detail: str = "plain"

    @property
    def is_unjudged(self) -> bool:
        """Whether it names what other checks could not judge, and breaks nothing."""
        return self.name.startswith(UNJUDGED)


@dataclass(frozen=True)
class Rule:
    """One rule of the register. `parameters` are its own values and those of other documents;
    `owner` and `every_months` are of rules that a person attests, `reason` of those out of scope.
    """

    rule_id: str
    title: Words
    instrument: Words
    article: str
    confidence: str
    source: str
    effective_from: date
    effective_to: date | None
    kind: Kind
    severity: Severity | None = None
    over: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    note: Words | None = None
    owner: str | None = None
    every_months: int | None = None
    reason: Words | None = None

    def is_in_force(self, on: date) -> bool:
        """Whether the rule binds what happens on a day."""
        return self.effective_from <= on <= (self.effective_to or on)


@functools.cache
def rules() -> dict[str, Rule]:
    """Id -> rule, in the order of the facts. Raises `ValueError` naming a rule whose entry cannot
    be read or refers to nothing."""
    document = _document("rules.toml")
    found = {row["id"]: _rule(row, document) for row in document["rule"]}
    if len(found) != len(document["rule"]):
        raise ValueError("rules.toml: an id stands twice")
    return found


def checked_rules() -> list[Rule]:
    """The rules that are run."""
    return [rule for rule in rules().values() if rule.kind == "checked"]


@functools.cache
def checks() -> dict[str, Check]:
    """Name -> check (`compliance_checks.toml`). Raises `ValueError` for an unknown unit."""
    found = {
        name: Check(name=name, **row) for name, row in _document("compliance_checks.toml").items()
    }
    for each in found.values():
        if each.unit not in UNITS or set(each.found) != {"en", "zh"}:
            raise ValueError(f"compliance_checks.toml: {each.name}")
    return found


def referred(reference: str) -> Any:
    """The value at `file.toml#path.to[0].it` of the reference data; without a path, the whole
    document. Numbers with a point are exact decimals. Raises `ValueError` where nothing is there.
    """
    file, _, path = reference.partition("#")
    value: Any = _document(file)
    try:
        for name, place in _STEP.findall(path):
            value = value[int(place)] if place else value[name]
    except (KeyError, IndexError, TypeError):
        raise ValueError(f"{reference}: nothing is there") from None
    return value


def lpr_on(on: date) -> tuple[date, Decimal] | None:
    """When the one-year loan prime rate that holds on a day was published, and the rate (PR-04);
    None before the first known."""
    known = [row for row in _document("rules.toml")["lpr"] if row["published_on"] <= on]
    newest = max(known, key=lambda row: row["published_on"], default=None)
    return (newest["published_on"], newest["annual_rate"]) if newest else None


def as_of() -> date:
    """Until when the facts behind the register were collected."""
    on: date = _document("rules.toml")["as_of"]
    return on


def _rule(row: dict[str, Any], document: dict[str, Any]) -> Rule:
    references = row.get("references", {})
    attested = row.get("attested", {})
    reason = row.get("out_of_scope")
    rule = Rule(
        rule_id=row["id"],
        title=row["title"],
        instrument=document["instruments"][row["instrument"]],
        article=row.get("article", ""),
        confidence=row["confidence"],
        source=row["source"],
        effective_from=row["effective_from"],
        effective_to=row.get("effective_to"),
        kind="attested" if attested else "out_of_scope" if reason else "checked",
        severity=row.get("severity"),
        over=tuple(row.get("over", ())),
        checks=tuple(row.get("checks", ())),
        parameters={
            **row.get("values", {}),
            **{name: referred(place) for name, place in references.items()},
        },
        references=references,
        note=row.get("note"),
        owner=attested.get("owner"),
        every_months=attested.get("every_months"),
        reason=document["out_of_scope_reasons"][reason] if reason else None,
    )
    if fault := _fault(rule):
        raise ValueError(f"rules.toml: {rule.rule_id}: {fault}")
    return rule


def _fault(rule: Rule) -> str | None:
    """What is wrong with an entry."""
    if rule.confidence not in CONFIDENCES:
        return "confidence"
    if rule.kind == "out_of_scope":
        return None
    if rule.severity not in SEVERITIES:
        return "severity"
    if rule.kind == "attested":
        return None if rule.owner in OWNERS and rule.every_months else "attested"
    if not rule.over or not set(rule.over) <= set(GROUNDS):
        return "over"
    return None if rule.checks and set(rule.checks) <= checks().keys() else "checks"


@functools.cache
def _document(name: str) -> dict[str, Any]:
    return tomllib.loads(reference_file(name).read_text("utf-8"), parse_float=Decimal)
