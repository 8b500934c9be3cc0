"""A mapping compiled: one query that reads every row of a tape as targets, and says what is wrong.

Built from expression objects only. The steps are subqueries, each adding columns to the one before:

read     the columns of each row as the file has them
typed    columns that hold numbers or dates, read as such
valued   what the mapping says of each target, whatever type that has
staged   each target in the type of its table; `failed`: the number of the first check that the row
         fails, null for a row that is sound

Rows keep the order of the file; the table that the answer is kept in counts them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlglot import exp

from lending_core.errors import InvalidInput
from lending_core.mapping import Expression
from lending_core.portfolio.tape_checks import Check, Told, class_of, failing, text_of
from lending_core.portfolio.tape_columns import DATE_FORMS, DECORATION, MISSING, TapeColumn
from lending_core.portfolio.tape_targets import Target

FAILED = "failed"


# Where a column stands as it was written, even if it reads as a number or a date.
_TEXT_PLACES = (
    *(exp.Lower, exp.Upper, exp.Trim, exp.Length, exp.Substring, exp.Left, exp.Right),
    *(exp.Like, exp.ILike, exp.StartsWith, exp.EndsWith, exp.Contains),
    *(exp.SplitPart, exp.Concat, exp.DPipe, exp.StrToTime),
)
_COMPARED = (exp.EQ, exp.NEQ, exp.In, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Case)


@dataclass(frozen=True)
class Reading:
    """Which rows to read (`source`, its columns as they are in it: `columns`), and as what."""

    source: exp.Expr
    columns: tuple[TapeColumn, ...]
    # The names that `columns` have in the source, in the same order.
    source_names: tuple[str, ...]
    values: dict[str, Expression]
    targets: tuple[Target, ...]
    # No date may be later.
    last_on: date
    exclude: Expression | None = None
    # Whether texts that stand for nothing are nulls in the source already.
    gives_nulls: bool = False
    segments: dict[str, Expression] = field(default_factory=dict)
    # Pairs of dates of which the first may not be later than the second.
    orders: tuple[tuple[str, str], ...] = ()

    @property
    def mapped(self) -> tuple[Target, ...]:
        return tuple(target for target in self.targets if target.name in self.values)


@dataclass(frozen=True)
class Staged:
    """The compiled query, the checks that its column `failed` counts from 0, and the columns that
    the mapping does not name: null in every row, so that nobody need keep them."""

    query: exp.Select
    checks: tuple[Check, ...]
    unsaid: tuple[exp.Expr, ...]


def valued(reading: Reading) -> exp.Select:
    """The query up to the step `valued`: for asking which types its columns `v_...` have."""
    places = _places(reading)
    as_text = {target.name for target in reading.targets if target.kind in ("text", "word")}
    trees = {
        name: _resolved(each, places, name, is_text=name in as_text or name.startswith("s_"))
        for name, each in _expressions(reading).items()
    }
    selected: list[exp.Expr] = []
    for name, (tree, used) in trees.items():
        selected.append(exp.alias_(_tried(tree), f"v_{name}"))
        selected.append(exp.alias_(_any(_wrong(column) for column in used), f"w_{name}"))
    return exp.select(*selected).from_(_typed(reading).subquery("typed"))


def staged(reading: Reading, types: dict[str, str]) -> Staged:
    """The whole query; `types`: of the columns of `valued`, as the engine names them.

    Raises `InvalidInput` for a target whose expression has a type that cannot be read as it.
    """
    told = {target.name: target for target in reading.mapped}
    named = [
        exp.alias_(_cast(target, types[f"v_{name}"]), f"r_{name}") for name, target in told.items()
    ]
    kept = exp.select(exp.Star(), *named).from_(valued(reading).subquery("valued"))
    failed = list(failing(_told(reading), types))
    number = exp.Case()
    for place, (_, condition) in enumerate(failed):
        number = number.when(condition, exp.Literal.number(place))
    columns: list[exp.Expr] = [
        exp.alias_(exp.column(f"r_{name}"), column_of(target)) for name, target in told.items()
    ]
    unsaid = [
        exp.alias_(_null(target), column_of(target))
        for target in reading.targets
        if target.name not in told
    ]
    own_segments = exp.alias_(_own_segments(reading.segments), "own_segments")
    (columns if reading.segments else unsaid).append(own_segments)
    value = number if failed else exp.null()
    columns.append(exp.alias_(exp.cast(value, "SMALLINT"), FAILED))
    query = exp.select(*columns).from_(kept.subquery("casted"))
    return Staged(query, tuple(check for check, _ in failed), tuple(unsaid))


def column_of(target: Target) -> str:
    """The column that a target becomes; amounts are in hundredths of the currency."""
    return f"{target.name}_fen" if target.kind == "amount" else target.name


def _expressions(reading: Reading) -> dict[str, Expression]:
    extra = {f"s_{name}": each for name, each in reading.segments.items()}
    if reading.exclude:
        extra["excluded"] = reading.exclude
    return {**reading.values, **extra}


@dataclass(frozen=True)
class _Place:
    """Where a column of the file stands in the query."""

    number: int
    column: TapeColumn

    @property
    def raw(self) -> exp.Expr:
        return exp.column(f"c{self.number}")

    @property
    def is_typed(self) -> bool:
        return self.column.kind in ("number", "date") and self.column.form != "native"


def _places(reading: Reading) -> dict[str, _Place]:
    return {
        column.name.lower(): _Place(number, column) for number, column in enumerate(reading.columns)
    }


def _used(reading: Reading) -> list[_Place]:
    places = _places(reading)
    names = {name.lower() for each in _expressions(reading).values() for name in each.columns}
    return [place for name, place in places.items() if name in names]


def _typed(reading: Reading) -> exp.Select:
    """The steps `read` and `typed`."""
    used = _used(reading)
    columns = [
        exp.alias_(
            _known(place, reading.source_names[place.number], is_text=not reading.gives_nulls),
            f"c{place.number}",
        )
        for place in used
    ]
    read = exp.select(*(columns or [exp.Star()])).from_(reading.source)
    typed = [exp.alias_(_as_kind(place), f"t{place.number}") for place in used if place.is_typed]
    return exp.select(exp.Star(), *typed).from_(read.subquery("read"))


def _known(place: _Place, name: str, *, is_text: bool) -> exp.Expr:
    """A column; null where its text stands for nothing. A reader of text (not `is_text`: it gives
    nulls by itself) has seen to that."""
    column = exp.column(name, quoted=True)
    if place.column.form == "native" or not is_text:
        return column
    return exp.case().when(_is_missing(column), exp.null()).else_(column)


def _is_missing(column: exp.Expr) -> exp.Expr:
    bare = exp.func("trim", column)
    return exp.In(this=bare, expressions=[exp.Literal.string(text) for text in MISSING])


def _as_kind(place: _Place) -> exp.Expr:
    raw, form = place.raw, place.column.form
    if place.column.kind == "date":
        return _as_date(raw, form)
    if form == "plain":
        return exp.TryCast(this=raw, to=exp.DataType.build("DOUBLE"))
    pattern = DECORATION + ("|%" if form == "percent" else "")
    bare = exp.func(
        "regexp_replace", raw.copy(), *map(exp.Literal.string, (pattern, "", "g")), dialect="duckdb"
    )
    number: exp.Expr = exp.TryCast(this=bare, to=exp.DataType.build("DOUBLE"))
    return exp.Div(this=number, expression=exp.Literal.number(100)) if form == "percent" else number


def _as_date(raw: exp.Expr, form: str) -> exp.Expr:
    if form == "%Y-%m-%d":
        return exp.TryCast(this=raw, to=exp.DataType.build("DATE"))
    forms = [form, f"{form} %H:%M:%S", f"{form} %H:%M"] if "%d" in form else [form]
    known = exp.array(*[exp.Literal.string(each) for each in forms])
    read = exp.Anonymous(this="try_strptime", expressions=[raw, known])
    return exp.TryCast(this=read, to=exp.DataType.build("DATE"))


def _resolved(
    expression: Expression, places: dict[str, _Place], name: str, *, is_text: bool
) -> tuple[exp.Expr, list[_Place]]:
    """The expression over the columns of the step `typed`, and those that it reads as typed."""
    typed: dict[int, _Place] = {}

    def placed(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column):
            return node
        place = places.get(node.name.lower())
        if place is None:
            raise InvalidInput("tape_column_unknown", where=name, column=node.name)
        if not place.is_typed or __stands_as_text(node, is_text=is_text):
            return place.raw
        typed[place.number] = place
        return exp.column(f"t{place.number}")

    return expression.tree.transform(placed), list(typed.values())


def __stands_as_text(column: exp.Expr, *, is_text: bool) -> bool:
    above = column.parent
    if above is None:
        return is_text
    if isinstance(above, _TEXT_PLACES):
        return True
    if not isinstance(above, _COMPARED):
        return False
    beside = [node for node in above.iter_expressions() if node is not column]
    return any(isinstance(node, exp.Literal) and node.is_string for node in beside)


def _wrong(place: _Place) -> exp.Expr:
    """Whether there is something in a column that does not read as what the column holds."""
    is_there = exp.and_(exp.not_(place.raw.is_(exp.null())), exp.not_(_is_missing(place.raw)))
    # A case looks at the text only where nothing could be read.
    return (
        exp.case().when(exp.column(f"t{place.number}").is_(exp.null()), is_there).else_(exp.false())
    )


def _tried(tree: exp.Expr) -> exp.Expr:
    """An expression that is null for a row over which the engine would stop."""
    return tree if isinstance(tree, exp.Column) else exp.func("try", tree)


def _any(conditions: Iterator[exp.Expr]) -> exp.Expr:
    return exp.or_(exp.false(), *conditions)


def _cast(target: Target, type_name: str) -> exp.Expr:
    value, found = exp.column(f"v_{target.name}"), class_of(type_name)
    if found == "nothing":
        return _null(target)
    if target.kind in ("text", "word"):
        return text_of(value, is_lower=target.kind == "word")
    fits = ("date", "text") if target.kind == "date" else ("number", "text")
    if found not in fits:
        raise InvalidInput("tape_type", target=target.name, found=type_name)
    return _date_of(value, found) if target.kind == "date" else _number_of(target, value)


def _date_of(value: exp.Expr, found: str) -> exp.Expr:
    read = exp.TryCast(this=value, to=exp.DataType.build("DATE"))
    if found != "text":
        return read
    forms = [form for form in DATE_FORMS if "%d" in form and form != "%m/%d/%Y"]
    known = exp.array(*[exp.Literal.string(each) for each in forms])
    other = exp.Anonymous(this="try_strptime", expressions=[value.copy(), known])
    return exp.Coalesce(
        this=read, expressions=[exp.TryCast(this=other, to=exp.DataType.build("DATE"))]
    )


def _number_of(target: Target, value: exp.Expr) -> exp.Expr:
    number: exp.Expr = exp.TryCast(this=value, to=exp.DataType.build("DOUBLE"))
    if target.kind == "rate":
        return exp.TryCast(this=number, to=exp.DataType.build("DECIMAL(18, 6)"))
    if target.kind == "amount":
        hundredths = exp.func("round", exp.Mul(this=number, expression=exp.Literal.number(100)))
        return exp.TryCast(this=hundredths, to=exp.DataType.build("BIGINT"))
    whole = exp.TryCast(this=number, to=exp.DataType.build("INTEGER"))
    return exp.case().when(exp.EQ(this=whole, expression=number.copy()), whole.copy())


def _own_segments(segments: dict[str, Expression]) -> exp.Expr:
    """Name to value of the tape's own segments; null where it has none."""
    if not segments:
        return exp.cast(exp.null(), exp.DataType.build("MAP(VARCHAR, VARCHAR)", dialect="duckdb"))
    names = exp.array(*[exp.Literal.string(name) for name in segments])
    values = exp.array(*[text_of(exp.column(f"v_s_{name}")) for name in segments])
    return exp.Anonymous(this="map", expressions=[names, values])


def _null(target: Target) -> exp.Expr:
    kinds = {
        "date": "DATE",
        "amount": "BIGINT",
        "rate": "DECIMAL(18, 6)",
        "count": "INTEGER",
        "days": "INTEGER",
    }
    return exp.cast(exp.null(), kinds.get(target.kind, "VARCHAR"))


def _told(reading: Reading) -> Told:
    is_excluding = reading.exclude is not None
    return Told(reading.mapped, is_excluding, reading.last_on, reading.orders)
