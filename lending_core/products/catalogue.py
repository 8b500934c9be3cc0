"""The catalogue: what may be offered, to whom, within which limits, and whence each number."""

import functools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.money import FEN_PER_YUAN
from lending_core.products.terms import DAY_COUNTS, LEVEL_METHODS, METHODS
from lending_core.settings import reference_file

BORROWER_KINDS = ("person", "small_business")
LENDER_TYPES = ("bank", "consumer_finance", "microloan", "trust")
SCENARIOS = (
    "emergency",
    "start_up",
    "seasonal",
    "project",
    "education",
    "travel",
    "decoration",
    "medical",
)
FEE_BASES = ("principal_when_paid_out", "principal_each_instalment")
# Whom a borrower may pay: the lender, a licensed guarantor or insurer, never the platform (ZD-07).
FEE_PAYEES = ("lender", "guarantor", "insurer")

# What a payment settles (PM-10), and the ways to repay early.
COMPONENTS = ("fee", "penalty", "interest", "principal")
EARLY_REPAYMENTS = ("lower_instalment", "fewer_instalments", "next_dues")

# A daily rate is quoted as a yearly one times this, whatever the year's length (PM-02, PM-04).
DAYS_OF_QUOTED_YEAR = 365

# Methods that repay all principal at the end (IL-03).
BULLET_METHODS = ("interest_only",)

# Unsourced on purpose: names and choices of words rather than numbers.
_SOURCED = (
    "limit_yuan",
    "draw_yuan",
    "instalment_choices",
    "rate_step",
    "day_count",
    "carries_remainder",
    "grace_days",
    "penalty_multiple",
    "allocation",
    "early_repayment",
    "assumed_loss_given_default",
)


@dataclass(frozen=True)
class Caps:
    """What the law and the product brief allow at most; see the sources in the document."""

    all_in_annual_rate: Decimal
    consumer_limit_fen: int
    consumer_bullet_instalments: int
    small_business_limit_fen: int
    small_business_instalments: int
    penalty_multiple_min: Decimal
    penalty_multiple_max: Decimal
    total_cost_annual_rate: Decimal
    sources: dict[str, str]


@dataclass(frozen=True)
class Fee:
    """A fee besides interest: `rate` of the principal, once or with each instalment."""

    item: str
    basis: str
    rate: Decimal
    payee: str
    source: str


@dataclass(frozen=True)
class Product:
    """One product. Rates are yearly; the daily ones are set where the product quotes by the day.
    `methods` and `instalment_choices` (in months) start with the usual one of methods.
    `allocation` orders the components that a payment settles in each instalment; from
    `late_allocation_days_past_due` on `late_allocation` orders them over all instalments (None:
    one order for life)."""

    code: str
    name_en: str
    name_zh: str
    borrower_kind: str
    scenarios: tuple[str, ...]
    lender_types: tuple[str, ...]
    methods: tuple[str, ...]
    limit_min_fen: int
    limit_max_fen: int
    draw_min_fen: int
    draw_max_fen: int
    instalment_choices: tuple[int, ...]
    annual_rate_min: Decimal
    annual_rate_max: Decimal
    daily_rate_min: Decimal | None
    daily_rate_max: Decimal | None
    rate_step: Decimal
    day_count: str
    carries_remainder: bool
    grace_days: int
    fees: tuple[Fee, ...]
    penalty_multiple: Decimal
    allocation: tuple[str, ...]
    late_allocation: tuple[str, ...] | None
    late_allocation_days_past_due: int | None
    early_repayment: tuple[str, ...]
    assumed_loss_given_default: Decimal
    sources: dict[str, str]

    def instalments_for(self, method: str, instalments_max: int | None = None) -> tuple[int, ...]:
        """Choices open to `method`, up to the longest term of an offer: a consumer's bullet loan
        ends within a year (IL-03)."""
        longest = instalments_max or self.instalment_choices[-1]
        if self.borrower_kind == "person" and method in BULLET_METHODS:
            longest = min(longest, caps().consumer_bullet_instalments)
        return tuple(count for count in self.instalment_choices if count <= longest)

    def early_repayment_for(self, method: str) -> tuple[str, ...]:
        """Ways open to `method`: fewer instalments need instalments that have a size to keep."""
        has_level = method in LEVEL_METHODS
        return tuple(way for way in self.early_repayment if has_level or way != "fewer_instalments")

    def penalty_annual_rate(self, annual_rate: Decimal) -> Decimal:
        """Rate on overdue principal in place of interest: the contract rate times the multiple
        (PM-09). All cost of the loan together has a cap of its own: `Caps` (ZD-14)."""
        return annual_rate * self.penalty_multiple


@functools.cache
def catalogue() -> dict[str, Product]:
    """Code -> product, in the order of `data/reference/products.toml`.

    Raises `ValueError` naming product and field where the document contradicts itself or the law.
    """
    products = {
        code: _product(code, table) for code, table in _document().items() if code != "caps"
    }
    faults = [fault for product in products.values() for fault in faults_of(product)]
    if faults:
        raise ValueError("; ".join(faults))
    return products


@functools.cache
def caps() -> Caps:
    """Upper limits common to all products."""
    table = _document()["caps"]
    least, most = table["penalty_multiples"]
    return Caps(
        all_in_annual_rate=table["all_in_annual_rate"],
        consumer_limit_fen=table["consumer_limit_yuan"] * FEN_PER_YUAN,
        consumer_bullet_instalments=table["consumer_bullet_instalments"],
        small_business_limit_fen=table["small_business_limit_yuan"] * FEN_PER_YUAN,
        small_business_instalments=table["small_business_instalments"],
        penalty_multiple_min=least,
        penalty_multiple_max=most,
        total_cost_annual_rate=table["total_cost_annual_rate"],
        sources=table["sources"],
    )


def contract_terms() -> pl.DataFrame:
    """What every contract of a product says, one row per product: product_code, day_count,
    carries_remainder, grace_days, penalty_multiple."""
    columns = ("day_count", "carries_remainder", "grace_days", "penalty_multiple")
    return pl.DataFrame(
        [
            {"product_code": product.code, **{name: getattr(product, name) for name in columns}}
            for product in catalogue().values()
        ],
        schema_overrides={"penalty_multiple": pl.Decimal(4, 2)},
    )


def faults_of(product: Product) -> Iterator[str]:
    """What is wrong with a product, as sentences that name it and the field."""
    for field, is_right in _checks(product, caps()).items():
        if not is_right:
            yield f"{product.code}: {field} is out of range or not known"
    rates = "annual_rates" if product.daily_rate_min is None else "daily_rates"
    late = ("late_allocation", "late_allocation_days_past_due") if product.late_allocation else ()
    for field in (*_SOURCED, rates, *late):
        if not product.sources.get(field):
            yield f"{product.code}: {field} has no source"


def _checks(product: Product, caps: Caps) -> dict[str, bool]:
    is_person = product.borrower_kind == "person"
    limit_cap = caps.consumer_limit_fen if is_person else caps.small_business_limit_fen
    least, most = product.annual_rate_min, product.annual_rate_max
    return {
        "borrower_kind": product.borrower_kind in BORROWER_KINDS,
        "scenarios": _are_some_of(product.scenarios, SCENARIOS),
        "lender_types": _are_some_of(product.lender_types, LENDER_TYPES),
        "methods": _are_some_of(product.methods, METHODS),
        "day_count": product.day_count in DAY_COUNTS
        and not (product.day_count == "30/360" and "daily_interest" in product.methods),
        "limit_yuan": 0 < product.limit_min_fen <= product.limit_max_fen <= limit_cap,
        "draw_yuan": 0 < product.draw_min_fen <= product.draw_max_fen <= product.limit_max_fen,
        "rates": 0 < least <= most < caps.all_in_annual_rate,
        "rate_step": product.rate_step > 0 and (most - least) % product.rate_step == 0,
        "instalment_choices": _are_choices(product, caps),
        "grace_days": 0 <= product.grace_days <= 3,
        "fees": all(fee.basis in FEE_BASES and fee.payee in FEE_PAYEES for fee in product.fees),
        "penalty_multiple": (
            caps.penalty_multiple_min <= product.penalty_multiple <= caps.penalty_multiple_max
        ),
        "allocation": sorted(product.allocation) == sorted(COMPONENTS),
        "late_allocation": _turns_late(product),
        "early_repayment": _are_some_of(product.early_repayment, EARLY_REPAYMENTS)
        and all(product.early_repayment_for(method) for method in product.methods),
        "assumed_loss_given_default": 0 < product.assumed_loss_given_default <= 1,
    }


def _turns_late(product: Product) -> bool:
    order, days = product.late_allocation, product.late_allocation_days_past_due
    if order is None or days is None:
        return order is None and days is None
    return sorted(order) == sorted(COMPONENTS) and days >= 1


def _are_some_of(words: tuple[str, ...], known: tuple[str, ...]) -> bool:
    return bool(words) and set(words) <= set(known) and len(set(words)) == len(words)


def _are_choices(product: Product, caps: Caps) -> bool:
    choices = product.instalment_choices
    rises = list(choices) == sorted(set(choices)) and bool(choices) and choices[0] >= 1
    is_short = product.borrower_kind == "person" or choices[-1] <= caps.small_business_instalments
    return rises and is_short and all(product.instalments_for(m) for m in product.methods)


def _product(code: str, table: dict[str, Any]) -> Product:
    known = {field.name for field in fields(Product)}
    plain = {name: _frozen(value) for name, value in table.items() if name in known - {"fees"}}
    daily_least, daily_most = table.get("daily_rates", (None, None))
    least, most = table.get("annual_rates") or (
        daily_least * DAYS_OF_QUOTED_YEAR,
        daily_most * DAYS_OF_QUOTED_YEAR,
    )
    return Product(
        code=code,
        limit_min_fen=table["limit_yuan"][0] * FEN_PER_YUAN,
        limit_max_fen=table["limit_yuan"][1] * FEN_PER_YUAN,
        draw_min_fen=table["draw_yuan"][0] * FEN_PER_YUAN,
        draw_max_fen=table["draw_yuan"][1] * FEN_PER_YUAN,
        annual_rate_min=least,
        annual_rate_max=most,
        daily_rate_min=daily_least,
        daily_rate_max=daily_most,
        fees=tuple(Fee(**fee) for fee in table["fees"]),
        **{"late_allocation": None, "late_allocation_days_past_due": None, **plain},
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _document() -> dict[str, Any]:
    text = reference_file("products.toml").read_text("utf-8")
    return tomllib.loads(text, parse_float=Decimal)
