"""What a matching is asked: approved loans, what each funder can still lend, and the rules."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import polars as pl

from lending_core.funding.funders import Agreement, Funder
from lending_core.settings import reference_file

Objective = Literal["cost", "spread"]

# Of every loan; `lead_type` (the type of lender that must lead, null: any) and `waiting_since`
# (null: the loan's number decides) may be absent.
LOAN_COLUMNS = (
    *("loan_id", "product_code", "region_code", "band", "annual_rate", "instalments"),
    "principal_fen",
)


@dataclass(frozen=True)
class Rules:
    """What holds for all funders (`data/reference/matching.toml`). Parts and prices per year are
    exact; None: no such limit."""

    partner_share_min: Decimal
    single_partner_part_max: Decimal
    joint_part_max: Decimal
    waiting_annual_price: Decimal
    unfairness_annual_price: Decimal
    joint_annual_price: Decimal = Decimal(0)
    part_base_min_fen: int = 0
    offer_base_min_fen: int = 0
    funder_part_max: Decimal | None = None
    region_part_max: Decimal | None = None
    product_part_max: Decimal | None = None
    book_part_base_min_fen: int = 0
    exact_loans_max: int = 120
    exact_effort: int = 1


@dataclass(frozen=True)
class Offer:
    """A funder and what it has lent so far, all in fen of principal outstanding.

    `lent_today_fen` counts against the daily quota and towards its least part of
    `eligible_today_fen`, what it might have funded of earlier batches; `guarantee_used_fen` against
    the guarantee's budget; `joint_fen`: partner's funder code -> own part of joint loans with it.
    """

    funder: Funder
    outstanding_fen: int = 0
    lent_today_fen: int = 0
    eligible_today_fen: int = 0
    guarantee_used_fen: int = 0
    joint_fen: Mapping[str, int] = field(default_factory=dict)


@functools.cache
def matching_rules() -> Rules:
    """The rules in force. Raises `ValueError` for a number without a source."""
    read = tomllib.loads(reference_file("matching.toml").read_text("utf-8"))
    sources = read.pop("sources")
    if read.keys() != sources.keys():
        raise ValueError(f"no source for {sorted(read.keys() ^ sources.keys())}")
    return Rules(**{name: _exact(value) for name, value in read.items()})


@dataclass(frozen=True)
class Batch:
    """One question. `loans` has `LOAN_COLUMNS`, one row per loan, in any order.

    `objective`: `cost` funds what it can and at the lowest cost; `spread` seeks the most interest
    less cost, so loans at high rates go first and none is funded at a loss. `balances_fen`:
    ("region_code" or "product_code", code) -> principal outstanding, for limits on parts.
    """

    loans: pl.DataFrame
    offers: tuple[Offer, ...]
    business_on: date
    agreements: tuple[Agreement, ...] = ()
    objective: Objective = "cost"
    balances_fen: Mapping[tuple[str, str], int] = field(default_factory=dict)
    rules: Rules = field(default_factory=matching_rules)


def _exact(value: Any) -> Any:
    return value if isinstance(value, int) else Decimal(value)
