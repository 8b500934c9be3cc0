"""The licensed lenders and who lends with whom, as data (`data/reference/funders.toml`)."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from lending_core.products.catalogue import catalogue
from lending_core.settings import reference_file

# The size of book for which the quotas in the document are meant.
QUOTA_CUSTOMERS = 20_000

_TUPLES = ("product_codes", "bands", "region_codes")
_RATES = (
    *("annual_cost", "annual_rate_min", "annual_rate_max"),
    *("share_min", "share_max", "guarantee_rate", "offer_part_min"),
)


@dataclass(frozen=True)
class Funder:
    """A lender that funds the listed products up to a quota of outstanding principal.

    None means no limit: `bands` all bands, `region_codes` nationwide (IL-24: a local bank names its
    provinces), `daily_quota_fen`, `guarantee_budget_fen`, `tier1_fen` (IL-22), `total_loans_fen`
    (IL-23). Rates per year. `share_min` and `share_max` bound its part of a joint loan;
    `guarantee_rate` of what it lends uses up `guarantee_budget_fen`; `offer_part_min` of what it is
    eligible for should come to it; `group_code` joins affiliates (empty: its own code).
    """

    funder_code: str
    name_en: str
    name_zh: str
    lender_type: str
    product_codes: tuple[str, ...]
    annual_cost: Decimal
    quota_fen: int
    daily_quota_fen: int | None = None
    licence_number: str = ""
    licence_on: date = date.min
    listed_on: date = date.min
    delisted_on: date | None = None
    region_codes: tuple[str, ...] | None = None
    bands: tuple[str, ...] | None = None
    annual_rate_min: Decimal = Decimal(0)
    annual_rate_max: Decimal = Decimal(1)
    instalments_min: int = 1
    instalments_max: int = 360
    share_min: Decimal = Decimal(0)
    share_max: Decimal = Decimal(1)
    guarantee_budget_fen: int | None = None
    guarantee_rate: Decimal = Decimal(0)
    tier1_fen: int | None = None
    total_loans_fen: int | None = None
    offer_part_min: Decimal = Decimal(0)
    group_code: str = ""
    sources: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        for code in self.product_codes:
            if self.lender_type not in catalogue()[code].lender_types:
                raise ValueError(f"{self.funder_code}: a {self.lender_type} may not fund {code}")
        if not 0 <= self.share_min <= self.share_max <= 1:
            raise ValueError(f"{self.funder_code}: shares of a joint loan run from 0 to 1")

    @property
    def group(self) -> str:
        """Whom the law counts as one partner: the affiliates' common code, or its own."""
        return self.group_code or self.funder_code

    def may_lend_on(self, day: date) -> bool:
        """Licensed and on the published list (ZD-03) that day."""
        gone = self.delisted_on is not None and self.delisted_on <= day
        return self.licence_on <= day and self.listed_on <= day and not gone


@dataclass(frozen=True)
class Agreement:
    """Two lenders that lend jointly since a day (ZD-03: one contract between head offices).
    `partner_share_min` and `partner_share_max` bound the partner's part, beside what the law and
    each lender's own terms say."""

    lead_code: str
    partner_code: str
    listed_on: date = date.min
    delisted_on: date | None = None
    partner_share_min: Decimal = Decimal(0)
    partner_share_max: Decimal = Decimal(1)
    source: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.lead_code == self.partner_code:
            raise ValueError(f"{self.lead_code} cannot be its own partner")
        if not 0 <= self.partner_share_min <= self.partner_share_max <= 1:
            raise ValueError(f"{self.lead_code}: a partner's part runs from 0 to 1")

    @property
    def pair(self) -> tuple[str, str]:
        """Lead and partner: two lenders have one agreement in each of these roles."""
        return self.lead_code, self.partner_code

    def holds_on(self, day: date) -> bool:
        """Whether new joint loans may be made that day."""
        return self.listed_on <= day and (self.delisted_on is None or day < self.delisted_on)


@functools.cache
def funders() -> dict[str, Funder]:
    """Funder code -> funder, in file order.

    Raises `ValueError` for a product that a type of lender may not fund, and for a number without
    a source.
    """
    read = [read_funder(row) for row in _document()["funder"]]
    return {funder.funder_code: funder for funder in read}


@functools.cache
def agreements() -> tuple[Agreement, ...]:
    """Who lends jointly with whom, in file order. Raises `ValueError` for an unknown funder."""
    found = tuple(read_agreement(row) for row in _document().get("agreement", ()))
    for agreement in found:
        if not {agreement.lead_code, agreement.partner_code} <= funders().keys():
            raise ValueError(f"{agreement}: an agreement of an unknown funder")
    return found


def written(funder: Funder) -> dict[str, Any]:
    """What `read_funder` makes the same funder of: rates as text, no field without a limit."""
    row = {name: getattr(funder, name) for name in (each.name for each in fields(Funder))}
    row |= {name: str(row[name]) for name in _RATES}
    row |= {name: list(row[name]) for name in _TUPLES if row[name] is not None}
    told = row["sources"].keys() | _NAMES
    return {name: value for name, value in row.items() if name in told and value is not None}


def _document() -> dict[str, Any]:
    return tomllib.loads(reference_file("funders.toml").read_text("utf-8"))


def read_funder(row: dict[str, Any]) -> Funder:
    """A funder from what a document or a form says: rates as text, lists; what is absent is no
    limit. Raises `ValueError` for a number without a source and for what the funder may not do,
    `TypeError` for a field that funders do not have."""
    read = dict(row)
    read |= {name: tuple(row[name]) for name in _TUPLES if name in row}
    read |= {name: Decimal(row[name]) for name in _RATES if name in row}
    unsourced = row.keys() - row.get("sources", {}).keys() - _NAMES
    if unsourced:
        raise ValueError(f"{row['funder_code']}: no source for {sorted(unsourced)}")
    return Funder(**read)


def read_agreement(row: dict[str, Any]) -> Agreement:
    """An agreement from what a document says: parts as text. Raises `TypeError` for a field that
    agreements do not have, `ValueError` for parts that cannot be."""
    parts = ("partner_share_min", "partner_share_max")
    return Agreement(**row | {name: Decimal(row[name]) for name in parts if name in row})


# What says who a funder is rather than what it may do.
_NAMES = {"funder_code", "name_en", "name_zh", "lender_type", "sources", "product_codes"}
