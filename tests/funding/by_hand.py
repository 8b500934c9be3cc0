"""The rules of matching read plainly, one distribution at a time: what the model must agree with.

Nothing of the model is used: a distribution is a dictionary of loan to shares, judged by rules
written out one by one.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from lending_core.funding.batch import Batch, Offer

Shares = tuple[tuple[str, int], ...]
PPM = 1_000_000


def best_value(batch: Batch) -> int:
    """The worth of the best of all distributions that keep every rule."""
    loans = batch.loans.to_dicts()
    found = (judged(batch, loans, chosen) for chosen in distributions(batch, loans))
    return max(value for value in found if value is not None)


def distributions(batch: Batch, loans: list[dict[str, Any]]) -> Iterator[tuple[Shares, ...]]:
    """Every choice of a way, or none, for each loan."""
    return itertools.product(*([(), *ways(batch, loan)] for loan in loans))


def judged(batch: Batch, loans: list[dict[str, Any]], chosen: tuple[Shares, ...]) -> int | None:
    """What a distribution is worth, in fen x millionths; None where it breaks a rule."""
    broken = broken_rules(batch, loans, chosen)
    return None if broken else worth(batch, loans, chosen)


def ways(batch: Batch, loan: dict[str, Any]) -> list[Shares]:
    """Who may fund a loan with how much each; the lead first."""
    by_code = {offer.funder.funder_code: offer.funder for offer in batch.offers}
    fit = {each.funder.funder_code for each in batch.offers if fits(batch, each, loan)}
    amount = loan["principal_fen"]
    found: list[Shares] = [((code, amount),) for code in by_code if code in fit]
    for each in batch.agreements:
        both = (each.lead_code, each.partner_code)
        if set(both) <= fit and each.holds_on(batch.business_on):
            lead, partner = by_code[each.lead_code], by_code[each.partner_code]
            parts = [
                part
                for part in range(amount + 1)
                if all(
                    own.share_min * amount <= fen <= own.share_max * amount
                    and fen >= batch.rules.partner_share_min * amount
                    for own, fen in ((lead, amount - part), (partner, part))
                )
                and each.partner_share_min * amount <= part <= each.partner_share_max * amount
            ]
            found += [
                ((both[0], amount - part), (both[1], part)) for part in {*parts[:1], *parts[-1:]}
            ]
    return [shares for shares in found if _may(batch, loan, shares)]


def fits(batch: Batch, offer: Offer, loan: dict[str, Any]) -> bool:
    """Whether a funder may fund a loan, whatever its room."""
    funder, day = offer.funder, batch.business_on
    return (
        loan["product_code"] in funder.product_codes
        and funder.licence_on <= day
        and funder.listed_on <= day
        and not (funder.delisted_on and funder.delisted_on <= day)
        and (funder.region_codes is None or loan["region_code"] in funder.region_codes)
        and (funder.bands is None or loan["band"] in funder.bands)
        and funder.annual_rate_min <= loan["annual_rate"] <= funder.annual_rate_max
        and funder.instalments_min <= loan["instalments"] <= funder.instalments_max
    )


def broken_rules(
    batch: Batch, loans: list[dict[str, Any]], chosen: tuple[Shares, ...]
) -> list[str]:
    """Which limits a distribution breaks."""
    lent, joint, beside = Counter(), Counter(), Counter()
    group = {offer.funder.funder_code: offer.funder.group for offer in batch.offers}
    for shares in chosen:
        for code, fen in shares:
            lent[code] += fen
            for other, _ in shares:
                if other != code:
                    joint[code] += fen
                    beside[code, group[other]] += fen
    base = _base(batch, loans)
    found = []
    for offer in batch.offers:
        code = offer.funder.funder_code
        found += _broken_quotas(batch, offer, lent[code], base)
        found += _broken_joint(batch, offer, joint[code], beside, group)
    return found + _broken_parts(batch, loans, chosen, base)


def worth(batch: Batch, loans: list[dict[str, Any]], chosen: tuple[Shares, ...]) -> int:
    """By the objective, in fen x millionths a year."""
    rules = batch.rules
    cost = {offer.funder.funder_code: offer.funder.annual_cost for offer in batch.offers}
    total, lent = Decimal(0), Counter()
    for loan, shares in zip(loans, chosen, strict=True):
        price = rules.waiting_annual_price
        if batch.objective == "spread":
            price = loan["annual_rate"]
        total += sum(fen * (price - cost[code]) for code, fen in shares)
        if len(shares) > 1:
            total -= rules.joint_annual_price * loan["principal_fen"]
        lent.update(dict(shares))
    for offer in batch.offers:
        total -= rules.unfairness_annual_price * max(
            0, _wanted(batch, offer, loans) - lent[offer.funder.funder_code]
        )
    return int(total * PPM)


def _may(batch: Batch, loan: dict[str, Any], shares: Shares) -> bool:
    by_code = {offer.funder.funder_code: offer.funder for offer in batch.offers}
    lead_type = loan.get("lead_type")
    if lead_type and by_code[shares[0][0]].lender_type != lead_type:
        return False
    earned = loan["annual_rate"] * loan["principal_fen"]
    paid = sum(by_code[code].annual_cost * fen for code, fen in shares)
    if len(shares) > 1:
        paid += batch.rules.joint_annual_price * loan["principal_fen"]
    return batch.objective == "cost" or earned >= paid


def _base(batch: Batch, loans: list[dict[str, Any]]) -> int:
    book = sum(offer.outstanding_fen for offer in batch.offers)
    asked = sum(loan["principal_fen"] for loan in loans)
    return max(book + asked, batch.rules.part_base_min_fen)


def _broken_quotas(batch: Batch, offer: Offer, lent: int, base: int) -> list[str]:
    funder, found = offer.funder, []
    if lent == 0:
        return found
    if offer.outstanding_fen + lent > funder.quota_fen:
        found.append("total_quota")
    daily = funder.daily_quota_fen
    if daily is not None and offer.lent_today_fen + lent > daily:
        found.append("daily_quota")
    budget = funder.guarantee_budget_fen
    if budget is not None and offer.guarantee_used_fen + lent * funder.guarantee_rate > budget:
        found.append("guarantee")
    part = batch.rules.funder_part_max
    if part is not None and offer.outstanding_fen + lent > part * base:
        found.append("funder_part")
    return found


def _broken_joint(
    batch: Batch, offer: Offer, joint: int, beside: Counter, group: dict[str, str]
) -> list[str]:
    funder, rules, found = offer.funder, batch.rules, []
    before: Counter = Counter()
    for code, fen in offer.joint_fen.items():
        before[group.get(code, code)] += fen
    all_before = before.total()
    loans = funder.total_loans_fen
    if joint and loans is not None and all_before + joint > rules.joint_part_max * loans:
        found.append("joint_total")
    for (code, other), fen in beside.items():
        if code == funder.funder_code and funder.tier1_fen is not None:
            most = rules.single_partner_part_max * funder.tier1_fen
            found += ["partner"] * (before[other] + fen > most)
    return found


def _broken_parts(
    batch: Batch, loans: list[dict[str, Any]], chosen: tuple[Shares, ...], base: int
) -> list[str]:
    found = []
    for name, part in (
        ("region_code", batch.rules.region_part_max),
        ("product_code", batch.rules.product_part_max),
    ):
        taken: dict[str, int] = defaultdict(int)
        for loan, shares in zip(loans, chosen, strict=True):
            taken[loan[name]] += sum(fen for _, fen in shares)
        for code, fen in taken.items():
            before = batch.balances_fen.get((name, code), 0)
            most = max(base, batch.rules.book_part_base_min_fen)
            if part is not None and fen and before + fen > part * most:
                found.append(name)
    return found


def _wanted(batch: Batch, offer: Offer, loans: list[dict[str, Any]]) -> int:
    """The least that should come to a funder: its part of what it may fund, within its room."""
    funder, room = offer.funder, [offer.funder.quota_fen - offer.outstanding_fen]
    if funder.daily_quota_fen is not None:
        room.append(funder.daily_quota_fen - offer.lent_today_fen)
    if funder.guarantee_budget_fen is not None and funder.guarantee_rate:
        budget = funder.guarantee_budget_fen - offer.guarantee_used_fen
        room.append(int(budget / funder.guarantee_rate))
    if batch.rules.funder_part_max is not None:
        most = int(batch.rules.funder_part_max * _base(batch, loans))
        room.append(most - offer.outstanding_fen)
    may = sum(loan["principal_fen"] for loan in loans if fits(batch, offer, loan))
    whole = may + offer.eligible_today_fen
    if whole < batch.rules.offer_base_min_fen:
        return 0
    return max(0, min(int(funder.offer_part_min * whole) - offer.lent_today_fen, *room))
