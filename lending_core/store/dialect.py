"""A statement of DuckDB as Apache Spark takes it: transpiled by sqlglot, then what it leaves to us.

Every difference between the engines that a report meets is mended here, each with its reason.
"""

import functools

import sqlglot
from sqlglot import exp

DUCKDB, SPARK = "duckdb", "spark"
# Statements are as many as query files, conditions that people wrote, and pages of lists.
_KEPT_MAX = 512


@functools.lru_cache(maxsize=_KEPT_MAX)
def spark_sql(sql: str, unset: frozenset[str] = frozenset()) -> str:
    """The statement for Spark, its parameters as `:name`; those in `unset` are null."""
    tree = sqlglot.parse_one(sql, dialect=DUCKDB)
    tree = tree.transform(lambda node: _null_where(node, unset))
    for rewrite in _REWRITES:
        # The innermost first: what a rewrite makes of a part is there when it comes to the whole.
        for node in reversed(list(tree.walk())):
            node.replace(rewrite(node))
    return tree.sql(SPARK)


def _null_where(node: exp.Expr, unset: frozenset[str]) -> exp.Expr:
    """A parameter that is null has no type, and Spark asks for one where a list is due."""
    if isinstance(node, exp.Placeholder | exp.Parameter) and node.name in unset:
        return exp.null()
    return node


def _list_of_nothing(node: exp.Expr) -> exp.Expr:
    """Whether a null list contains something is not known; Spark refuses the question."""
    if isinstance(node, exp.ArrayContains) and isinstance(node.this, exp.Null):
        return exp.cast(exp.null(), "boolean")
    return node


def _element(node: exp.Expr) -> exp.Expr:
    """Lists begin at 1 there and at 0 here: sqlglot moves a number as it reads it, but nothing that
    is computed. Beyond the end is null there and an error here, but by `get`."""
    if not isinstance(node, exp.Bracket) or len(node.expressions) != 1:
        return node
    place = node.expressions[0]
    if isinstance(place, exp.Slice) or (isinstance(place, exp.Literal) and place.is_string):
        return node
    if not isinstance(place, exp.Literal):
        place = exp.Sub(this=exp.paren(place), expression=exp.Literal.number(1))
    return exp.Anonymous(this="GET", expressions=[node.this, place])


def _span(node: exp.Expr) -> exp.Expr:
    """Spark knows an interval of a computed length by a function only, and adds it by a plus."""
    match node:
        case exp.DateAdd():
            return exp.paren(exp.Add(this=node.this, expression=node.expression))
        case exp.ToDays():
            return _of_unit(node.this, "DAY")
        case exp.Interval() if not isinstance(node.this, exp.Literal):
            return _of_unit(node.this, node.text("unit").upper())
    return node


def _of_unit(length: exp.Expr, unit: str) -> exp.Expr:
    zero = exp.Literal.number(0)
    match unit:
        case "YEAR":
            return exp.Anonymous(this="MAKE_YM_INTERVAL", expressions=[length])
        case "MONTH":
            return exp.Anonymous(this="MAKE_YM_INTERVAL", expressions=[zero, length])
        case "HOUR":
            return exp.Anonymous(this="MAKE_DT_INTERVAL", expressions=[zero, length])
        case "DAY":
            # Whole days added to a date leave a date; an interval with seconds makes a time of it.
            days = exp.Anonymous(this="MAKE_DT_INTERVAL", expressions=[length])
            return exp.Cast(this=days, to=exp.DataType.build("interval day", dialect=SPARK))
    raise ValueError(f"an interval in {unit}")


def _months_between(node: exp.Expr) -> exp.Expr:
    """Turns of months there, whole months here: from 31 January to 1 February one, or none."""
    if not isinstance(node, exp.DateDiff) or node.text("unit").upper() != "MONTH":
        return node
    until, since = _months(node.this), _months(node.expression)
    return exp.paren(exp.Sub(this=until, expression=since))


def _months(day: exp.Expr) -> exp.Expr:
    years = exp.Mul(this=exp.Year(this=day), expression=exp.Literal.number(12))
    return exp.paren(exp.Add(this=years, expression=exp.Month(this=day.copy())))


def _unnested_together(node: exp.Expr) -> exp.Expr:
    """Several lists of one select become rows side by side there; Spark takes one at a time, so
    they are zipped first."""
    if not isinstance(node, exp.Select):
        return node
    lists = [each for each in node.expressions if isinstance(each.unalias(), exp.Explode)]
    if len(lists) < 2:
        return node
    names = [f"unnested_{place}" for place in range(len(lists))]
    zipped = exp.func("ARRAYS_ZIP", *(each.unalias().this for each in lists))
    rows = exp.Lateral(
        this=exp.func("INLINE", zipped),
        view=True,
        alias=exp.TableAlias(
            this=exp.to_identifier("unnested"), columns=[exp.to_identifier(one) for one in names]
        ),
    )
    for each, name in zip(lists, names, strict=True):
        each.unalias().replace(exp.column(name, "unnested"))
    node.append("laterals", rows)
    return node


_REWRITES = (_list_of_nothing, _element, _span, _months_between, _unnested_together)
