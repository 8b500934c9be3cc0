"""A policy replayed over past applications, with money: totals, and who is decided differently.

What happens after a decision is assumed, not observed: see `Assumptions`. Per application, each
amount rounded to the fen, half up:

drawn     limit x draw x utilisation; a reviewed one counts with the share that review approves
loss      drawn x loss given default x default probability
interest  drawn x annual rate x average life / 12
funding   drawn x funding rate x average life / 12
income    interest - funding, before losses and running cost
"""

from collections.abc import Iterable
from typing import Any

from sqlglot import exp

from lending_core.money import FEN_PER_YUAN
from lending_core.policy.compile import (
    MONTHS,
    PPM,
    Stages,
    decision_query,
    decision_stages,
    with_stages,
)
from lending_core.policy.document import Assumptions, Policy
from lending_core.products.catalogue import Product

GROUPINGS = ("band", "product_code", "kind", "instalments_asked")
BREAKDOWNS = ("band", "product_code")


def what_if_query(
    policy: Policy,
    products: Iterable[Product],
    assumptions: Assumptions,
    by: str | None = None,
    source: str = "policy_input",
) -> exp.Select:
    """One row in all, or one row per value of `by` (one of `GROUPINGS`), ordered by it.

    Columns: `by`; applications, approvals, reviews, declines; limit_fen of the approved;
    expected_drawn_fen, expected_loss_fen, expected_interest_fen, expected_funding_fen,
    expected_income_fen; average_rate DECIMAL(9,6), weighted by approved limits in whole yuan, null
    where nobody is approved.
    """
    if by is not None and by not in GROUPINGS:
        raise ValueError(f"no grouping by {by!r}")
    keys = [exp.column(by)] if by else []
    query = exp.select(*keys, *_totals(assumptions)).from_("lost")
    if keys:
        query = query.group_by(*keys).order_by(*keys)
    return with_stages(query, _replay_stages(policy, products, assumptions, source))


def breakdown_query(
    policy: Policy,
    products: Iterable[Product],
    assumptions: Assumptions,
    source: str = "policy_input",
) -> exp.Select:
    """The whole and its parts by each of `BREAKDOWNS`, in one pass over the past.

    Columns: `BREAKDOWNS`, each null in rows that are not of it; then those of `what_if_query`.
    """
    keys = [exp.column(name) for name in BREAKDOWNS]
    query = exp.select(*keys, *_totals(assumptions)).from_("lost").order_by(*keys)
    parts = [exp.Tuple(expressions=[key.copy()]) for key in keys]
    sets = exp.GroupingSets(expressions=[exp.Tuple(), *parts])
    query.set("group", exp.Group(grouping_sets=[sets]))
    return with_stages(query, _replay_stages(policy, products, assumptions, source))


def changes_query(
    today: Policy, draft: Policy, products: Iterable[Product], source: str = "policy_input"
) -> exp.Select:
    """One row per application that the two policies decide differently.

    Columns: application_id, and of each side `today_` and `draft_` outcome, limit_fen, annual_rate.
    """
    products = tuple(products)
    sides = {"today": today, "draft": draft}
    compared = ("outcome", "limit_fen", "annual_rate")
    named = (
        exp.column(name, table=side).as_(f"{side}_{name}") for name in compared for side in sides
    )
    differs = (
        exp.NullSafeNEQ(this=exp.column(name, "today"), expression=exp.column(name, "draft"))
        for name in compared
    )
    before, after = (
        decision_query(policy, products, source).subquery(side, copy=False)
        for side, policy in sides.items()
    )
    query = exp.select(exp.column("application_id", table="today"), *named)
    # Built here and used once: a copy of two whole policies takes longer than the query.
    query.from_(before, copy=False).join(after, using="application_id", copy=False)
    return query.where(exp.or_(*differs), copy=False)


def _replay_stages(
    policy: Policy, products: Iterable[Product], assumptions: Assumptions, source: str
) -> Stages:
    """The decision's steps, then `drawn`, and `lost`: what a default would cost."""
    lost = exp.column("expected_drawn_fen") * exp.column("loss_given_default_ppm")
    default = exp.column("default_probability") * PPM
    return {
        **decision_stages(policy, products, source),
        "drawn": exp.select(
            exp.Star(),
            _drawn(assumptions).as_("expected_drawn_fen"),
            exp.cast(exp.func("round", default), "BIGINT").as_("default_ppm"),
        ).from_("decided"),
        "lost": exp.select(exp.Star(), _divided(lost, PPM).as_("loss_on_default_fen")).from_(
            "drawn"
        ),
    }


def _drawn(assumptions: Assumptions) -> exp.Condition:
    granted_percent = (
        exp.case()
        .when(_is("approve"), exp.convert(100))
        .when(_is("review"), exp.convert(assumptions.review_approval_percent))
        .else_(exp.convert(0))
    )
    used_percents = assumptions.draw_percent * assumptions.utilisation_percent
    return _divided(exp.column("limit_fen") * granted_percent * used_percents, 100**3)


def _totals(assumptions: Assumptions) -> list[exp.Expr]:
    column = exp.column
    drawn, rate = column("expected_drawn_fen"), column("rate_ppm")
    life = assumptions.average_life_months
    year = MONTHS * PPM
    loss = _divided(column("loss_on_default_fen") * column("default_ppm"), PPM)
    interest = _divided(drawn * rate * life, year)
    funding = _divided(drawn * int(assumptions.funding_rate * PPM) * life, year)
    return [
        exp.Count(this=exp.Star()).as_("applications"),
        _count("approve").as_("approvals"),
        _count("review").as_("reviews"),
        _count("decline").as_("declines"),
        _sum(_approved(column("limit_fen"))).as_("limit_fen"),
        _sum(drawn).as_("expected_drawn_fen"),
        _sum(loss).as_("expected_loss_fen"),
        _sum(interest).as_("expected_interest_fen"),
        _sum(funding).as_("expected_funding_fen"),
        (_sum(interest) - _sum(funding)).as_("expected_income_fen"),
        _average_rate().as_("average_rate"),
    ]


def _average_rate() -> exp.Condition:
    yuan = _approved(exp.column("limit_fen") // FEN_PER_YUAN)
    total_yuan = exp.func("nullif", _sum(yuan), exp.convert(0))
    ppm = _divided(_sum(yuan * exp.column("rate_ppm")), total_yuan)
    one_ppm = exp.cast(exp.Literal.string("0.000001"), "DECIMAL(7, 6)")
    return exp.cast(exp.cast(ppm, "DECIMAL(9, 0)") * one_ppm, "DECIMAL(9, 6)")


def _approved(amount: exp.Condition) -> exp.Condition:
    return exp.case().when(_is("approve"), amount).else_(exp.convert(0))


def _is(outcome: str) -> exp.Condition:
    return exp.column("outcome").eq(outcome)


def _count(outcome: str) -> exp.Condition:
    return _total(exp.CountIf(this=_is(outcome)))


def _sum(amount: exp.Condition) -> exp.Condition:
    return _total(exp.Sum(this=amount))


def _total(aggregate: exp.Condition) -> exp.Condition:
    """The aggregate as a 64-bit integer, 0 over no rows."""
    return exp.cast(exp.func("coalesce", aggregate, exp.convert(0)), "BIGINT")


def _divided(amount: exp.Condition, by: Any) -> exp.Condition:
    """Whole number division by an integer or an expression, half up; neither side is negative."""
    return (amount + by // 2) // by
