"""What rows of a tape that are not loaded say: found again in the file, by their position."""

from sqlglot import exp

from lending_core.portfolio.tape_reading import Reading

POSITION = "position"
# Rows found again, as a frame of position, reason and target under this name.
REFUSED = "refused"
_VALUE_MAX = 2_000
_DETAIL_MAX = 300


def refused_query(reading: Reading) -> exp.Select:
    """One row per refused row: position, reason, target, detail (what stands in the columns that
    the target reads) and content (JSON of the whole row)."""
    position = exp.Window(this=exp.func("row_number"))
    everything = exp.select(exp.alias_(position, POSITION), exp.Star()).from_(reading.source)
    refused = exp.to_identifier(REFUSED)
    at = exp.column(POSITION, table="told")
    return (
        exp.select(
            at,
            exp.column("reason", table=REFUSED),
            exp.column("target", table=REFUSED),
            exp.alias_(_detail(reading), "detail"),
            exp.alias_(_content(reading), "content"),
        )
        .from_(everything.subquery("told"))
        .join(
            exp.Table(this=refused),
            on=exp.EQ(this=at.copy(), expression=exp.column(POSITION, table=REFUSED)),
        )
        .order_by(at.copy())
    )


def _content(reading: Reading) -> exp.Expr:
    pairs = [
        exp.PropertyEQ(this=exp.to_identifier(column.name, quoted=True), expression=_text(name))
        for column, name in zip(reading.columns, reading.source_names, strict=True)
    ]
    return exp.cast(
        exp.Anonymous(this="to_json", expressions=[exp.Struct(expressions=pairs)]), "VARCHAR"
    )


def _detail(reading: Reading) -> exp.Expr:
    named = {
        column.name.lower(): name
        for column, name in zip(reading.columns, reading.source_names, strict=True)
    }
    read = {name: each.columns for name, each in reading.values.items()}
    if reading.exclude:
        read["exclude"] = reading.exclude.columns
    detail = exp.Case(this=exp.column("target", table=REFUSED))
    for target, columns in read.items():
        parts = [_text(named[column.lower()]) for column in columns]
        joined = exp.Anonymous(this="concat_ws", expressions=[exp.Literal.string(" | "), *parts])
        short = exp.func("left", joined, exp.Literal.number(_DETAIL_MAX))
        detail = detail.when(exp.Literal.string(target), short if parts else _empty())
    return detail.else_(_empty())


def _empty() -> exp.Expr:
    return exp.Literal.string("")


def _text(name: str) -> exp.Expr:
    column = exp.cast(exp.column(name, table="told", quoted=True), "VARCHAR")
    return exp.func("left", column, exp.Literal.number(_VALUE_MAX))
