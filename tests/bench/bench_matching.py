"""A day's approved loans matched to twenty funders, and a single loan by the same model."""

import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from lending_core.funding.batch import Batch, Offer
from lending_core.funding.funders import Agreement, Funder
from lending_core.funding.matching import fund
from lending_core.products.catalogue import catalogue

LOANS = 100_000
FUNDERS = 20
DAY = date(2026, 11, 2)
REGIONS = ("11", "12", "13", "31", "32", "33", "34", "35", "37", "42", "43", "44", "50", "51", "61")
RUNS = 20


def run() -> list[dict[str, Any]]:
    """Seconds on two cores. Quotas of the many take nine tenths of the money, and the dearest of
    them half of what is over."""
    rows = []
    for objective in ("cost", "spread"):
        batch = a_day(LOANS, objective)
        seconds, matched = _timed(batch)
        what = f"{LOANS:,} loans x {FUNDERS} funders"
        rows += [
            _row(f"{what}, {objective}", seconds, 10, "seconds"),
            _row(f"gap of the same, {objective}", matched.gap_ppm / 10_000, 0.1, "percent"),
        ]
    one = a_day(1, "cost")
    seconds = sorted(_timed(one)[0] for _ in range(RUNS))[RUNS // 2]
    return [*rows, _row("one loan, all funders", seconds * 1_000, 50, "milliseconds")]


def a_day(size: int, objective: Any) -> Batch:
    """Loans of all products and amounts in steps of 100 yuan, and funders that differ in all."""
    draw = np.random.default_rng(7)
    loans = _loans(draw, size)
    volume = max(int(loans["principal_fen"].sum()), 10**8)
    funders = [_funder(draw, place, volume) for place in range(FUNDERS)]
    pairs = [(a.funder_code, b.funder_code) for a in funders for b in funders if a != b]
    held = [pairs[place] for place in draw.permutation(len(pairs))[: 2 * FUNDERS]]
    return Batch(
        loans, tuple(map(Offer, funders)), DAY, tuple(Agreement(*pair) for pair in held), objective
    )


def _loans(draw: np.random.Generator, size: int) -> pl.DataFrame:
    products = [each for each in catalogue().values() if each.borrower_kind == "person"]
    kind = draw.integers(len(products), size=size)
    rate = [
        float(products[each].annual_rate_min)
        + part * float(products[each].annual_rate_max - products[each].annual_rate_min)
        for each, part in zip(kind, draw.random(size), strict=True)
    ]
    return pl.DataFrame(
        {
            "loan_id": np.arange(1, size + 1),
            "product_code": [products[each].code for each in kind],
            "region_code": draw.choice(REGIONS, size),
            "band": draw.choice(list("ABCDE"), size),
            "annual_rate": np.round(rate, 3),
            "instalments": [int(draw.choice(products[each].instalment_choices)) for each in kind],
            "principal_fen": draw.integers(5, 400, size) * 10_000,
            "waiting_since": [
                DAY - timedelta(days=int(each)) for each in draw.integers(3, size=size)
            ],
        }
    ).with_columns(pl.col("annual_rate").cast(pl.Decimal(9, 6)))


def _funder(draw: np.random.Generator, place: int, volume: int) -> Funder:
    kinds = ("bank", "consumer_finance", "trust", "microloan")
    kind = kinds[place % 4]
    codes = [code for code, each in catalogue().items() if kind in each.lender_types]
    quota = int(volume * (0.5 + draw.random()) * 0.9 / FUNDERS)
    return Funder(
        f"funder_{place:02}",
        "",
        "",
        kind,
        tuple(codes),
        annual_cost=Decimal(20 + int(draw.integers(40))) / 1_000,
        quota_fen=quota * 2,
        daily_quota_fen=quota,
        region_codes=tuple(draw.choice(REGIONS, 9, replace=False)) if place % 3 == 0 else None,
        bands=("A", "B", "C", "D") if place % 2 else None,
        share_min=Decimal("0.3"),
        share_max=Decimal("0.7"),
        guarantee_budget_fen=quota // 20,
        guarantee_rate=Decimal("0.04"),
        tier1_fen=quota if kind == "bank" else None,
        total_loans_fen=quota * 4 if kind == "bank" else None,
        offer_part_min=Decimal("0.01"),
    )


def _timed(batch: Batch) -> tuple[float, Any]:
    start = time.perf_counter()
    matched = fund(batch)
    return time.perf_counter() - start, matched


def _row(name: str, figure: float, aim: float, unit: str) -> dict[str, Any]:
    return {"name": name, "figure": figure, "aim": f"at most {aim}", "unit": unit}
