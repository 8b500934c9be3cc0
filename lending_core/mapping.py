"""Columns of ours from columns of somebody's file: expressions that people write, read safely.

An expression is arithmetic, comparison, `case` and a short list of functions over the columns of
one row. Anything else that SQL can say (other tables, files, windows, functions of the engine) is
refused before an engine sees it.
"""

from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp

from lending_core.errors import InvalidInput

# An expression of a mapping is a line or a few; longer ones are not written by hand.
LENGTH_MAX = 2_000
# Brackets within brackets; a parser calls itself for each.
DEPTH_MAX = 50

_VALUES = (exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren)
_ARITHMETIC = (exp.Neg, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Pow)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between)
_LOGIC = (exp.And, exp.Or, exp.Not, exp.Case, exp.If, exp.Coalesce, exp.Nullif)
_NUMBERS = (
    *(exp.Abs, exp.Greatest, exp.Least, exp.Ln, exp.Exp, exp.Sqrt, exp.Round, exp.Floor),
    *(exp.Ceil, exp.Sign),
)
# No function that makes long texts of short ones: nested, it would fill the memory.
_TEXTS = (
    *(exp.Lower, exp.Upper, exp.Trim, exp.Length, exp.Substring, exp.Left, exp.Right),
    *(exp.Like, exp.ILike, exp.StartsWith, exp.EndsWith, exp.Contains),
    *(exp.SplitPart, exp.Concat, exp.DPipe),
)
_DATES = (
    *(exp.Year, exp.Quarter, exp.Month, exp.Day, exp.DateDiff, exp.Var),
    *(exp.StrToTime, exp.DateFromParts, exp.LastDay, exp.TimestampTrunc, exp.DateTrunc),
    *(exp.DateAdd, exp.DateSub, exp.Interval),
)
_CASTS = (exp.Cast, exp.TryCast, exp.DataType)
ALLOWED = frozenset(
    (*_VALUES, *_ARITHMETIC, *_COMPARISONS, *_LOGIC, *_NUMBERS, *_TEXTS, *_DATES, *_CASTS)
)
CAST_TYPES = frozenset({"BIGINT", "INT", "DOUBLE", "FLOAT", "BOOLEAN", "DATE", "VARCHAR", "TEXT"})


@dataclass(frozen=True)
class Expression:
    """What a mapping says of one column: the text, and the columns of the file that it reads."""

    text: str
    columns: tuple[str, ...]

    @property
    def tree(self) -> exp.Expr:
        """For a query; a new tree each time."""
        return _parsed(self.text, self.text)


def read_expression(text: Any, where: str) -> Expression:
    """The expression of a text; raises `InvalidInput` with `where` and what may not be in it."""
    if not isinstance(text, str) or not 0 < len(text) <= LENGTH_MAX or _depth(text) > DEPTH_MAX:
        raise InvalidInput("mapping_expression", where=where, part=str(text)[:60])
    tree = _parsed(text, where)
    for node in tree.walk():
        if not _is_allowed(node):
            raise InvalidInput("mapping_expression", where=where, part=_part(node))
    columns = {column.name for column in tree.find_all(exp.Column)}
    return Expression(text, tuple(sorted(columns)))


def _parsed(text: str, where: str) -> exp.Expr:
    try:
        return sqlglot.parse_one(text, dialect="duckdb")
    except (sqlglot.errors.SqlglotError, RecursionError):
        raise InvalidInput("mapping_expression", where=where, part=text[:60]) from None


def _is_allowed(node: exp.Expr) -> bool:
    if isinstance(node, exp.Column):
        return not node.table and bool(node.name)
    if isinstance(node, exp.DataType):
        return node.this.value in CAST_TYPES and not node.expressions
    if isinstance(node, exp.In):
        return not any(node.args.get(part) for part in ("query", "unnest", "field"))
    return type(node) in ALLOWED


def _part(node: exp.Expr) -> str:
    return node.sql("duckdb")[:60]


def _depth(text: str) -> int:
    depths, depth = [0], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        depths.append(depth)
    return max(depths)
