"""What the policy's line reviews propose for existing lines: freeze, decrease, increase.

One query for one line and for a whole book, whole-number arithmetic only. An increase passes the
steps that decide an application (`compile.decision_stages`), as though the customer's newest
application asked for the new limit under the line's product: whom the policy would refuse today
gets none, and every cap holds, the customer's other lines counted at their full limits (IL-01).
The steps are common table expressions:

line_rule   the policy's rows, numbered
met         each line with the first row that it meets; a line that meets none is absent
aimed       the limit that the row asks for
line_input  lines to be increased, as applicants
offer ... decided   see `compile`
allowed     the amount that each cap leaves a line
raised      by how much a line may rise by itself
shared      and together with the customer's other lines of this run
settled     the limit proposed
"""

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl
from sqlglot import exp

from lending_core.policy.checks import legal_bounds
from lending_core.policy.compile import (
    CAP_REASONS,
    decision_stages,
    input_columns,
    with_stages,
)
from lending_core.policy.document import LINE_ACTIONS, LineReview, Policy
from lending_core.policy.offers import offers
from lending_core.products.catalogue import BORROWER_KINDS, Product

# How many month ends a customer's lateness is looked for in.
MONTHS_BACK = 6
FREEZE, DECREASE, INCREASE = LINE_ACTIONS

# What is needed of each line, one row each, beside the newest application's `input_columns`.
LINE_COLUMNS = (
    "line_id",
    "customer_id",
    "kind",
    "product_code",
    "newest_application_id",
    "limit_fen",
    "others_limit_fen",
    "used_fen",
    "owed_fen",
    "months_open",
    "days_past_due",
    "is_late",
)

RULE_COLUMNS = {
    "rule_number": "INTEGER",
    "rule": "VARCHAR",
    "action": "VARCHAR",
    "limit_percent": "BIGINT",
}

# What may hold an increase back besides the caps of `compile`.
LAW_CAP = "law_cap_fen"
HELD_BY_CAPS = {LAW_CAP: "limit_capped_by_exposure", **CAP_REASONS}
SHARED_CAPS = (LAW_CAP, "exposure_cap_fen", "all_lenders_cap_fen")
LATE, REFUSED, NO_APPLICATION = "customer_past_due", "policy_refuses", "no_application"

PROPOSAL_SCHEMA = {
    "line_id": pl.Int64,
    "customer_id": pl.Int64,
    "kind": pl.String,
    "product_code": pl.String,
    "rule": pl.String,
    "action": pl.String,
    "months_open": pl.Int32,
    "days_past_due": pl.Int32,
    "used_fen": pl.Int64,
    "used_percent": pl.Int64,
    "limit_fen": pl.Int64,
    "proposed_limit_fen": pl.Int64,
    "held_by": pl.String,
    "is_proposed": pl.Boolean,
}
PROPOSAL_COLUMNS = tuple(PROPOSAL_SCHEMA)


def review_query(
    policy: Policy,
    products: Iterable[Product],
    lines: str = "line_to_review",
    applicants: str = "policy_input",
) -> exp.Select:
    """One row per row of `lines` that meets a row of the policy, ordered by line_id.

    `lines` has `LINE_COLUMNS`: others_limit_fen, the limits of the customer's other lines together;
    used_fen, principal outstanding at the month end, and owed_fen now; is_late, whether a loan of
    the customer is past due. `applicants` has the `input_columns`, found by application_id.

    Columns: `PROPOSAL_COLUMNS`. used_percent is of the limit, rounded down. proposed_limit_fen is
    in whole limit steps: for a decrease never below what is used or the smallest limit granted, for
    an increase never above a cap. held_by (`LATE`, `REFUSED`, `NO_APPLICATION` or one of
    `CAP_REASONS`) says what leaves an increase less than its row asks for, null where nothing does.
    is_proposed: whether there is something to do. Raises `ValueError` for a policy without a row.
    """
    if not policy.line_review:
        raise ValueError("a policy without line reviews reviews no line")
    catalogue = tuple(products)
    stages = {
        "line_rule": _line_rule(policy),
        "met": _met(policy, lines),
        "aimed": _aimed(policy, catalogue),
        "line_input": _line_input(applicants),
        **decision_stages(policy, catalogue, "line_input"),
        "allowed": _allowed(),
        "raised": _raised(),
        "shared": _shared(),
        "settled": _settled(policy),
    }
    return with_stages(_proposed().order_by("line_id"), stages)


def asked_limit(policy: Policy) -> pl.Expr:
    """The limit that the row a line met asks for, in whole limit steps, before any cap. Needs rule,
    limit_fen."""
    step = policy.cap_value("limit_step_fen")
    percents = {row.code: row.limit_percent for row in policy.line_review}
    percent = pl.col("rule").replace_strict(percents, default=100, return_dtype=pl.Int64)
    return pl.col("limit_fen") * percent // 100 // step * step


def _line_rule(policy: Policy) -> exp.Select:
    rows: list[tuple[Any, ...]] = [
        (number, row.code, row.action, row.limit_percent)
        for number, row in enumerate(policy.line_review, start=1)
    ]
    values = exp.values(rows, alias="line_rule_row", columns=list(RULE_COLUMNS))
    typed = (exp.cast(exp.column(name), kind).as_(name) for name, kind in RULE_COLUMNS.items())
    return exp.select(*typed).from_(values)


def _met(policy: Policy, lines: str) -> exp.Select:
    used = exp.column("used_fen") * 100 // exp.func("greatest", exp.column("limit_fen"), 1)
    seen = exp.select(*map(exp.column, LINE_COLUMNS), used.as_("used_percent")).from_(lines)
    first = exp.case()
    for number, row in enumerate(policy.line_review, start=1):
        first = first.when(exp.and_(exp.true(), *_bounds(row)), exp.convert(number))
    numbered = exp.select(exp.Star(), first.as_("met_number")).from_(seen.subquery("seen"))
    is_met = exp.column("met_number").eq(exp.column("rule_number"))
    query = exp.select(exp.Star()).from_(numbered.subquery("numbered"))
    return query.join("line_rule", on=is_met, join_type="inner")


def _bounds(row: LineReview) -> Iterator[exp.Expr]:
    """Every bound that the row sets; none means every line."""
    column = exp.column
    if row.borrower != "any":
        yield column("kind").eq(row.borrower)
    if row.months_open_min is not None:
        yield column("months_open") >= row.months_open_min
    if row.days_past_due_min is not None:
        yield column("days_past_due") >= row.days_past_due_min
    if row.days_past_due_max is not None:
        yield column("days_past_due") <= row.days_past_due_max
    if row.used_percent_min is not None:
        yield column("used_percent") >= row.used_percent_min
    if row.used_percent_max is not None:
        yield column("used_percent") <= row.used_percent_max


def _aimed(policy: Policy, products: tuple[Product, ...]) -> exp.Select:
    column, step = exp.column, policy.cap_value("limit_step_fen")
    wanted = column("limit_fen") * column("limit_percent") // 100 // step * step
    owed = exp.func("greatest", column("used_fen"), column("owed_fen"))
    covering = exp.Paren(this=exp.Paren(this=owed + (step - 1)) // step) * step
    lowered = exp.func("greatest", wanted, covering, _minimum(policy, products))
    aim = (
        exp.case()
        .when(column("action").eq(FREEZE), column("limit_fen"))
        .when(column("action").eq(DECREASE), exp.func("least", column("limit_fen"), lowered))
        .else_(exp.func("greatest", column("limit_fen"), wanted.copy()))
    )
    return exp.select(exp.Star(), aim.as_("aim_fen")).from_("met")


def _minimum(policy: Policy, products: tuple[Product, ...]) -> exp.Expr:
    """The smallest limit that may be granted under the line's product."""
    by_product = {offer.product_code: offer.minimum_fen for offer in offers(policy, products)}
    least = exp.convert(policy.cap_value("limit_min_fen"))
    cases = exp.case()
    for code, minimum_fen in by_product.items():
        is_product = exp.column("product_code").eq(code)
        cases = cases.when(is_product, exp.convert(minimum_fen))
    return cases.else_(least) if by_product else least


def _line_input(applicants: str) -> exp.Select:
    """Lines to be increased in the columns of an application. Of the own past, what the newest
    application did not know yet is added."""
    line, person = (lambda name: exp.column(name, "aimed")), (lambda name: exp.column(name, "who"))
    own_worst = "own_worst_days_past_due"
    instead = {
        "application_id": line("line_id"),
        "product_code": line("product_code"),
        "amount_asked_fen": line("aim_fen"),
        "own_principal_fen": line("others_limit_fen"),
        "own_limit_fen": line("others_limit_fen"),
        own_worst: exp.func("greatest", person(own_worst), line("days_past_due")),
    }
    columns = (instead.get(name, person(name)).as_(name) for name in input_columns())
    is_newest = line("newest_application_id").eq(person("application_id"))
    return (
        exp.select(*columns)
        .from_("aimed")
        .join(exp.to_table(applicants).as_("who"), on=is_newest, join_type="inner")
        .where(line("action").eq(INCREASE))
    )


def _allowed() -> exp.Select:
    """Per line to be increased: what each cap leaves it."""
    by_law, law = legal_bounds(), exp.case()
    for kind in BORROWER_KINDS:
        most = exp.convert(by_law[f"exposure_{kind}_fen"])
        law = law.when(exp.column("kind").eq(kind), most)
    return exp.select(
        exp.column("application_id").as_("allowed_line_id"),
        "is_refused",
        *CAP_REASONS,
        (law - exp.column("own_principal_fen")).as_(LAW_CAP),
    ).from_("decided")


def _raised() -> exp.Select:
    """An increase by itself, 0 for everything else. One who is late gets none."""
    column = exp.column
    ceiling = exp.func("least", *map(column, HELD_BY_CAPS))
    held_by = (
        exp.case()
        .when(column("is_late"), exp.Literal.string(LATE))
        .when(column("allowed_line_id").is_(exp.null()), exp.Literal.string(NO_APPLICATION))
        .when(column("is_refused"), exp.Literal.string(REFUSED))
    )
    room = exp.func("least", column("aim_fen"), ceiling) - column("limit_fen")
    may_rise = exp.and_(column("action").eq(INCREASE), held_by.copy().is_(exp.null()))
    rise = exp.case().when(may_rise, exp.func("greatest", exp.convert(0), room))
    is_own = column("line_id").eq(column("allowed_line_id"))
    return (
        exp.select(
            exp.Star(),
            held_by.as_("barred_by"),
            ceiling.copy().as_("ceiling_fen"),
            rise.else_(exp.convert(0)).as_("rise_fen"),
        )
        .from_("aimed")
        .join("allowed", on=is_own, join_type="left")
    )


def _shared() -> exp.Select:
    """What all lines of a customer share is given to the oldest line first."""
    column = exp.column
    before = exp.Window(
        this=exp.Sum(this=column("rise_fen")),
        partition_by=[column("customer_id")],
        order=exp.Order(expressions=[exp.Ordered(this=column("line_id"))]),
        spec=exp.WindowSpec(
            kind="ROWS",
            start="UNBOUNDED",
            start_side="PRECEDING",
            end=exp.convert(1),
            end_side="PRECEDING",
        ),
    )
    taken = exp.cast(exp.func("coalesce", before, exp.convert(0)), "BIGINT")
    room = exp.func("least", *map(column, SHARED_CAPS)) - column("limit_fen")
    return exp.select(exp.Star(), taken.as_("taken_fen"), room.as_("room_fen")).from_("raised")


def _settled(policy: Policy) -> exp.Select:
    column, step = exp.column, policy.cap_value("limit_step_fen")
    left = column("room_fen") - column("taken_fen")
    granted = exp.func("greatest", exp.convert(0), exp.func("least", column("rise_fen"), left))
    raised = exp.Paren(this=column("limit_fen") + granted) // step * step
    limit = (
        exp.case()
        .when(column("action").eq(INCREASE), exp.func("greatest", column("limit_fen"), raised))
        .else_(column("aim_fen"))
    )
    return exp.select(exp.Star(), limit.as_("proposed_limit_fen")).from_("shared")


def _proposed() -> exp.Select:
    column = exp.column
    is_held = column("proposed_limit_fen") < column("aim_fen")
    is_moved = column("proposed_limit_fen").neq(column("limit_fen"))
    computed = {
        "held_by": exp.case().when(is_held, _held_by()).as_("held_by"),
        "is_proposed": exp.or_(column("action").eq(FREEZE), is_moved).as_("is_proposed"),
    }
    return exp.select(*(computed.get(name, column(name)) for name in PROPOSAL_COLUMNS)).from_(
        "settled"
    )


def _held_by() -> exp.Expr:
    """Why an increase is less than asked for: barred, the cap that binds, or the customer's other
    lines that rise with it."""
    held = exp.case().when(
        exp.not_(exp.column("barred_by").is_(exp.null())), exp.column("barred_by")
    )
    is_enough = exp.column("ceiling_fen") >= exp.column("aim_fen")
    held = held.when(is_enough, exp.Literal.string(CAP_REASONS["exposure_cap_fen"]))
    for name, reason in HELD_BY_CAPS.items():
        is_binding = exp.column("ceiling_fen").eq(exp.column(name))
        held = held.when(is_binding, exp.Literal.string(reason))
    return held
