"""The mapping of a loan tape: a TOML document that says what a file's columns mean.

`[tape]` says shape, currency and, where the file does not say it by itself, `as_of_on`: a date, or
an expression of which the latest counts. `exclude` is an expression; rows for which it holds are
left out. `[columns]` gives each target (`tape_targets.TARGETS`) as an expression over the file's
columns, `[payments]` those of a payment, `[segments]` names of one's own. `note` stands on screen
beside the figures: what was assumed.
"""

import json
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lending_core.errors import InvalidInput
from lending_core.mapping import Expression, read_expression
from lending_core.portfolio.tape_targets import (
    MONTH_TARGETS,
    PAYMENT_TARGETS,
    SHAPES,
    TARGETS,
    required,
)

TEXT_MAX = 200_000
SEGMENTS_MAX = 20
NOTE_MAX = 1_000
_TAPE = {"shape", "currency", "as_of_on", "exclude", "note"}
_SECTIONS = {"tape", "columns", "payments", "segments"}
_CURRENCY = re.compile(r"[A-Z]{3}")
_SEGMENT = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Columns of `lent_loan`: an own segment of the same name would hide them.
_TAKEN = {
    *("loan_id", "reference", "customer_id", "application_id", "policy_version", "disbursed_on"),
    *("lent_fen", "annual_rate", "instalments", "product_code", "scenario", "channel"),
    *("region_code", "band", "funder_code", "outcome", "own_segments"),
}


@dataclass(frozen=True)
class TapeMapping:
    """How a tape is read. `as_of_on`: a date, an expression, or None: the latest date it tells."""

    shape: str
    currency: str
    columns: dict[str, Expression]
    as_of_on: date | Expression | None = None
    exclude: Expression | None = None
    payments: dict[str, Expression] = field(default_factory=dict)
    segments: dict[str, Expression] = field(default_factory=dict)
    note: str = ""


def read_tape_mapping(text: str) -> TapeMapping:
    """The mapping of a TOML text.

    Raises `InvalidInput` with the place of anything unknown, of a wrong type or missing.
    """
    document = _document(text)
    tape = document["tape"]
    shape, currency = tape.get("shape"), tape.get("currency")
    _demand(shape in SHAPES, "tape.shape")
    _demand(isinstance(currency, str) and bool(_CURRENCY.fullmatch(currency)), "tape.currency")
    note = tape.get("note", "")
    _demand(isinstance(note, str) and len(note) <= NOTE_MAX, "tape.note")
    mapping = TapeMapping(
        shape=shape,
        currency=currency,
        as_of_on=_as_of(tape.get("as_of_on")),
        exclude=_optional(tape, "exclude", "tape.exclude"),
        columns=_expressions(document["columns"], "columns"),
        payments=_expressions(document["payments"], "payments"),
        segments=_expressions(document["segments"], "segments"),
        note=note.strip(),
    )
    check_mapping(mapping)
    return mapping


def write_tape_mapping(mapping: TapeMapping) -> str:
    """The TOML text that `read_tape_mapping` reads as the same mapping."""
    tape: dict[str, Any] = {"shape": mapping.shape, "currency": mapping.currency}
    if isinstance(mapping.as_of_on, Expression):
        tape["as_of_on"] = mapping.as_of_on.text
    elif mapping.as_of_on:
        tape["as_of_on"] = mapping.as_of_on
    if mapping.exclude:
        tape["exclude"] = mapping.exclude.text
    if mapping.note:
        tape["note"] = mapping.note
    sections = {"tape": tape}
    for name in ("columns", "payments", "segments"):
        sections[name] = {key: each.text for key, each in getattr(mapping, name).items()}
    return "\n".join(_section(name, facts) for name, facts in sections.items() if facts)


def check_mapping(mapping: TapeMapping) -> None:
    """Raises `InvalidInput` for targets that the shape does not have, or has and are missing."""
    known = {target.name for target in TARGETS[mapping.shape]}
    for name in sorted(mapping.columns.keys() - known):
        raise InvalidInput("tape_target_unknown", tape_target=name, shape=mapping.shape)
    for name in required(mapping.shape):
        if name not in mapping.columns:
            raise InvalidInput("tape_target_missing", tape_target=name)
    if mapping.shape == "months":
        _check_months(mapping)
    wanted = {target.name for target in PAYMENT_TARGETS} if mapping.shape == "payments" else set()
    if mapping.payments.keys() != wanted:
        _demand(False, f"payments.{min(mapping.payments.keys() ^ wanted)}")
    _demand(len(mapping.segments) <= SEGMENTS_MAX, "segments")
    for name in mapping.segments:
        _demand(bool(_SEGMENT.fullmatch(name)) and name not in _TAKEN, f"segments.{name}")


def _check_months(mapping: TapeMapping) -> None:
    told = [name for name in MONTH_TARGETS if name in mapping.columns]
    if len(told) != 1:
        raise InvalidInput("tape_target_missing", tape_target="month")
    if told == ["months_from_as_of"] and not isinstance(mapping.as_of_on, date):
        raise InvalidInput("tape_as_of_missing")


def _as_of(value: Any) -> date | Expression | None:
    if value is None or type(value) is date:
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return read_expression(value, "tape.as_of_on")
    raise _broken("tape.as_of_on")


def _document(text: str) -> dict[str, Any]:
    _demand(len(text) <= TEXT_MAX, "toml")
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        raise _broken("toml") from None
    for name in sorted(document.keys() - _SECTIONS):
        raise _broken(name)
    sections = {name: document.get(name, {}) for name in _SECTIONS}
    for name, facts in sections.items():
        _demand(isinstance(facts, dict), name)
    for name in sorted(sections["tape"].keys() - _TAPE):
        raise _broken(f"tape.{name}")
    return sections


def _expressions(facts: dict[str, Any], where: str) -> dict[str, Expression]:
    return {name: read_expression(text, f"{where}.{name}") for name, text in facts.items()}


def _optional(facts: dict[str, Any], name: str, where: str) -> Expression | None:
    return read_expression(facts[name], where) if name in facts else None


def _section(name: str, facts: dict[str, Any]) -> str:
    lines = [f"{key} = {_value(value)}" for key, value in facts.items()]
    return "\n".join([f"[{name}]", *lines, ""])


def _value(value: Any) -> str:
    # A JSON string is a TOML basic string, once what JSON leaves as it is is escaped as well.
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _demand(holds: bool, where: str) -> None:
    if not holds:
        raise _broken(where)


def _broken(where: str) -> InvalidInput:
    return InvalidInput("mapping_broken", where=where)
