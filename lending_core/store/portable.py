"""What in a report over the whole book only one engine understands, or each in its own way: of the
query files, and of statements that are compiled."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, UnsupportedError

from lending_core.store.dialect import DUCKDB, SPARK, spark_sql
from lending_core.store.lake import book_wide_queries
from lending_core.store.query_files import query_text

# Answers that are near enough on one engine and exact on the other.
_NEAR = (
    exp.ApproxDistinct,
    exp.ApproxQuantile,
    exp.PercentileCont,
    exp.PercentileDisc,
    exp.Quantile,
)
# Answers that depend on the order in which rows happen to come, or on how a value is kept inside.
_BY_CHANCE = (exp.AnyValue, exp.First, exp.Last, exp.ArrayAgg, exp.GroupConcat, exp.TableSample)
_BY_CHANCE_NAMES = ("HASH", "RANDOM", "UUID", "LIST", "ARG_MIN_NULL", "ARG_MAX_NULL")
_OWN_FORMS = (exp.Pivot, exp.Lambda, exp.Struct)
_WHOLE = (exp.DataType.Type.BIGINT, exp.DataType.Type.INT, exp.DataType.Type.SMALLINT)
# Functions that sqlglot does not know, and that are the same under the same name.
_SAME = ("MAP_ENTRIES",)
_DATE_PARTS = ("DAY", "MONTH")


@dataclass(frozen=True)
class Outside:
    """A place in a file, or in what a function compiles, outside what both engines have."""

    source: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.what}"


def outside_of_all() -> list[Outside]:
    """Places outside the portable subset in all query files over the whole book; empty means
    none."""
    files = {name: f"lending_core/store/queries/{name}.sql" for name in book_wide_queries()}
    return [one for name, path in files.items() for one in outside(path, query_text(name))]


def outside(source: str, text: str) -> list[Outside]:
    """Places outside the portable subset in one statement, by line. `source`: where it is from."""
    tree = sqlglot.parse_one(text, dialect=DUCKDB)
    found = [
        Outside(source, _line(node), what)
        for node in tree.walk()
        for check in _CHECKS
        for what in check(node)
    ]
    return sorted({*found, *_untold(source, text)}, key=lambda one: (one.line, one.what))


def _untold(source: str, text: str) -> Iterator[Outside]:
    """What cannot be said to Spark at all."""
    try:
        spark_sql(text)
        sqlglot.parse_one(text, dialect=DUCKDB).sql(SPARK, unsupported_level=ErrorLevel.RAISE)
    except (UnsupportedError, ValueError) as refusal:
        yield Outside(source, 1, str(refusal).splitlines()[0])


def _near(node: exp.Expr) -> Iterator[str]:
    if isinstance(node, _NEAR):
        yield f"{node.sql_name().lower()}: exact on one engine only; use median()"


def _by_chance(node: exp.Expr) -> Iterator[str]:
    unnamed = isinstance(node, exp.Anonymous) and node.name.upper() in _BY_CHANCE_NAMES
    if isinstance(node, _BY_CHANCE) or unnamed:
        yield "an answer that depends on the order of rows, or on the engine's own values"
    if isinstance(node, exp.Select) and _cuts_at_will(node):
        yield "limit without an order: each engine keeps other rows"


def _cuts_at_will(select: exp.Select) -> bool:
    """Whether it keeps some rows in no order; rows that are all alike may be any."""
    is_cut = bool(select.args.get("limit")) and not select.args.get("order")
    return is_cut and not all(isinstance(one.unalias(), exp.Literal) for one in select.expressions)


def _own_form(node: exp.Expr) -> Iterator[str]:
    # What a list is filtered by, sqlglot writes for both.
    if isinstance(node, _OWN_FORMS) and not isinstance(node.parent, exp.ArrayFilter):
        yield f"{type(node).__name__.lower()}: written another way on the other engine"
    if isinstance(node, exp.Join) and node.method.upper() in ("ASOF", "POSITIONAL"):
        yield f"{node.method.lower()} join: the other engine has none"
    if isinstance(node, exp.Anonymous) and node.name.upper() not in _BY_CHANCE_NAMES + _SAME:
        yield f"{node.name.lower()}(): not known to be the same on both engines"


def _frame(node: exp.Expr) -> Iterator[str]:
    if isinstance(node, exp.WindowSpec) and node.find(exp.Placeholder, exp.Parameter):
        yield "a window bounded by a parameter: Spark wants a number there"


def _rounded(node: exp.Expr) -> Iterator[str]:
    """A fraction made a whole number is rounded on one engine and cut off on the other."""
    if isinstance(node, exp.Cast) and node.to.this in _WHOLE and _is_fraction(node.this):
        yield "a fraction cast to a whole number: say round() or floor()"


def _is_fraction(node: exp.Expr) -> bool:
    if isinstance(node, exp.Round | exp.Floor | exp.Ceil | exp.Count):
        return False
    if isinstance(node, exp.Div | exp.Avg | exp.Median | exp.Sqrt):
        return True
    if isinstance(node, exp.Cast):
        return node.to.this in exp.DataType.REAL_TYPES
    return any(_is_fraction(child) for child in node.iter_expressions())


def _days(node: exp.Expr) -> Iterator[str]:
    if isinstance(node, exp.DateDiff) and node.text("unit").upper() not in _DATE_PARTS:
        yield f"date_diff in {node.text('unit').lower()}s: counted in two ways"


_CHECKS: tuple[Callable[[exp.Expr], Iterator[str]], ...] = (
    _near,
    _by_chance,
    _own_form,
    _frame,
    _rounded,
    _days,
)


def _line(node: exp.Expr) -> int:
    """The first line that any part of it says it stands in."""
    lines = [part.meta["line"] for part in node.walk() if "line" in part.meta]
    return min(lines, default=1)
