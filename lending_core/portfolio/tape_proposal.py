"""A mapping proposed from what a tape's columns are called and hold; a person looks at it."""

import functools
import re
import tomllib
from typing import Any

from sqlglot import exp

from lending_core.mapping import Expression, read_expression
from lending_core.portfolio.tape_columns import TapeColumn, plain_name
from lending_core.portfolio.tape_mapping import TapeMapping
from lending_core.portfolio.tape_targets import PAYMENT_TARGETS, TARGETS, Target
from lending_core.servicing.buckets import buckets
from lending_core.settings import reference_file

Columns = tuple[TapeColumn, ...]

CURRENCY = "CNY"
_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "￥": "CNY", "元": "CNY"}
# Stages of lateness written as one letter each: how late at the least, C paid, X no loan.
_STAGE_WORDS = re.compile(r"[0-9CX]")
_PAID_OFF, _NO_LOAN = "C", "X"
# Rates above this are in percent.
_RATE_MAX = 1.5
_KINDS = {
    "text": ("text", "number", "date", "flag"),
    "word": ("text", "number", "flag"),
    "date": ("date",),
    "days": ("number", "text"),
}


def proposed_mapping(
    columns: Columns, payments: Columns | None = None, *, shape: str | None = None
) -> TapeMapping:
    """What the columns seem to mean. Targets for which no column is found are left out, so that the
    mapping may not be whole yet (`check_mapping`)."""
    chosen = shape or _shape(columns, payments)
    found = _found(columns, TARGETS[chosen], "columns")
    paid = _found(payments or columns, PAYMENT_TARGETS, "payments") if chosen == "payments" else {}
    told = {target.name: _expression(target, column) for target, column in found.items()}
    by_stage = [
        column for target, column in found.items() if target.kind == "days" and _is_stages(column)
    ]
    if by_stage and "standing" not in told:
        told["standing"] = _standing(by_stage[0])
    return TapeMapping(
        shape=chosen,
        currency=_currency(columns),
        columns=told,
        payments={target.name: _expression(target, column) for target, column in paid.items()},
    )


def _shape(columns: Columns, payments: Columns | None) -> str:
    if payments is not None:
        return "payments"
    names = {plain_name(column.name) for column in columns}
    by_month = {*_names("columns", "month"), *_names("columns", "months_from_as_of")}
    return "months" if names & by_month else "outcomes"


def _found(columns: Columns, targets: tuple[Target, ...], section: str) -> dict[Target, TapeColumn]:
    """The column of each target: the surest name first, each column once."""
    by_name = {plain_name(column.name): column for column in columns}
    found: dict[Target, TapeColumn] = {}
    for target in sorted(targets, key=lambda each: not each.is_required):
        for name in _names(section, target.name):
            column = by_name.get(name)
            if column and column not in found.values() and _fits(target, column):
                found[target] = column
                break
    if any(target.name == "month" for target in found):
        found = {each: column for each, column in found.items() if each.name != "months_from_as_of"}
    return {target: found[target] for target in targets if target in found}


def _fits(target: Target, column: TapeColumn) -> bool:
    if target.kind == "days" and column.kind == "text":
        return _is_stages(column)
    return column.kind in _KINDS.get(target.kind, ("number",))


def _expression(target: Target, column: TapeColumn) -> Expression:
    plain = exp.column(column.name, quoted=True)
    tree: exp.Expr = plain
    if target.kind == "word":
        tree = _by_word(plain, column, target)
    elif target.kind == "days" and column.kind == "text":
        tree = _by_stage(plain)
    elif target.kind == "rate" and column.form != "percent" and (column.middle or 0) > _RATE_MAX:
        tree = exp.Div(this=plain, expression=exp.Literal.number(100))
    return read_expression(tree.sql("duckdb"), target.name)


def _by_word(plain: exp.Expr, column: TapeColumn, target: Target) -> exp.Expr:
    """The words of a column by those that targets have; what is not known is open."""
    if set(column.words) and {word.lower() for word in column.words} <= set(target.words):
        return plain
    case = exp.Case()
    for word in target.words:
        own = [each for each in column.words if each.lower() in _words().get(word, ())]
        if own:
            within = exp.In(this=plain.copy(), expressions=[*map(exp.Literal.string, own)])
            case = case.when(within, exp.Literal.string(word))
    is_known = exp.not_(plain.copy().is_(exp.null()))
    return case.when(is_known, exp.Literal.string("open"))


def _is_stages(column: TapeColumn) -> bool:
    is_text = column.kind == "text" and bool(column.words)
    return is_text and all(_STAGE_WORDS.fullmatch(word) for word in column.words)


def _by_stage(plain: exp.Expr) -> exp.Expr:
    floors = [stage.days_past_due_from for stage in buckets()]
    case = exp.Case(this=plain)
    # The start of a file seldom shows every stage.
    for place, floor in enumerate(floors[1:]):
        case = case.when(exp.Literal.string(f"{place}"), exp.Literal.number(floor))
    return case.when(exp.Literal.string(_PAID_OFF), exp.Literal.number(0))


def _standing(column: TapeColumn) -> Expression:
    """Absent in months for which a column of stages says that there was no loan."""
    plain = exp.column(column.name, quoted=True)
    is_absent = exp.EQ(this=plain, expression=exp.Literal.string(_NO_LOAN))
    case = exp.Case().when(is_absent, exp.Literal.string("absent"))
    return read_expression(case.else_(exp.Literal.string("open")).sql("duckdb"), "standing")


def _currency(columns: Columns) -> str:
    marks = (mark for column in columns for text in column.examples for mark in text)
    return next((_CURRENCIES[mark] for mark in marks if mark in _CURRENCIES), CURRENCY)


def _names(section: str, target: str) -> tuple[str, ...]:
    return tuple(_document()[section].get(target, ()))


def _words() -> dict[str, Any]:
    return _document()["words"]


@functools.cache
def _document() -> dict[str, Any]:
    return tomllib.loads(reference_file("tape_names.toml").read_text("utf-8"))
