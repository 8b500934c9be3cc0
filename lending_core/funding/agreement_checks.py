"""What is wrong with an agreement on joint lending before it is proposed: findings, field by
field."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lending_core.errors import InvalidInput
from lending_core.funding.batch import matching_rules
from lending_core.funding.funders import Funder
from lending_core.funding.terms_checks import Fault

Terms = Mapping[str, Any]
Lenders = Mapping[str, Funder]
# Whose joint lending the law bounds by capital and by all loans (IL-22, IL-23).
_BOUNDED = ("bank", "consumer_finance")


def agreement_faults(terms: Terms, lenders: Lenders) -> list[Fault]:
    """What is wrong, in the order of a form; none where the agreement may be proposed.

    `terms`: the fields of `Agreement`, None where nothing was filled in. `lenders`: the register,
    by code.
    """
    pair = (terms["lead_code"], terms["partner_code"])
    unknown = [
        Fault(field, InvalidInput("funder_unknown", funder_code=code))
        for field, code in zip(("lead_code", "partner_code"), pair, strict=True)
        if code not in lenders
    ]
    if unknown:
        return unknown
    return [fault for check in _CHECKS for fault in check(terms, lenders)]


def _pair(terms: Terms, lenders: Lenders) -> Iterator[Fault]:
    lead, partner = (lenders[terms[name]] for name in ("lead_code", "partner_code"))
    if lead is partner:
        yield Fault("partner_code", InvalidInput("agreement_itself"))
    elif not set(lead.product_codes) & set(partner.product_codes):
        yield Fault("partner_code", InvalidInput("agreement_no_product"))
    for field, each in (("lead_code", lead), ("partner_code", partner)):
        if each.lender_type in _BOUNDED and None in (each.tier1_fen, each.total_loans_fen):
            yield Fault(field, InvalidInput("agreement_capital"))


def _parts(terms: Terms, lenders: Lenders) -> Iterator[Fault]:
    """IL-21: each is the other's partner, so the law's least part holds for both."""
    low, high = terms["partner_share_min"], terms["partner_share_max"]
    least = matching_rules().partner_share_min
    bounds = {"low": f"{least:.0%}", "high": f"{1 - least:.0%}"}
    if low is None or low < least:
        yield Fault("partner_share_min", InvalidInput("agreement_part", **bounds))
    if high is None or high > 1 - least:
        yield Fault("partner_share_max", InvalidInput("agreement_part", **bounds))
    if low is None or high is None:
        return
    lead, partner = (lenders[terms[name]] for name in ("lead_code", "partner_code"))
    least = max(partner.share_min, 1 - lead.share_max)
    most = min(partner.share_max, 1 - lead.share_min)
    if low > high:
        yield Fault("partner_share_max", InvalidInput("lender_span"))
    elif max(low, least) > min(high, most):
        own = {"low": f"{least:.0%}", "high": f"{most:.0%}"}
        yield Fault("partner_share_min", InvalidInput("agreement_no_split", **own))


def _days(terms: Terms, _: Lenders) -> Iterator[Fault]:
    listed_on, delisted_on = terms["listed_on"], terms["delisted_on"]
    if listed_on is None:
        yield Fault("listed_on", InvalidInput("lender_day_missing"))
    elif delisted_on is not None and delisted_on <= listed_on:
        yield Fault("delisted_on", InvalidInput("lender_delisted_early", on=listed_on))


_CHECKS: tuple[Callable[[Terms, Lenders], Iterator[Fault]], ...] = (_pair, _parts, _days)
