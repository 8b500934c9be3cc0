"""The terms of one loan as a JSON document: read strictly, written back as a schedule."""

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.dates import MONTH_ENDS
from lending_core.errors import InvalidInput
from lending_core.money import AMOUNT_MAX_FEN, ROUNDINGS, fen_text, parse_fen, parse_rate
from lending_core.products.due_dates import last_due_date
from lending_core.products.terms import (
    DAY_COUNTS,
    EVENT_KINDS,
    EVENT_SCHEMA,
    EVERY_DAYS_MAX,
    EVERY_MONTHS_MAX,
    INSTALMENTS_MAX,
)

DOCUMENT_METHODS = ("equal_instalment", "equal_principal", "interest_only", "flat")
REQUIRED = ("principal", "annual_rate", "method", "instalments", "every", "disbursed_on")
OPTIONAL: dict[str, Any] = {
    "day_count": "30/360",
    "rounding": "half_even",
    "month_end": "clamp",
    "instalment_multiple": "0",
    "grace_principal_instalments": 0,
    "grace_interest_instalments": 0,
    "carries_remainder": False,
    "events": (),
}
EVENT_VALUES = {"draw": "amount", "rate_change": "annual_rate"}

# Ten times the principal a year: far above any lawful rate, below what slipped digits give.
ANNUAL_RATE_MAX = Decimal(10)
EVENTS_MAX = 1_000
YEAR_MIN, YEAR_MAX = 1900, 2200
SHOWN_CHARACTERS = 40

# A decimal as people and programs write it: no exponent, no separators, ASCII digits.
_DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class LoanTerms:
    """One loan's terms and events as the frames that `schedule()` takes."""

    terms: pl.DataFrame
    events: pl.DataFrame


def read_terms(text: str | bytes) -> LoanTerms:
    """The loan that a JSON document describes. Raises `InvalidInput` naming the field at fault."""
    document = {**OPTIONAL, **_object(_parsed(text), "", REQUIRED, tuple(OPTIONAL))}
    every = _every(document["every"])
    instalments = _whole(document["instalments"], "instalments", 1, INSTALMENTS_MAX)
    row = {
        "loan_id": 1,
        "principal_fen": _positive_fen(document["principal"], "principal"),
        "annual_rate": _rate(document["annual_rate"], "annual_rate"),
        "method": _choice(document["method"], "method", DOCUMENT_METHODS),
        "instalments": instalments,
        **every,
        "disbursed_on": _date(document["disbursed_on"], "disbursed_on"),
        "day_count": _choice(document["day_count"], "day_count", DAY_COUNTS),
        "rounding": _choice(document["rounding"], "rounding", ROUNDINGS),
        "month_end": _choice(document["month_end"], "month_end", MONTH_ENDS),
        "instalment_multiple_fen": _fen(document["instalment_multiple"], "instalment_multiple"),
        **_graces(document, instalments),
        "carries_remainder": _flag(document["carries_remainder"], "carries_remainder"),
    }
    types: dict[str, Any] = {
        "annual_rate": pl.Decimal(scale=12),
        "every_months": pl.Int64,
        "every_days": pl.Int64,
    }
    events = _events(document["events"], row)
    return LoanTerms(pl.DataFrame([row], schema_overrides=types), events)


def write_schedule(schedule: pl.DataFrame) -> str:
    """The instalments of one loan as JSON, amounts as yuan with two decimals, and their totals."""
    amounts = ("principal", "interest", "total", "balance")
    instalments = [
        {"number": row["number"], "due_on": row["due_on"].isoformat()}
        | {name: fen_text(row[f"{name}_fen"]) for name in amounts}
        for row in schedule.iter_rows(named=True)
    ]
    totals = {
        name: fen_text(sum(schedule[f"{name}_fen"].to_list()))
        for name in ("principal", "interest", "total")
    }
    return json.dumps({"instalments": instalments, "totals": totals}, indent=1)


def _parsed(text: str | bytes) -> Any:
    try:
        return json.loads(
            text, parse_int=_number, parse_float=Decimal, object_pairs_hook=_without_repeats
        )
    except (ValueError, RecursionError) as fault:
        raise InvalidInput("terms_not_json", detail=str(fault)[:120]) from None


def _number(digits: str) -> int | Decimal:
    """A whole number of sane length; a longer one is no whole number to the checks that follow."""
    return int(digits) if len(digits) < SHOWN_CHARACTERS else Decimal(digits)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("a key occurs twice")
    return document


def _object(
    value: Any, field: str, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidInput("terms_object", field=field or "input")
    prefix = f"{field}." if field else ""
    for key in value:
        if key not in (*required, *optional):
            known = ", ".join((*required, *optional))
            raise InvalidInput("terms_unknown", field=_shown(prefix + key), known=known)
    for key in required:
        if key not in value:
            raise InvalidInput("terms_missing", field=prefix + key)
    return value


def _every(value: Any) -> dict[str, int | None]:
    if not isinstance(value, dict) or len(value) != 1 or not {"months", "days"} >= set(value):
        raise InvalidInput("terms_every", field="every")
    months, days = value.get("months"), value.get("days")
    if "months" in value:
        return {"every_months": _whole(months, "every.months", 1, EVERY_MONTHS_MAX)}
    return {"every_days": _whole(days, "every.days", 1, EVERY_DAYS_MAX)}


def _graces(document: dict[str, Any], instalments: int) -> dict[str, int]:
    names = ("grace_principal_instalments", "grace_interest_instalments")
    return {name: _whole(document[name], name, 0, instalments - 1) for name in names}


def _events(values: Any, row: dict[str, Any]) -> pl.DataFrame:
    if not isinstance(values, list | tuple) or len(values) > EVENTS_MAX:
        raise InvalidInput("terms_events", field="events", most=EVENTS_MAX)
    events = [_event(value, f"events[{index}]") for index, value in enumerate(values)]
    last_due_on = last_due_date(row)
    for index, event in enumerate(events):
        last_on = last_due_on - timedelta(days=event["kind"] == "draw")
        if not row["disbursed_on"] <= event["on"] <= last_on:
            field, first = f"events[{index}].on", row["disbursed_on"]
            raise InvalidInput("terms_event_day", field=field, first=first, last=last_on)
    if row["principal_fen"] + sum(event["amount_fen"] or 0 for event in events) > AMOUNT_MAX_FEN:
        raise InvalidInput("amount_too_large", field="events", text="sum")
    return pl.DataFrame(events, schema=EVENT_SCHEMA)


def _event(value: Any, field: str) -> dict[str, Any]:
    known = _object(value, field, ("on", "kind"), tuple(EVENT_VALUES.values()))
    kind = _choice(known["kind"], f"{field}.kind", EVENT_KINDS)
    own = EVENT_VALUES[kind]
    _object(value, field, ("on", "kind", own))
    is_draw = kind == "draw"
    return {
        "loan_id": 1,
        "on": _date(known["on"], f"{field}.on"),
        "kind": kind,
        "amount_fen": _positive_fen(known[own], f"{field}.{own}") if is_draw else None,
        "annual_rate": None if is_draw else _rate(known[own], f"{field}.{own}"),
    }


def _whole(value: Any, field: str, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise InvalidInput("terms_whole", field=field, least=least, most=most, text=_shown(value))
    return value


def _choice(value: Any, field: str, choices: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in choices:
        raise InvalidInput(
            "terms_choice", field=field, choices=", ".join(choices), text=_shown(value)
        )
    return value


def _flag(value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput("terms_choice", field=field, choices="true, false", text=_shown(value))
    return value


def _date(value: Any, field: str) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            found = date.fromisoformat(value)
        except ValueError:
            found = date.min
        if YEAR_MIN <= found.year <= YEAR_MAX:
            return found
    raise InvalidInput("terms_date", field=field, first=YEAR_MIN, last=YEAR_MAX, text=_shown(value))


def _decimal_text(value: Any, field: str) -> str:
    if not isinstance(value, str):
        raise InvalidInput("terms_text", field=field, text=_shown(value))
    if not _DECIMAL.fullmatch(value):
        raise InvalidInput("not_a_number", field=field, text=_shown(value))
    if value.startswith("-"):
        raise InvalidInput("terms_negative", field=field, text=_shown(value))
    return value


def _fen(value: Any, field: str) -> int:
    return parse_fen(_decimal_text(value, field), field)


def _positive_fen(value: Any, field: str) -> int:
    fen = _fen(value, field)
    if fen == 0:
        raise InvalidInput("terms_zero", field=field)
    return fen


def _rate(value: Any, field: str) -> Decimal:
    rate = parse_rate(_decimal_text(value, field), field)
    if rate > ANNUAL_RATE_MAX:
        raise InvalidInput("terms_rate_high", field=field, most=ANNUAL_RATE_MAX)
    return rate


def _shown(value: Any) -> str:
    words = {dict: "{}", list: "[]", bool: "true or false", type(None): "null"}
    return words.get(type(value), str(value)[:SHOWN_CHARACTERS])
