"""How far each lender's limits are used up by what was lent so far, whatever is asked next."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import polars as pl

from lending_core.funding.batch import Batch, Offer, Rules
from lending_core.funding.funders import Agreement
from lending_core.funding.limits import floor_part, limits, most_of_book

USES = {
    "funder_code": pl.String,
    "limit": pl.String,
    "other_code": pl.String,
    "limit_fen": pl.Int64,
    "used_fen": pl.Int64,
}
BOOK_USES = {name: kind for name, kind in USES.items() if name != "funder_code"}
ROOMS = {
    "funder_code": pl.String,
    "room_fen": pl.Int64,
    "room_today_fen": pl.Int64,
    "bounded_by": pl.String,
}
_Row = tuple[str, str, str | None, int, int]


def limit_uses(
    offers: Sequence[Offer], agreements: Sequence[Agreement], rules: Rules
) -> pl.DataFrame:
    """One row per limit of a lender, in order of offers: `limit` as in `limits.limits`,
    `other_code` the partner group of a `partner` limit (IL-22), how large the limit is in fen, and
    how much of it is used. Limits that a lender does not have are absent; its largest part of the
    book counts from the size of balance on from which parts are judged."""
    groups = {offer.funder.funder_code: offer.funder.group for offer in offers}
    base = max(sum(offer.outstanding_fen for offer in offers), rules.part_base_min_fen)
    rows = [
        row
        for offer in offers
        for row in (*_own(offer, rules, base), *_joint(offer, agreements, rules, groups))
    ]
    return pl.DataFrame(rows, schema=USES, orient="row")


def book_uses(batch: Batch) -> pl.DataFrame:
    """One row per region and product of the book, the most used part first: `limit`, `other_code`
    (its code), `limit_fen`, `used_fen`, as `limit_uses`, whoever lends; of the balances alone,
    without the loans that are asked for."""
    most = dict(most_of_book(batch.offers, batch.rules))
    rows = [
        (f"{part}_part", code, most[part], used)
        for (column, code), used in sorted(batch.balances_fen.items())
        if (part := column.removesuffix("_code")) in most
    ]
    found = pl.DataFrame(rows, schema=BOOK_USES, orient="row")
    return found.sort(pl.col("used_fen") / pl.col("limit_fen"), descending=True)


def rooms(batch: Batch) -> pl.DataFrame:
    """One row per lender, in order of offers: what is left of its quota, what it may lend in whole
    loans before the first of its limits stops it on the batch's day, and which limit that is (of
    two that stop it at once the first in the order of `limits.limits`)."""
    own = [
        each
        for each in limits(batch, {offer.funder.funder_code: 0 for offer in batch.offers})
        if each.side == "any"
    ]
    rows = []
    for offer in batch.offers:
        code = offer.funder.funder_code
        least = min(
            (each for each in own if each.funder_code == code), key=lambda one: one.room_fen
        )
        quota = max(0, offer.funder.quota_fen - offer.outstanding_fen)
        rows.append((code, quota, min(quota, least.room_fen), least.limit))
    return pl.DataFrame(rows, schema=ROOMS, orient="row")


def _own(offer: Offer, rules: Rules, base_fen: int) -> Iterator[_Row]:
    funder, code = offer.funder, offer.funder.funder_code
    yield code, "total_quota", None, funder.quota_fen, offer.outstanding_fen
    if funder.daily_quota_fen is not None:
        yield code, "daily_quota", None, funder.daily_quota_fen, offer.lent_today_fen
    if funder.guarantee_budget_fen is not None:
        yield code, "guarantee", None, funder.guarantee_budget_fen, offer.guarantee_used_fen
    if rules.funder_part_max is not None:
        most = floor_part(rules.funder_part_max, base_fen)
        yield code, "funder_part", None, most, offer.outstanding_fen


def _joint(
    offer: Offer, agreements: Sequence[Agreement], rules: Rules, groups: dict[str, str]
) -> Iterator[_Row]:
    """IL-22 and IL-23, for lenders whose capital and loans are known."""
    funder, code = offer.funder, offer.funder.funder_code
    lent: dict[str, int] = defaultdict(int)
    for agreement in agreements:
        if code in (agreement.lead_code, agreement.partner_code):
            is_lead = code == agreement.lead_code
            partner = agreement.partner_code if is_lead else agreement.lead_code
            lent.setdefault(groups.get(partner, partner), 0)
    for partner, balance in offer.joint_fen.items():
        lent[groups.get(partner, partner)] += balance
    if funder.total_loans_fen is not None:
        most = floor_part(rules.joint_part_max, funder.total_loans_fen)
        yield code, "joint_total", None, most, sum(lent.values())
    if funder.tier1_fen is not None:
        most = floor_part(rules.single_partner_part_max, funder.tier1_fen)
        for group in sorted(lent):
            yield code, "partner", group, most, lent[group]
