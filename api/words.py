"""The words of requests and answers: money in fen, days, rates, and text that can be kept."""

import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

# Ten billion yuan: nobody borrows so much, and every sum of such fits whole numbers of the book.
FEN_MAX = 10**12
ID_MAX = 2**63 - 1


class Sent(BaseModel):
    """What a client sends: nothing more than is asked for, each of its own kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """What the house answers."""

    model_config = ConfigDict(frozen=True)


def _kept(text: str) -> str:
    """Letters that any system can write: no half of a pair, nothing that steers a terminal."""
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in text):
        raise ValueError("unwritable characters")
    return text


def _day(value: Any) -> Any:
    """A day of a month as ISO 8601 writes it, with hyphens: no week of a year, and no instant."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or (day := date.fromisoformat(value)).isoformat() != value:
        raise ValueError("no day")
    return day


def among(choices: Iterable[str]) -> Callable[[str], str]:
    """A check that a text is one of these."""
    known = frozenset(choices)

    def chosen(text: str) -> str:
        if text not in known:
            raise ValueError("not among the choices")
        return text

    return chosen


def enumerated(choices: Iterable[str]) -> WithJsonSchema:
    """How a document says the same."""
    return WithJsonSchema({"type": "string", "enum": list(choices)})


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 100.0 is a whole one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Text = Annotated[str, AfterValidator(_kept)]
Whole = Annotated[int, BeforeValidator(_whole), Field(strict=True, ge=1)]
Fen = Annotated[Whole, Field(le=FEN_MAX, description="Hundredths of a yuan")]
Number = Annotated[int, Field(ge=1, le=ID_MAX)]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Rate = Annotated[
    Decimal,
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "description": "A yearly rate: 0.144 is 14.4 %"}),
]
