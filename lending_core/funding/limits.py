"""The limits of a batch: how much each funder, partnership, region and product can still take."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from lending_core.funding.batch import Batch, Offer, Rules

# A room that nothing bounds; far above any batch and far below what 64 bits hold.
NO_BOUND_FEN = 10**15
# Limits on parts of the whole book, whoever lends.
BOOK_LIMITS = ("region_part", "product_part")


@dataclass(frozen=True)
class Limit:
    """So much more may be lent. `side`: which shares count (`any` of the funder's, `joint` ones,
    those beside a partner of the group `other_code`) or `book`: whole loans of a region or product,
    named by `other_code`; `floor`: the least that should come to the funder."""

    limit: str
    side: str
    room_fen: int
    funder_code: str | None = None
    other_code: str | None = None

    @property
    def is_floor(self) -> bool:
        """Whether it asks for at least, not for at most."""
        return self.side == "floor"


def limits(batch: Batch, eligible_fen: dict[str, int]) -> list[Limit]:
    """Every limit of the batch, in a fixed order. `eligible_fen`: funder code -> principal of the
    batch that it may fund."""
    asked = int(batch.loans["principal_fen"].sum())
    base = _whole(batch.offers, batch.rules, asked)
    groups = {offer.funder.funder_code: offer.funder.group for offer in batch.offers}
    found: list[Limit] = []
    for offer in batch.offers:
        own = [*_quotas(batch, offer, base), *_joint(batch, offer, groups)]
        found += [*own, *_floor(batch, offer, eligible_fen[offer.funder.funder_code], own)]
    return [*found, *_parts(batch, asked)]


def floor_part(part: Decimal, amount_fen: int) -> int:
    """So many whole fen of an amount at most."""
    return int(part * amount_fen)


def _quotas(batch: Batch, offer: Offer, base_fen: int) -> Iterator[Limit]:
    funder = offer.funder
    rooms = {"total_quota": funder.quota_fen - offer.outstanding_fen}
    if funder.daily_quota_fen is not None:
        rooms["daily_quota"] = funder.daily_quota_fen - offer.lent_today_fen
    if funder.guarantee_budget_fen is not None and funder.guarantee_rate > 0:
        budget = funder.guarantee_budget_fen - offer.guarantee_used_fen
        rooms["guarantee"] = int(budget / funder.guarantee_rate)
    if batch.rules.funder_part_max is not None:
        most = floor_part(batch.rules.funder_part_max, base_fen)
        rooms["funder_part"] = most - offer.outstanding_fen
    for limit, room in rooms.items():
        yield Limit(limit, "any", max(0, room), funder.funder_code)


def _joint(batch: Batch, offer: Offer, groups: dict[str, str]) -> Iterator[Limit]:
    """IL-22 and IL-23, for lenders whose capital and loans are known."""
    funder, rules = offer.funder, batch.rules
    lent: dict[str, int] = defaultdict(int)
    for code, balance in offer.joint_fen.items():
        lent[groups.get(code, code)] += balance
    if funder.total_loans_fen is not None:
        most = floor_part(rules.joint_part_max, funder.total_loans_fen)
        room = max(0, most - sum(lent.values()))
        yield Limit("joint_total", "joint", room, funder.funder_code)
    if funder.tier1_fen is not None:
        most = floor_part(rules.single_partner_part_max, funder.tier1_fen)
        for group in _partner_groups(batch, funder.funder_code, groups):
            yield Limit("partner", "beside", max(0, most - lent[group]), funder.funder_code, group)


def _partner_groups(batch: Batch, code: str, groups: dict[str, str]) -> list[str]:
    """Whom the funder may lend with, affiliates as one."""
    pairs = [(each.lead_code, each.partner_code) for each in batch.agreements]
    beside = {other for pair in pairs if code in pair for other in pair} - {code}
    return sorted({groups[each] for each in beside if each in groups})


def _floor(batch: Batch, offer: Offer, eligible_fen: int, own: list[Limit]) -> Iterator[Limit]:
    """The least part of the day's money that the funder may fund, within its room."""
    whole = offer.eligible_today_fen + eligible_fen
    if offer.funder.offer_part_min > 0 and whole >= batch.rules.offer_base_min_fen:
        room = min(limit.room_fen for limit in own if limit.side == "any")
        wanted = floor_part(offer.funder.offer_part_min, whole) - offer.lent_today_fen
        yield Limit("offer_min", "floor", max(0, min(wanted, room)), offer.funder.funder_code)


def _parts(batch: Batch, asked_fen: int) -> Iterator[Limit]:
    for name, most_fen in most_of_book(batch.offers, batch.rules, asked_fen):
        column = f"{name}_code"
        for code in sorted(set(batch.loans[column].to_list()) - {None}):
            room = most_fen - batch.balances_fen.get((column, code), 0)
            yield Limit(f"{name}_part", "book", max(0, room), other_code=code)


def balances_behind(batch: Batch, told: pl.DataFrame) -> dict[tuple[str, str], int]:
    """`Batch.balances_fen` as the limits of a matching say them: `told` as `limit_frame`, of the
    same batch. A limit that was passed already is told as reached."""
    asked = int(batch.loans["principal_fen"].sum())
    parts = most_of_book(batch.offers, batch.rules, asked)
    most = {f"{name}_part": (f"{name}_code", fen) for name, fen in parts}
    rows = told.filter(pl.col("limit").is_in(list(most)))
    return {
        (most[limit][0], code): most[limit][1] - room
        for limit, code, room in rows.select("limit", "other_code", "room_fen").rows()
    }


def most_of_book(
    offers: Sequence[Offer], rules: Rules, asked_fen: int = 0
) -> Iterator[tuple[str, int]]:
    """What one `region` and what one `product` may be of the book at most, with what is asked for;
    nothing where no limit is set."""
    base = max(_whole(offers, rules, asked_fen), rules.book_part_base_min_fen)
    for name, part in (("region", rules.region_part_max), ("product", rules.product_part_max)):
        if part is not None:
            yield name, floor_part(part, base)


def _whole(offers: Sequence[Offer], rules: Rules, asked_fen: int) -> int:
    """What parts are of: the book and the batch, all of it funded."""
    total = sum(offer.outstanding_fen for offer in offers)
    return max(total + asked_fen, rules.part_base_min_fen)


def limit_frame(found: list[Limit]) -> pl.DataFrame:
    """One row per limit: limit, funder_code, other_code, room_fen."""
    return pl.DataFrame(
        [(each.limit, each.funder_code, each.other_code, each.room_fen) for each in found],
        schema={
            "limit": pl.String,
            "funder_code": pl.String,
            "other_code": pl.String,
            "room_fen": pl.Int64,
        },
        orient="row",
    )
