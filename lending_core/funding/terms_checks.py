"""What is wrong with a lender's terms before they are proposed: findings, field by field."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lending_core.errors import LANGUAGES, InvalidInput
from lending_core.funding.funders import Funder
from lending_core.products.catalogue import caps, catalogue

_NO_CODE = re.compile(r"[^a-z0-9]+")
_CODE_LENGTH_MAX = 40


@dataclass(frozen=True)
class Fault:
    """A field of `Funder` that cannot be as it is, and why."""

    field: str
    why: InvalidInput


Terms = Mapping[str, Any]
Others = Mapping[str, Funder]


def faults(terms: Terms, others: Others) -> list[Fault]:
    """What is wrong, in the order of a form; none where the terms may be proposed.

    `terms`: every field of `Funder` but `sources`, None where nothing was filled in. `others`: the
    register without this lender, by code.
    """
    return [fault for check in _CHECKS for fault in check(terms, others)]


def new_code(name: str, taken: Mapping[str, Any]) -> str:
    """A code for a new lender, of the Latin letters and digits of its English name, that no other
    lender has; empty for a name without any."""
    bare = _NO_CODE.sub("_", name.lower()).strip("_")[:_CODE_LENGTH_MAX].rstrip("_")
    if not bare:
        return ""
    numbered = (f"{bare}_{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (bare, *numbered) if code not in taken)


def _names(terms: Terms, others: Others) -> Iterator[Fault]:
    for language in LANGUAGES:
        field = f"name_{language}"
        name = (terms[field] or "").strip()
        if not name:
            yield Fault(field, InvalidInput("lender_name_missing"))
        elif name in {getattr(each, field).strip() for each in others.values()}:
            yield Fault(field, InvalidInput("lender_name_taken"))
    if not terms["funder_code"] and (terms["name_en"] or "").strip():
        yield Fault("name_en", InvalidInput("lender_name_latin"))


def _licence(terms: Terms, others: Others) -> Iterator[Fault]:
    number = (terms["licence_number"] or "").strip()
    if not number:
        yield Fault("licence_number", InvalidInput("lender_licence_missing"))
    elif number in {each.licence_number for each in others.values()}:
        yield Fault("licence_number", InvalidInput("lender_licence_taken"))
    if terms["licence_on"] is None:
        yield Fault("licence_on", InvalidInput("lender_day_missing"))


def _list(terms: Terms, _: Others) -> Iterator[Fault]:
    """ZD-03: on the published list, and licensed before."""
    licence_on, listed_on, delisted_on = (
        terms[name] for name in ("licence_on", "listed_on", "delisted_on")
    )
    if listed_on is None:
        yield Fault("listed_on", InvalidInput("lender_day_missing"))
        return
    if licence_on is not None and listed_on < licence_on:
        yield Fault("listed_on", InvalidInput("lender_listed_early", on=licence_on))
    if delisted_on is not None and delisted_on <= listed_on:
        yield Fault("delisted_on", InvalidInput("lender_delisted_early", on=listed_on))


def _group(terms: Terms, others: Others) -> Iterator[Fault]:
    group = terms["group_code"]
    if group and group != terms["funder_code"] and group not in others:
        yield Fault("group_code", InvalidInput("funder_unknown", funder_code=group))


def _products(terms: Terms, _: Others) -> Iterator[Fault]:
    codes = terms["product_codes"]
    if not codes:
        yield Fault("product_codes", InvalidInput("lender_products_missing"))
    for code in codes:
        product = catalogue()[code]
        if terms["lender_type"] not in product.lender_types:
            named = {"en": product.name_en, "zh": product.name_zh}
            yield Fault("product_codes", InvalidInput("lender_product", product=named))


def _rates(terms: Terms, _: Others) -> Iterator[Fault]:
    """The borrower's rate within the law's cap (ZD-06), and above what the money costs."""
    low, high, cost = (
        terms[name] for name in ("annual_rate_min", "annual_rate_max", "annual_cost")
    )
    most = caps().all_in_annual_rate
    if high is None or high > most:
        yield Fault("annual_rate_max", InvalidInput("lender_rate_cap", most=_percent(most)))
    elif low is not None and low > high:
        yield Fault("annual_rate_max", InvalidInput("lender_span"))
    if low is None:
        yield Fault("annual_rate_min", InvalidInput("lender_amount_missing"))
    if cost is None or cost <= 0:
        yield Fault("annual_cost", InvalidInput("lender_amount_missing"))
    elif high is not None and cost > high:
        yield Fault("annual_cost", InvalidInput("lender_cost", most=_percent(high)))


def _instalments(terms: Terms, _: Others) -> Iterator[Fault]:
    if terms["instalments_min"] > terms["instalments_max"]:
        yield Fault("instalments_max", InvalidInput("lender_span"))


def _amounts(terms: Terms, _: Others) -> Iterator[Fault]:
    """A quota of nothing is a lender that pauses."""
    if terms["quota_fen"] is None:
        yield Fault("quota_fen", InvalidInput("lender_amount_missing"))
    for field in ("tier1_fen", "total_loans_fen"):
        if terms[field] == 0:
            yield Fault(field, InvalidInput("lender_amount_missing"))


def _shares(terms: Terms, _: Others) -> Iterator[Fault]:
    if terms["share_min"] > terms["share_max"]:
        yield Fault("share_max", InvalidInput("lender_span"))


def _guarantee(terms: Terms, _: Others) -> Iterator[Fault]:
    budget, rate = terms["guarantee_budget_fen"], terms["guarantee_rate"]
    if budget and not rate:
        yield Fault("guarantee_rate", InvalidInput("lender_guarantee_rate"))
    if rate and not budget:
        yield Fault("guarantee_budget_fen", InvalidInput("lender_guarantee_budget"))


def _percent(rate: Decimal) -> str:
    return f"{rate:.2%}"


_CHECKS: tuple[Callable[[Terms, Others], Iterator[Fault]], ...] = (
    _names,
    _licence,
    _list,
    _group,
    _products,
    _rates,
    _instalments,
    _amounts,
    _shares,
    _guarantee,
)
