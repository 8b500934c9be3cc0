"""What loans cost in a year, by contract and by what was really paid, against the caps.

A loan whose cost does not follow from its flows is not passed over: it is found as what cannot be
judged.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.compliance.finding import found, named
from lending_core.compliance.register import Rule, lpr_on
from lending_core.dates import month_start
from lending_core.products.catalogue import catalogue
from lending_core.products.cost import cost_of_credit

# Whole fen make a small loan dearer than its rate by so little; not by more than this.
ROUNDING = Decimal("0.0005")


def costs(flows: pl.DataFrame) -> pl.DataFrame:
    """Loan by loan what its flows cost in a year, simple and compound (PR-06, PR-07): see
    `cost_of_credit`. `flows` has loan_id, on_day and amount_fen."""
    return cost_of_credit(flows.rename({"on_day": "on"}))


def over_cap(terms: pl.DataFrame, cost: pl.DataFrame, rule: Rule, cap: Decimal) -> pl.DataFrame:
    """Loans since the rule's first day that cost more than the cap, by the rule's convention, as
    findings. `terms`: as the query `compliance/loan_terms`."""
    wanted = terms.filter(pl.col("disbursed_on") >= rule.effective_from)
    return _dearer(_of_types(wanted, rule), cost, rule, cap)


def legacy_over_cap(
    terms: pl.DataFrame, cost: pl.DataFrame, rule: Rule, cap: Decimal
) -> pl.DataFrame:
    """Loans of before the rule's first day that are open still and cost more than the cap."""
    wanted = terms.filter(pl.col("is_open") & (pl.col("disbursed_on") < rule.effective_from))
    return _dearer(wanted, cost, rule, cap)


def over_lpr(terms: pl.DataFrame, cost: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """Loans that cost more than so many times the LPR of the day they were lent on (ZD-13)."""
    days = terms["disbursed_on"].unique().to_list()
    multiple = rule.parameters["multiple"]
    caps = {on: known[1] * multiple for on in days if (known := lpr_on(on)) is not None}
    found_of_day = [
        over_cap(terms.filter(pl.col("disbursed_on") == on), cost, rule, cap)
        for on, cap in sorted(caps.items())
        if on >= rule.effective_from
    ]
    without = ~pl.col("disbursed_on").is_in(list(caps))
    wanted = _of_types(terms, rule).filter(without, pl.col("disbursed_on") >= rule.effective_from)
    return pl.concat([named([]), *found_of_day, _unjudged(_alone(wanted), "lpr")])


def average_over(terms: pl.DataFrame, cost: pl.DataFrame, rule: Rule, on: date) -> pl.DataFrame:
    """Funders of the rule's types whose loans of the month of `on` cost more on average, weighted
    by principal, than the rule aims at (ZD-11)."""
    first_on = max(month_start(on), rule.effective_from)
    lent = _of_types(terms, rule).filter(pl.col("disbursed_on").is_between(first_on, on))
    simple = pl.col("annual_cost_simple").cast(pl.Float64)
    weight = pl.col("principal_fen")
    costed = lent.join(cost, on="loan_id", how="left")
    averages = (
        costed.filter(simple.is_not_null())
        .group_by(subject_id="funder_code")
        .agg(measured=(simple * weight).sum() / weight.sum())
        .sort("subject_id")
    )
    cap = rule.parameters["cap"]
    over = averages.filter(pl.col("measured") > float(cap))
    unknown = _unjudged(_alone(costed.filter(simple.is_null())), "cost")
    return pl.concat([found(over.with_columns(limit_value=pl.lit(cap))), unknown])


def off_balance(terms: pl.DataFrame, cost: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """Loans of products without fees whose instalments cost more than the rate of their contract,
    by more than the rule allows: as if interest ran on principal that was repaid (PR-06)."""
    bare = [code for code, product in catalogue().items() if not product.fees]
    wanted = _alone(terms).filter(
        pl.col("product_code").is_in(bare) & (pl.col("disbursed_on") >= rule.effective_from)
    )
    joined = wanted.join(cost, on="loan_id", how="left").sort("loan_id")
    off = pl.col("annual_cost_simple") - pl.col("annual_rate")
    broken = joined.filter(off > rule.parameters["points_max"]).select(
        subject_id="loan_id", measured="annual_cost_simple", limit_value="annual_rate"
    )
    return pl.concat([found(broken), _unjudged(joined.filter(off.is_null()), "cost")])


def _dearer(terms: pl.DataFrame, cost: pl.DataFrame, rule: Rule, cap: Decimal) -> pl.DataFrame:
    measure = f"annual_cost_{rule.parameters.get('convention', 'simple')}"
    joined = _alone(terms).join(cost, on="loan_id", how="left").sort("loan_id")
    broken = joined.filter(pl.col(measure) > cap + ROUNDING).select(
        subject_id="loan_id", measured=measure, limit_value=pl.lit(cap)
    )
    return pl.concat([found(broken), _unjudged(joined.filter(pl.col(measure).is_null()), "cost")])


def _unjudged(terms: pl.DataFrame, why: str) -> pl.DataFrame:
    """These loans as what cannot be judged: their cost is not known, or what it is held to."""
    return found(terms.select(subject_id="loan_id", unjudged=pl.lit(why)))


def _alone(terms: pl.DataFrame) -> pl.DataFrame:
    """Each loan once, however many lenders share it."""
    return terms.unique("loan_id", maintain_order=True)


def _of_types(terms: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    types: Any = rule.parameters.get("lender_types")
    return terms if types is None else terms.filter(pl.col("lender_type").is_in(types))
