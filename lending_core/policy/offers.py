"""What the policy offers per product and band before the applicant's own means are known."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lending_core.policy.document import Band, Policy, ProductLimit
from lending_core.products.catalogue import Product

FULL_SHARE_BP = 10_000


@dataclass(frozen=True)
class Offer:
    """One product for one band.

    `admitted_share_bp` is the share of applicants who are let through: all, the learning share, or
    none. `minimum_fen` is the smallest limit that may be granted, a whole number of limit steps.
    `instalments_max` is the longest of the product's terms that the band allows; without one the
    product is not open to the band.
    """

    product_code: str
    borrower_kind: str
    band: str
    is_open: bool
    is_learning: bool
    admitted_share_bp: int
    base_limit_fen: int
    product_max_fen: int
    exposure_max_fen: int
    exposure_all_lenders_max_fen: int
    minimum_fen: int
    earnings_percent: int
    unknown_earnings_fen: int
    debt_service_percent: int
    annual_rate: Decimal
    annual_rate_min: Decimal
    instalments_max: int
    loss_given_default: Decimal


def offers(policy: Policy, products: Iterable[Product]) -> list[Offer]:
    """Every product of policy and catalogue for every band, in the policy's order."""
    by_code = {product.code: product for product in products}
    return [
        _offer(policy, band, row, by_code[row.product_code])
        for row in policy.product
        if row.product_code in by_code
        for band in policy.band
    ]


def price(product: Product, rate_position_percent: int) -> Decimal:
    """The annual rate at a place in the product's range, rounded down to its rate step."""
    width = (product.annual_rate_max - product.annual_rate_min) * rate_position_percent / 100
    return product.annual_rate_min + width // product.rate_step * product.rate_step


def longest_term(product: Product, band: Band) -> int:
    """The longest of the product's terms in months that the band allows, 0 where it allows none."""
    terms = (term for term in product.instalment_choices if term <= band.instalments_max)
    return max(terms, default=0)


def _offer(policy: Policy, band: Band, row: ProductLimit, product: Product) -> Offer:
    kind = product.borrower_kind
    instalments_max = longest_term(product, band)
    shares = {"all": FULL_SHARE_BP, "learning": policy.cap_value("learning_share_bp"), "none": 0}
    return Offer(
        product_code=product.code,
        borrower_kind=kind,
        band=band.name,
        is_open=row.is_open and instalments_max > 0,
        is_learning=band.admits == "learning",
        admitted_share_bp=shares[band.admits],
        base_limit_fen=band.limit_fen(kind) * row.limit_percent // 100,
        product_max_fen=product.limit_max_fen,
        exposure_max_fen=policy.cap_value(f"exposure_{kind}_fen"),
        exposure_all_lenders_max_fen=policy.cap_value(f"exposure_all_lenders_{kind}_fen"),
        minimum_fen=_minimum_fen(policy, product),
        earnings_percent=band.earnings_percent(kind),
        unknown_earnings_fen=policy.cap_value(f"unknown_earnings_{kind}_fen"),
        debt_service_percent=policy.cap_value(f"debt_service_{kind}_percent"),
        annual_rate=price(product, band.rate_position_percent),
        annual_rate_min=product.annual_rate_min,
        instalments_max=instalments_max,
        loss_given_default=product.assumed_loss_given_default,
    )


def _minimum_fen(policy: Policy, product: Product) -> int:
    step = policy.cap_value("limit_step_fen")
    smallest = max(policy.cap_value("limit_min_fen"), product.limit_min_fen)
    return int(-(-smallest // step) * step)
