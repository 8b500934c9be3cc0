"""A policy replayed over past applications, one row per application, and a draft beside it.

What a decision is worth: `replay_money`. A draft is valued only where it decides differently.
"""

from collections.abc import Iterable

from sqlglot import exp

from lending_core.policy.compile import (
    MONTHS,
    PPM,
    Stages,
    decision_stages,
    input_columns,
    with_stages,
)
from lending_core.policy.document import Assumptions, Policy
from lending_core.policy.offers import offers
from lending_core.policy.replay_money import AMOUNTS, PAST_COLUMNS, money_stages
from lending_core.products.catalogue import Product

# What applications are grouped by.
DIMENSIONS = ("band", "product_code", "kind", "region_code", "scenario")
# What a policy decides of one application, and then what that is worth.
DECIDED = ("band", "outcome", "limit_fen", "granted_rate_ppm", "instalments_max")
VALUED = (*DECIDED, "loans_ppm", *AMOUNTS, "is_unaffordable")
SIDES = ("today", "draft")


def replay_query(
    policy: Policy,
    products: Iterable[Product],
    assumptions: Assumptions,
    source: str = "policy_past",
) -> exp.Select:
    """One row per row of `source`, which has the `input_columns` and `PAST_COLUMNS`.

    Columns: those of `source`; evidence; modelled_loans_ppm and modelled_fen, what the model says
    of the offer really made (null without one); and of `VALUED`, each as `today_<name>`. limit_fen
    is 0, granted_rate_ppm and instalments_max are null when declined. loans_ppm: loans drawn, in
    millionths. is_unaffordable: granted, and the dearest instalment of the limit does not fit into
    the debt service that the policy allows of known earnings.
    """
    kept = (*input_columns(), *PAST_COLUMNS, "evidence", "modelled_loans_ppm", "modelled_fen")
    query = exp.select(*kept, *_named("today", policy)).from_("valued")
    return with_stages(query, replay_stages(policy, products, assumptions, source))


def changed_query(
    today: Policy,
    draft: Policy,
    products: Iterable[Product],
    assumptions: Assumptions,
    source: str,
) -> exp.Select:
    """One row per application that the draft decides differently, in any of `DECIDED`.

    `source` holds a `replay_query` of `today` under the same assumptions. Columns: application_id,
    `DIMENSIONS` but band, evidence, and `VALUED` of each side, `today_<name>` and `draft_<name>`;
    what is affordable is measured by today's policy on both sides.
    """
    before = [f"today_{name}" for name in VALUED]
    carried = (*PAST_COLUMNS, *before)
    products = tuple(products)
    stages = decision_stages(draft, products, source)
    stages["banded"] = stages["banded"].select(*map(exp.column, carried), copy=False)
    within = _may_differ(today, draft, products)
    if within is not None:
        stages["banded"] = stages["banded"].where(within, copy=False)
    differs = (
        exp.NullSafeNEQ(this=_value(name, draft), expression=exp.column(f"today_{name}"))
        for name in DECIDED
    )
    stages["differing"] = exp.select(exp.Star()).from_("decided").where(exp.or_(*differs))
    # Only what differs is valued again: everything else is worth what it was.
    stages |= money_stages(assumptions, "differing")
    kept = ("application_id", *DIMENSIONS[1:], "evidence", *before)
    query = exp.select(*kept, *_named("draft", today)).from_("valued")
    return with_stages(query, stages)


def replay_stages(
    policy: Policy,
    products: Iterable[Product],
    assumptions: Assumptions,
    source: str = "policy_past",
    carried: Iterable[str] = PAST_COLUMNS,
) -> Stages:
    """The decision's steps, and `modelled`, `taken`, `drawn`, `valued` after them; what values a
    replay, and whatever is chosen by its value, start here. `carried`: columns of `source` that the
    decision does not read."""
    stages = decision_stages(policy, products, source)
    stages["banded"] = stages["banded"].select(*map(exp.column, carried), copy=False)
    return {**stages, **money_stages(assumptions)}


def _may_differ(today: Policy, draft: Policy, products: tuple[Product, ...]) -> exp.Expr | None:
    """What is true of every application that the two can decide differently; None: it may be any.

    A decision follows from rules, multipliers, the bounds of the bands, the limit step, and the
    offer of product and band. Where only offers differ, nobody outside them needs to be asked.
    """
    if _all_but_offers(today) != _all_but_offers(draft):
        return None
    before, after = (
        {(offer.product_code, offer.band): offer for offer in offers(policy, products)}
        for policy in (today, draft)
    )
    cells = [cell for cell in before if before[cell] != after.get(cell)]
    if not cells:
        return exp.false()
    product_codes, bands = ({cell[place] for cell in cells} for place in (0, 1))
    return exp.and_(
        exp.column("product_code").isin(*sorted(product_codes)),
        exp.column("today_band").isin(*sorted(bands)),
    )


def _all_but_offers(policy: Policy) -> tuple[object, ...]:
    bounds = [(band.name, band.score_from) for band in policy.band]
    products = [row.product_code for row in policy.product]
    step_fen = policy.cap_value("limit_step_fen")
    return policy.gate, policy.multiplier, bounds, products, step_fen


def _named(side: str, yardstick: Policy) -> list[exp.Expr]:
    return [_value(name, yardstick).as_(f"{side}_{name}") for name in VALUED]


def _value(name: str, yardstick: Policy) -> exp.Expr:
    if name == "granted_rate_ppm":
        return _granted(exp.column("rate_ppm"))
    if name == "is_unaffordable":
        return _is_unaffordable(yardstick)
    return exp.column(name)


def _is_unaffordable(yardstick: Policy) -> exp.Expr:
    """limit / n + limit x rate / 12 > earnings x percent - debt service, without dividing."""
    column = exp.column
    person, business = (
        yardstick.cap_value(f"debt_service_{kind}_percent") for kind in ("person", "small_business")
    )
    percent = exp.case().when(column("kind").eq("person"), exp.convert(person))
    share = column("earnings_fen") * percent.else_(exp.convert(business)) // 100
    debts = exp.func("coalesce", column("monthly_debt_service_fen"), exp.convert(0))
    months = column("months")
    factor = exp.Paren(this=column("rate_ppm") * months + MONTHS * PPM)
    dearest = column("limit_fen") * factor // exp.Paren(this=months * (MONTHS * PPM))
    is_known = exp.not_(column("earnings_fen").is_(exp.null()))
    is_granted = column("outcome").neq("decline")
    exceeds = dearest > exp.func("greatest", exp.convert(0), share - debts)
    return exp.func("coalesce", exp.and_(is_granted, is_known, exceeds), exp.false())


def _granted(value: exp.Expr) -> exp.Expr:
    return exp.case().when(exp.column("outcome").neq("decline"), value)
