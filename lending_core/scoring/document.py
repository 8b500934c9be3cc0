"""A scorecard as a JSON document: written in one form, read strictly, known by its hash."""

import dataclasses
import functools
import hashlib
import json
import re
import sys
import types
import typing
from datetime import date
from typing import Any, TypeVar

from lending_core.errors import InvalidInput
from lending_core.scoring.scorecard import Scorecard
from lending_core.settings import reference_file

Record = TypeVar("Record")

# What a 32-bit column holds.
INTEGER_MAX = 2**31 - 1


def to_json(card: Scorecard) -> str:
    """The one text of a card: fields in record order, floats with all the digits they need."""
    return record_to_json(card)


@functools.lru_cache(maxsize=8)
def from_json(text: str) -> Scorecard:
    """The card of a text; fields that a record has a default for may be absent.

    Raises `InvalidInput` naming the place for anything missing, unknown, of another type, not a
    finite number, or not a scorecard.
    """
    return record_from_json(Scorecard, text, "scorecard")


def record_to_json(record: Any) -> str:
    """The text of any record made of plain values, dates, records and tuples of these."""
    fields = dataclasses.asdict(record, dict_factory=_without_what_came_later)
    return json.dumps(fields, ensure_ascii=False, allow_nan=False, default=date.isoformat)


def record_from_json(kind: type[Record], text: str, where: str) -> Record:
    """The record of a text, read as strictly as a card; `where` names it in a refusal."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInput("scorecard_not_json") from None
    return _read(kind, document, where)


def content_hash(card: Scorecard) -> str:
    """SHA-256 of the card's text, 64 hexadecimal digits."""
    return hashlib.sha256(to_json(card).encode()).hexdigest()


@functools.cache
def entry_scorecard() -> Scorecard:
    """Version 1: an expert's points, an assumption, in force until enough loans have matured."""
    return from_json(reference_file("entry_scorecard.json").read_text("utf-8"))


def _without_what_came_later(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    """A card that uses no newer field is written, and hashed, as before there was one."""
    return {
        name: value
        for name, value in fields
        if name not in _CAME_LATER or value != _CAME_LATER[name]
    }


def _read(kind: Any, value: Any, where: str) -> Any:
    """`value` as `kind`: a record, a tuple of one kind, an optional, or a plain value."""
    if dataclasses.is_dataclass(kind):
        return _read_record(kind, value, where)
    if isinstance(kind, types.UnionType):
        return None if value is None else _read(typing.get_args(kind)[0], value, where)
    if typing.get_origin(kind) is tuple:
        items = _demand(isinstance(value, list), value, where)
        kind = typing.get_args(kind)[0]
        return tuple(_read(kind, item, f"{where}[{at}]") for at, item in enumerate(items))
    return _PLAIN[kind](value, where)


def _read_record(kind: Any, value: Any, where: str) -> Any:
    _demand(isinstance(value, dict), value, where)
    kinds = typing.get_type_hints(kind)
    fields = dataclasses.fields(kind)
    required = {each.name for each in fields if each.default is dataclasses.MISSING}
    for name in sorted((required - value.keys()) | (value.keys() - kinds.keys())):
        raise InvalidInput("scorecard_field", where=f"{where}.{name}")
    return kind(**{name: _read(kinds[name], value[name], f"{where}.{name}") for name in value})


def _read_integer(value: Any, where: str) -> int:
    return _demand(type(value) is int and abs(value) <= INTEGER_MAX, value, where)


def _read_number(value: Any, where: str) -> float:
    is_finite = type(value) in (int, float) and abs(value) <= sys.float_info.max
    return float(_demand(is_finite, value, where))


def _read_text(value: Any, where: str) -> str:
    return _demand(isinstance(value, str) and not _UNWRITABLE.search(value), value, where)


def _read_date(value: Any, where: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidInput("scorecard_field", where=where) from None


def _demand(holds: bool, value: Any, where: str) -> Any:
    if not holds:
        raise InvalidInput("scorecard_field", where=where)
    return value


_CAME_LATER: dict[str, Any] = {"values": (), "codes": (), "groups": (), "grey_from_days": None}
# Engines take no NUL in a text, and half of a surrogate pair has no bytes to hash.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_PLAIN = {int: _read_integer, float: _read_number, str: _read_text, date: _read_date}
