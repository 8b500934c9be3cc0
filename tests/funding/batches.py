"""Batches to match: plain ones to read, and random ones with every kind of limit."""

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from lending_core.funding.batch import Batch, Offer, Rules, matching_rules
from lending_core.funding.funders import Agreement, Funder

DAY = date(2026, 11, 2)
SCHEMA = {
    "loan_id": pl.Int64,
    "product_code": pl.String,
    "region_code": pl.String,
    "band": pl.String,
    "annual_rate": pl.Decimal(9, 6),
    "instalments": pl.Int64,
    "principal_fen": pl.Int64,
    "waiting_since": pl.Date,
    "lead_type": pl.String,
}
RULES = Rules(
    partner_share_min=Decimal("0.30"),
    single_partner_part_max=Decimal("0.25"),
    joint_part_max=Decimal("0.50"),
    waiting_annual_price=Decimal("0.36"),
    unfairness_annual_price=Decimal("0.10"),
)


def a_funder(code: str, cost: str, quota_fen: int = 10**12, **changes: Any) -> Funder:
    """A bank that funds anything it may, up to a quota."""
    given = {"lender_type": "bank", "product_codes": ("weilidai", "small_business")} | changes
    return Funder(code, code, code, annual_cost=Decimal(cost), quota_fen=quota_fen, **given)


def offers(*funders: Funder) -> tuple[Offer, ...]:
    return tuple(map(Offer, funders))


def loans(*principals_fen: int, **changes: Any) -> pl.DataFrame:
    """Loans 1, 2, 3 and so on, alike but for the amount."""
    alike = {
        "product_code": "weilidai",
        "region_code": "44",
        "band": "B",
        "annual_rate": Decimal("0.18"),
        "instalments": 10,
        "waiting_since": DAY,
        "lead_type": None,
    } | changes
    rows = [{"loan_id": place, "principal_fen": fen} for place, fen in enumerate(principals_fen, 1)]
    return pl.DataFrame([row | alike for row in rows], schema=SCHEMA)


def a_batch(asked: pl.DataFrame, *funders: Funder, **changes: Any) -> Batch:
    """Plain rules unless they are changed."""
    return Batch(asked, offers(*funders), DAY, **({"rules": RULES} | changes))


def random_batch(
    seed: int, size: int = 4, lenders: int = 3, fen_max: int = 60, effort: int = 20
) -> Batch:
    """Every limit is there and some bind."""
    draw = np.random.default_rng(seed)
    codes = [f"f{place}" for place in range(lenders)]
    pairs = [(a, b) for a in codes for b in codes if a < b]
    held = [pairs[place] for place in draw.permutation(len(pairs))[: 1 + lenders // 3]]
    room = size * fen_max
    return Batch(
        loans=_random_loans(draw, size, fen_max),
        offers=tuple(_random_offer(draw, code, codes, room) for code in codes),
        business_on=DAY,
        agreements=tuple(_random_agreement(draw, *pair) for pair in held),
        objective="cost" if draw.random() < 0.6 else "spread",
        balances_fen={("region_code", "44"): int(draw.integers(room))},
        rules=Rules(
            **{
                **vars(matching_rules()),
                "part_base_min_fen": int(draw.integers(room)),
                "book_part_base_min_fen": 0,
                "offer_base_min_fen": int(draw.integers(room // 2)),
                "funder_part_max": _maybe(draw, _part(draw, 30)),
                "region_part_max": _maybe(draw, _part(draw, 50)),
                "product_part_max": _maybe(draw, _part(draw, 50)),
                "exact_effort": effort,
            }
        ),
    )


def shuffled(batch: Batch, seed: int) -> Batch:
    """The same question in another order."""
    draw = np.random.default_rng(seed)
    order = draw.permutation(batch.loans.height)
    return Batch(
        **{
            **vars(batch),
            "loans": batch.loans[order.tolist()],
            "offers": tuple(batch.offers[place] for place in draw.permutation(len(batch.offers))),
            "agreements": batch.agreements[::-1],
        }
    )


def _random_agreement(draw: np.random.Generator, lead_code: str, partner_code: str) -> Agreement:
    """Half of them leave the partner's part to the law and the lenders."""
    low, high = sorted(Decimal(int(each)) / 100 for each in draw.integers(0, 101, 2))
    bounds = {"partner_share_min": low, "partner_share_max": high} if draw.random() < 0.5 else {}
    return Agreement(lead_code, partner_code, listed_on=date(2026, 1, 1), **bounds)


def _random_loans(draw: np.random.Generator, size: int, fen_max: int) -> pl.DataFrame:
    rows = [
        {
            "loan_id": place,
            "product_code": draw.choice(["weilidai", "small_business"]),
            "region_code": draw.choice(["11", "44"]),
            "band": draw.choice(["A", "B", "C"]),
            "annual_rate": Decimal(int(draw.integers(3, 24))) / 100,
            "instalments": int(draw.choice([3, 6, 12])),
            "principal_fen": int(draw.integers(1, fen_max)),
            "waiting_since": date(2026, 11, int(draw.integers(1, 3))),
            "lead_type": "bank" if draw.random() < 0.1 else None,
        }
        for place in range(1, size + 1)
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def _random_offer(draw: np.random.Generator, code: str, codes: list[str], room: int) -> Offer:
    part = int(draw.integers(1, 100))
    least = int(draw.integers(0, 51))
    other = codes[int(draw.integers(len(codes)))]
    funder = a_funder(
        code,
        str(Decimal(int(draw.integers(10, 90))) / 1000),
        int(draw.integers(1, room)),
        lender_type="bank",
        daily_quota_fen=_maybe(draw, int(draw.integers(1, room))),
        region_codes=_maybe(draw, ("44",), 0.2),
        bands=_maybe(draw, ("A", "B"), 0.2),
        annual_rate_min=Decimal(int(draw.integers(0, 6))) / 100,
        instalments_max=int(draw.choice([6, 12, 36])),
        share_min=Decimal(least) / 100,
        share_max=Decimal(int(draw.integers(max(least, 50), 101))) / 100,
        guarantee_budget_fen=_maybe(draw, int(draw.integers(1, 10))),
        guarantee_rate=Decimal(part) / 1000,
        tier1_fen=_maybe(draw, int(draw.integers(1, 2 * room))),
        total_loans_fen=_maybe(draw, int(draw.integers(1, 2 * room))),
        offer_part_min=Decimal(int(draw.choice([0, 0, 20, 40]))) / 100,
        group_code=draw.choice(["", "", "family"]),
    )
    balance = int(draw.integers(room // 4))
    joint = {other: balance // 2} if other != code else {}
    today = int(draw.integers(room // 8))
    return Offer(
        funder,
        outstanding_fen=balance,
        lent_today_fen=today,
        eligible_today_fen=2 * today,
        guarantee_used_fen=int(draw.integers(2)),
        joint_fen=joint,
    )


def _maybe(draw: np.random.Generator, value: Any, chance: float = 0.5) -> Any:
    return value if draw.random() < chance else None


def _part(draw: np.random.Generator, least: int) -> Decimal:
    return Decimal(int(draw.integers(least, 101))) / 100
