"""The same batch under other funders, and what that would change."""

from dataclasses import replace
from typing import Any

import polars as pl

from lending_core.funding.answer import Matching
from lending_core.funding.batch import Batch, Offer

MEASURES = ("funded_fen", "left_fen", "cost_fen", "interest_fen", "spread_fen")
COMPARED = {
    "measure": pl.String,
    "funder_code": pl.String,
    "before": pl.Int64,
    "after": pl.Int64,
    "change": pl.Int64,
}


def with_funder(batch: Batch, offer: Offer) -> Batch:
    """The batch with one more funder. Raises `ValueError` where its code is taken."""
    if offer.funder.funder_code in {each.funder.funder_code for each in batch.offers}:
        raise ValueError(f"{offer.funder.funder_code} is there already")
    return replace(batch, offers=(*batch.offers, offer))


def with_terms(batch: Batch, funder_code: str, **terms: Any) -> Batch:
    """The batch with some fields of one funder changed: its quota, its price, its bands. Raises
    `ValueError` for an unknown funder, `TypeError` for an unknown field."""
    changed = tuple(
        replace(each, funder=replace(each.funder, **terms))
        if each.funder.funder_code == funder_code
        else each
        for each in batch.offers
    )
    if all(each.funder.funder_code != funder_code for each in batch.offers):
        raise ValueError(f"no funder {funder_code}")
    return replace(batch, offers=changed)


def compared(before: Matching, after: Matching) -> pl.DataFrame:
    """One row per measure of the whole (funder_code null), then funded_fen of each funder, by code:
    before, after and the change. Sums of fen, of a year for cost, interest and spread;
    `left_loans` counts loans."""
    rows: list[tuple[Any, ...]] = [
        (name, None, getattr(before, name), getattr(after, name)) for name in MEASURES
    ]
    rows.append(("left_loans", None, before.left.height, after.left.height))
    each = [_by_funder(before), _by_funder(after)]
    rows += [
        ("funded_fen", code, *(sums.get(code, 0) for sums in each))
        for code in sorted({code for sums in each for code in sums})
    ]
    told = [(*row, int(row[3]) - int(row[2])) for row in rows]
    return pl.DataFrame(told, schema=COMPARED, orient="row")


def _by_funder(matched: Matching) -> dict[str, int]:
    """Every funder that was asked, those that lend nothing too."""
    asked = matched.limits["funder_code"].drop_nulls().unique().to_list()
    lent = matched.shares.group_by("funder_code").agg(pl.col("share_fen").sum()).rows()
    return dict.fromkeys(asked, 0) | dict(lent)
