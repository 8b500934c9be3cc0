"""The checks that each row of a tape passes or fails, as conditions over what was read of it.

`r_NAME` is a target as read, `v_NAME` what the mapping gives of it, `w_NAME` whether one of its
columns holds something that does not read as what the column holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from lending_core.errors import InvalidInput
from lending_core.portfolio.tape_targets import Target

TEXT_MAX = 200
FIRST_ON = date(1970, 1, 1)


@dataclass(frozen=True)
class Check:
    """Why a row may not be loaded: a reason (`tape_quality.REASONS`) and the target it is about."""

    reason: str
    target: str


@dataclass(frozen=True)
class Told:
    """What a mapping tells: its targets, whether it leaves rows out, the latest day that a date may
    be, and pairs of dates of which the first may not be later than the second."""

    targets: tuple[Target, ...]
    is_excluding: bool
    last_on: date
    orders: tuple[tuple[str, str], ...]


def failing(told: Told, types: dict[str, str]) -> Iterator[tuple[Check, exp.Expr]]:
    """Each check with the condition under which a row fails it, in the order they are told."""
    if told.is_excluding:
        if class_of(types["v_excluded"]) not in ("flag", "nothing"):
            raise InvalidInput("tape_type", target="exclude", found=types["v_excluded"])
        yield Check("excluded", "exclude"), exp.column("v_excluded")
    known = {target.name for target in told.targets}
    for target in told.targets:
        found = class_of(types[f"v_{target.name}"])
        standing = exp.column("r_standing") if "standing" in known else None
        yield from _failing_alone(target, told.last_on, found, standing)
    for earlier, later in told.orders:
        if {earlier, later} <= known:
            yield (
                Check("order", later),
                exp.LT(this=exp.column(f"r_{later}"), expression=exp.column(f"r_{earlier}")),
            )


def _failing_alone(
    target: Target, last_on: date, found: str, standing: exp.Expr | None
) -> Iterator[tuple[Check, exp.Expr]]:
    read, value = exp.column(f"r_{target.name}"), exp.column(f"v_{target.name}")
    something = text_of(value) if found == "text" else value
    unread = exp.or_(
        exp.column(f"w_{target.name}"),
        exp.and_(read.is_(exp.null()), exp.not_(something.is_(exp.null()))),
    )
    if target.kind not in ("text", "word"):
        yield Check("unreadable", target.name), unread
    if target.is_required:
        yield Check("missing", target.name), _is_absent(target, read, standing)
    if target.kind == "text":
        too_long = exp.GT(this=exp.func("length", read), expression=exp.Literal.number(TEXT_MAX))
        yield Check("too_long", target.name), too_long
    if target.kind == "word":
        words = [exp.Literal.string(word) for word in target.words]
        yield Check("unknown_word", target.name), exp.not_(exp.In(this=read, expressions=words))
    impossible = _impossible(target, read, last_on)
    if impossible is not None:
        yield Check("impossible", target.name), impossible


def _is_absent(target: Target, read: exp.Expr, standing: exp.Expr | None) -> exp.Expr:
    if target.name != "days_past_due" or standing is None:
        return read.is_(exp.null())
    # Who has no loan any more is not late.
    known = exp.Coalesce(this=standing, expressions=[exp.Literal.string("open")])
    is_open = exp.EQ(this=known, expression=exp.Literal.string("open"))
    return exp.and_(read.is_(exp.null()), is_open)


def _impossible(target: Target, read: exp.Expr, last_on: date) -> exp.Expr | None:
    if target.kind == "date":
        return exp.not_(exp.Between(this=read, low=_day(FIRST_ON), high=_day(last_on)))
    if target.least is None:
        return None
    unit = 100 if target.kind == "amount" else 1
    low, high = (
        exp.Literal.number(str(round(bound * unit))) for bound in (target.least, target.most or 0)
    )
    if target.least < 0:
        low = exp.Neg(this=exp.Literal.number(str(round(-target.least * unit))))
    return exp.not_(exp.Between(this=read, low=low, high=high))


def class_of(type_name: str) -> str:
    """text, number, date, flag or nothing: what a type of the engine is for a mapping."""
    if type_name in ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_NS"):
        return "date"
    if type_name == "VARCHAR":
        return "text"
    if type_name == "BOOLEAN":
        return "flag"
    if type_name.startswith(
        ("DECIMAL", "DOUBLE", "FLOAT", "U", "TINY", "SMALL", "INT", "BIG", "HUGE")
    ):
        return "nothing" if type_name == '"NULL"' else "number"
    return "nothing" if "NULL" in type_name else "other"


def text_of(value: exp.Expr, *, is_lower: bool = False) -> exp.Expr:
    """A value as text without spaces around it; null where nothing is left."""
    text = exp.func("trim", exp.cast(value, "VARCHAR"))
    known = exp.func("nullif", text, exp.Literal.string(""))
    return exp.func("lower", known) if is_lower else known


def _day(on: date) -> exp.Expr:
    return exp.cast(exp.Literal.string(on.isoformat()), "DATE")
