"""What is wrong with a policy before it decides anyone: named findings with their places."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from lending_core.policy.document import ADMISSIONS, Band, Policy
from lending_core.policy.finding import Finding
from lending_core.policy.line_checks import line_findings
from lending_core.policy.offers import Offer, longest_term, offers
from lending_core.policy.rule_checks import rule_findings
from lending_core.products.catalogue import Product, caps
from lending_core.products.quoting import dearest_cost

# A safer band gets no less of these than a riskier one, and pays no more.
RISING_WITH_SCORE = (
    "limit_person_fen",
    "limit_small_business_fen",
    "earnings_percent_person",
    "earnings_percent_small_business",
)


def findings(policy: Policy, products: Iterable[Product]) -> list[Finding]:
    """Everything wrong with the policy, in the order of the document; empty means fit for use."""
    catalogue = tuple(products)
    return [
        *_date_findings(policy),
        *rule_findings(policy),
        *_band_findings(policy),
        *_term_findings(policy, catalogue),
        *_product_findings(policy, catalogue),
        *_price_findings(policy, catalogue),
        *_cap_findings(policy),
        *line_findings(policy),
        *_guard_findings(policy),
    ]


def legal_bounds() -> dict[str, int | Decimal]:
    """What no version of the policy may exceed, by the code of its cap."""
    return {
        "exposure_person_fen": caps().consumer_limit_fen,
        "exposure_small_business_fen": caps().small_business_limit_fen,
        "all_in_cost_rate": caps().all_in_annual_rate,
    }


def _date_findings(policy: Policy) -> Iterator[Finding]:
    if policy.effective_until and policy.effective_until < policy.effective_on:
        yield Finding("dates_reversed", "effective_until", {})


def _guard_findings(policy: Policy) -> Iterator[Finding]:
    if policy.guard.approval_percent_min > policy.guard.approval_percent_max:
        yield Finding("guard_empty", "guard.approval_percent_min", {})


def _band_findings(policy: Policy) -> Iterator[Finding]:
    names = [band.name for band in policy.band]
    for number, (safer, band) in enumerate(pairwise(policy.band), start=2):
        for code, column in _steps_back(safer, band):
            yield Finding(
                code, f"band[{number}].{column}", {"band": band.name, "safer": safer.name}
            )
        if names.index(band.name) < number - 1:
            yield Finding("band_name_twice", f"band[{number}].name", {"band": band.name})
    lowest = policy.band[-1]
    if lowest.score_from != 0:
        place = f"band[{len(names)}].score_from"
        yield Finding("band_without_floor", place, {"band": lowest.name})


def _steps_back(safer: Band, band: Band) -> Iterator[tuple[str, str]]:
    """Code and column of each value that contradicts `safer` standing above `band`."""
    if band.score_from >= safer.score_from:
        yield "band_order", "score_from"
    if ADMISSIONS.index(band.admits) < ADMISSIONS.index(safer.admits):
        yield "band_admission_order", "admits"
    for column in RISING_WITH_SCORE:
        if getattr(band, column) > getattr(safer, column):
            yield "band_limit_falls", column
    if band.rate_position_percent < safer.rate_position_percent:
        yield "band_price_rises", "rate_position_percent"
    if band.instalments_max > safer.instalments_max:
        yield "band_term_rises", "instalments_max"


def _term_findings(policy: Policy, catalogue: tuple[Product, ...]) -> Iterator[Finding]:
    """Bands whose longest term is shorter than every term of a product that is open to them."""
    open_codes = [row.product_code for row in policy.product if row.is_open]
    for number, band in enumerate(policy.band, start=1):
        for product in catalogue:
            is_offered = product.code in open_codes and band.admits != "none"
            if is_offered and not longest_term(product, band):
                facts = {"product": product.code, "band": band.name}
                yield Finding("band_without_term", f"band[{number}].instalments_max", facts)


def _product_findings(policy: Policy, catalogue: tuple[Product, ...]) -> Iterator[Finding]:
    known = [product.code for product in catalogue]
    rows = [row.product_code for row in policy.product]
    offered = offers(policy, catalogue)
    for number, row in enumerate(policy.product, start=1):
        code = row.product_code
        place, facts = f"product[{number}].product_code", {"product": code}
        if code not in known:
            yield Finding("product_unknown", place, facts)
        elif rows.index(code) < number - 1:
            yield Finding("product_twice", place, facts)
        elif not any(_can_be_granted(o) for o in offered if o.product_code == code):
            yield Finding("product_never_offered", f"product[{number}].limit_percent", facts)
    for code in known:
        if code not in rows:
            yield Finding("product_without_row", "product", {"product": code})


def _can_be_granted(offer: Offer) -> bool:
    largest = min(offer.base_limit_fen, offer.product_max_fen, offer.exposure_max_fen)
    return offer.admitted_share_bp > 0 and largest >= offer.minimum_fen


def _price_findings(policy: Policy, catalogue: tuple[Product, ...]) -> Iterator[Finding]:
    """Prices, fees included, over the all-in cost cap; whoever is not admitted is not charged."""
    cap = policy.cap_value("all_in_cost_rate")
    by_code = {product.code: product for product in catalogue}
    for offer in offers(policy, catalogue):
        if offer.admitted_share_bp == 0 or not offer.is_open:
            continue
        product = by_code[offer.product_code]
        cost = dearest_cost(product, offer.annual_rate, offer.instalments_max, policy.effective_on)
        if cost > cap:
            facts = {"product": offer.product_code, "band": offer.band, "rate": cost, "cap": cap}
            yield Finding("price_above_cap", f"band.{offer.band}.rate_position_percent", facts)


def _cap_findings(policy: Policy) -> Iterator[Finding]:
    legal = legal_bounds()
    for number, cap in enumerate(policy.cap, start=1):
        if cap.code in legal and cap.value > legal[cap.code]:
            facts = {"cap": cap.code, "legal_max": legal[cap.code]}
            yield Finding("cap_above_law", f"cap[{number}].value", facts)
