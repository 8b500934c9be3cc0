"""Read one value of a policy, from TOML or an edited cell, or refuse it naming its place."""

import datetime
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from lending_core.errors import InvalidInput
from lending_core.money import AMOUNT_MAX_FEN, RATE_DIGITS_MAX

Reader = Callable[[Any, str], Any]

CODE_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,59}")
TEXT_LENGTH_MAX = 200


def whole(low: int, high: int) -> Reader:
    """A reader of whole numbers from `low` to `high`."""

    def read(value: Any, place: str) -> int:
        _present(value, place)
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidInput("policy_whole_number", place=place)
        return _within(value, low, high, place)

    return read


def rate(low: str, high: str) -> Reader:
    """A reader of exact decimals from `low` to `high`."""

    def read(value: Any, place: str) -> Decimal:
        return Decimal(_within(number(value, place), Decimal(low), Decimal(high), place))

    return read


def number(value: Any, place: str) -> int | Decimal:
    """An exact number; text of an edited cell is read as one."""
    _present(value, place)
    if isinstance(value, int) and not isinstance(value, bool):
        return int(_within(value, -AMOUNT_MAX_FEN, AMOUNT_MAX_FEN, place))
    try:
        exact = Decimal(value if isinstance(value, str | Decimal) else "nan")
    except InvalidOperation:
        raise InvalidInput("policy_number", place=place) from None
    if not exact.is_finite() or -int(exact.as_tuple().exponent) > RATE_DIGITS_MAX:
        raise InvalidInput("policy_number", place=place)
    _within(exact, -AMOUNT_MAX_FEN, AMOUNT_MAX_FEN, place)
    return int(exact) if exact == exact.to_integral_value() else exact


def number_or_flag(value: Any, place: str) -> int | Decimal | bool:
    """What a gate compares with: an exact number, true or false."""
    if isinstance(value, bool):
        return value
    flags = {"true": True, "false": False}
    if isinstance(value, str) and value in flags:
        return flags[value]
    return number(value, place)


def choice(*choices: str) -> Reader:
    """A reader of one of `choices`."""

    def read(value: Any, place: str) -> str:
        _present(value, place)
        if value not in choices:
            raise InvalidInput("policy_choice", place=place, choices=", ".join(choices))
        return str(value)

    return read


def optional(read_present: Reader) -> Reader:
    """A reader that lets an absent value, or an empty cell, through as None."""

    def read(value: Any, place: str) -> Any:
        return None if value is None or value == "" else read_present(value, place)

    return read


def code(value: Any, place: str) -> str:
    """A name that code, rules and texts refer to: lower-case ASCII with underscores."""
    _present(value, place)
    if not isinstance(value, str) or not CODE_PATTERN.fullmatch(value):
        raise InvalidInput("policy_code", place=place)
    return value


def text(value: Any, place: str) -> str:
    """One line of printable text."""
    _present(value, place)
    if not isinstance(value, str) or not value.isprintable() or len(value) > TEXT_LENGTH_MAX:
        raise InvalidInput("policy_text", place=place)
    return value


def flag(value: Any, place: str) -> bool:
    """True or false."""
    _present(value, place)
    if not isinstance(value, bool):
        raise InvalidInput("policy_flag", place=place)
    return value


def date(value: Any, place: str) -> datetime.date:
    """A date without a time."""
    _present(value, place)
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise InvalidInput("policy_date", place=place)
    return value


def exact_text(value: bool | int | Decimal | datetime.date) -> str:
    """The value as TOML writes it, and as `number_or_flag` reads it back."""
    if isinstance(value, bool):
        return str(value).lower()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _present(value: Any, place: str) -> None:
    if value is None or value == "":
        raise InvalidInput("policy_missing", place=place)


def _within(value: Any, low: Any, high: Any, place: str) -> Any:
    if not low <= value <= high:
        raise InvalidInput("policy_range", place=place, low=low, high=high)
    return value
