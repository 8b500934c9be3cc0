"""Queries over cohorts with a segment or a condition of the asker's: the query file, and what was
asked added to its tree. Text that people wrote is parsed and checked first (`mapping`)."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp

from lending_core.errors import InvalidInput
from lending_core.mapping import read_expression
from lending_core.portfolio.tape_mapping import read_tape_mapping
from lending_core.store.conditions import refusing_condition
from lending_core.store.engine import Store
from lending_core.store.query_files import query_text

# What the month-end state says of a loan by itself.
DIMENSIONS = ("product_code", "band", "scenario", "channel", "region_code", "funder_code")
# Facts whose units are those of the tape.
TAKEN_OVER = (*DIMENSIONS, "instalments", "reference")
POLICY_VERSION = "policy_version"
# Segments that a tape brought are asked for by this and their name.
OWN_PREFIX = "own:"
# Columns of `lent_loan` that a condition may name besides the tape's own segments.
LOAN_COLUMNS = frozenset(
    (
        *DIMENSIONS,
        POLICY_VERSION,
        *("loan_id", "reference", "disbursed_on", "lent_fen", "annual_rate", "instalments"),
        "outcome",
    )
)


@dataclass(frozen=True)
class Part:
    """Which loans, beyond the six filters of a book: `where`, an expression over columns of
    `lent_loan` and the tape's own segments; and the segment by which they are told apart."""

    segment: str | None = None
    where: str | None = None


@dataclass(frozen=True)
class Names:
    """What a condition may call the facts of a loan beside `LOAN_COLUMNS`: a tape's own segments,
    and the tape's own columns that its mapping took over as they are (name -> ours)."""

    own_segments: frozenset[str] = frozenset()
    taken_over: Mapping[str, str] = field(default_factory=dict)


def names_of(store: Store) -> Names:
    """The names that conditions over this book may use."""
    segments = frozenset(store.read("own_segment")["name"])
    mappings = store.read("tape_origin")["mapping"].to_list()
    if not mappings:
        return Names(segments)
    columns = read_tape_mapping(mappings[0]).columns
    taken_over = {
        expression.tree.name.lower(): ours
        for ours, expression in columns.items()
        # Amounts and dates are kept in other units than the tape's: those go by our names only.
        if ours in TAKEN_OVER and isinstance(expression.tree, exp.Column)
    }
    return Names(segments, taken_over)


def condition(text: str, names: Names) -> exp.Expr:
    """The tree of a condition over `lent_loan`. Raises `InvalidInput` for what may not stand in an
    expression, and for a column that no loan has."""

    def named(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column):
            return node
        if node.name in LOAN_COLUMNS:
            return exp.column(node.name, quoted=True)
        if node.name in names.own_segments:
            return _own(node.name)
        if node.name.lower() in names.taken_over:
            return exp.column(names.taken_over[node.name.lower()], quoted=True)
        known = ", ".join(sorted((*LOAN_COLUMNS, *names.own_segments, *names.taken_over)))
        raise InvalidInput("cohort_column", column=node.name, known=known)

    return exp.paren(read_expression(text, "--where").tree.transform(named))


def checked(store: Store, text: str | None) -> exp.Expr | None:
    """The tree of a condition over this book's loans, None where none is asked. Raises
    `InvalidInput` as `condition`, and where the engine cannot reckon it for every loan."""
    if text is None:
        return None
    tree = condition(text, names_of(store))
    count = exp.select(exp.Count(this=exp.Star())).from_("lent_loan").where(tree)
    with refusing_condition(text):
        store.read_sql(count.sql("duckdb"))
    return tree


def lent_query(part: Part, where: exp.Expr | None) -> str:
    """`vintage_lent.sql` of a part, with a column `segment` where it asks for one."""
    tree = _parsed("vintage_lent")
    if where is not None:
        tree = tree.where(where)
    if part.segment is not None:
        tree = _grouped(tree, _value(part.segment))
    return tree.sql("duckdb")


def bad_query(part: Part, where: exp.Expr | None) -> str:
    """`vintage_bad.sql` of a part, with a column `segment` where it asks for one."""
    tree = restricted("vintage_bad", where)
    if part.segment is None:
        return tree.sql("duckdb")
    if part.segment in DIMENSIONS:
        return _grouped(tree, exp.column(part.segment)).sql("duckdb")
    told = exp.select(
        exp.column("loan_id").as_("told_loan_id"), _value(part.segment).as_("told_segment")
    ).from_("lent_loan")
    joined = tree.join(told.subquery("told"), on="loan_month.loan_id = told.told_loan_id")
    return _grouped(joined, exp.column("told_segment")).sql("duckdb")


def loan_query(part: Part, where: exp.Expr) -> str:
    """`cohort_loan.sql` of a part, with its segment (null where none is asked for)."""
    segment = exp.null() if part.segment is None else _value(part.segment)
    tree = _parsed("cohort_loan").where(where)
    return tree.select(exp.cast(segment, "varchar").as_("segment")).sql("duckdb")


def restricted(query: str, where: exp.Expr | None) -> exp.Select:
    """A query file over `loan_month`, of loans that a condition over `lent_loan` is true of."""
    tree = _parsed(query)
    if where is None:
        return tree
    chosen = exp.select("loan_id").from_("lent_loan").where(where)
    # The select that reads the month ends, which may be a part of the whole.
    parts = [part for part in tree.find_all(exp.Select) if _reads_months(part)]
    for part in parts:
        part.where(exp.column("loan_id", "loan_month").isin(query=chosen), copy=False)
    return tree


def in_segment(segment: str, value: str | None) -> exp.Expr:
    """The condition over `lent_loan` that a loan is of this value of a segment."""
    found = _value(segment)
    return found.is_(exp.null()) if value is None else found.eq(exp.Literal.string(value))


def among(parameter: str) -> exp.Expr:
    """The condition over `lent_loan` that a loan is in the list of a parameter."""
    return exp.func("list_contains", exp.Parameter(this=exp.var(parameter)), exp.column("loan_id"))


def _parsed(query: str) -> exp.Select:
    """The tree of a query file; a new one each time, since trees are built on in place."""
    return _tree(query).copy()


def _reads_months(part: exp.Select) -> bool:
    source = part.args.get("from_")
    return source is not None and source.this.name == "loan_month"


@functools.cache
def _tree(query: str) -> exp.Select:
    tree = sqlglot.parse_one(query_text(query), dialect="duckdb")
    if not isinstance(tree, exp.Select):
        raise ValueError(f"{query}.sql is not one select")
    return tree


def _grouped(tree: exp.Select, segment: exp.Expr) -> exp.Select:
    return tree.select(segment.as_("segment")).group_by(segment.copy())


def _value(segment: str) -> exp.Expr:
    """The value of a segment in `lent_loan`, as text."""
    if segment.startswith(OWN_PREFIX):
        return _own(segment.removeprefix(OWN_PREFIX))
    if segment not in (*DIMENSIONS, POLICY_VERSION):
        raise ValueError(f"no segment {segment!r}")
    return exp.cast(exp.column(segment), "varchar")


def _own(name: str) -> exp.Expr:
    return exp.Bracket(this=exp.column("own_segments"), expressions=[exp.Literal.string(name)])
