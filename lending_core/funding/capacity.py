"""How much of each lender's room an average balance takes: the matching's own programme, asked for
one amount per product."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from lending_core.funding.batch import Batch, Offer, Rules
from lending_core.funding.funders import Funder
from lending_core.funding.problem import Problem
from lending_core.funding.relaxation import relaxation

# An average balance has no region, band, rate or term of its own, and no day of payout.
_OF_LOANS: dict[str, Any] = {
    "region_codes": None,
    "bands": None,
    "annual_rate_min": Decimal(0),
    "annual_rate_max": Decimal(1),
    "instalments_min": 1,
    "instalments_max": 360,
    "daily_quota_fen": None,
    "offer_part_min": Decimal(0),
}


def placed(
    balances_fen: Mapping[str, int], funders: Sequence[Funder], on: date, rules: Rules
) -> dict[str, int]:
    """Funder code -> balance in fen, at the least cost within what lenders fund and the limits that
    a balance meets: list, quota, guarantee, largest part of the book. What nobody has room for is
    in none, so the sum says how much was placed.

    `balances_fen`: product code -> balance. Joint loans are left out: they split what one lender
    lends whole.
    """
    amounts = {code: fen for code, fen in sorted(balances_fen.items()) if fen > 0}
    found = {funder.funder_code: 0 for funder in funders}
    if amounts and funders:
        problem = Problem(_batch(amounts, funders, on, rules))
        for way, fen in enumerate(_lent(problem)):
            found[problem.codes[problem.ways[way].lead]] += int(fen)
    return found


def _lent(problem: Problem) -> np.ndarray:
    """What goes each way, in fen: as the programme says, and the fen that its floating point leaves
    over to the cheapest way with room."""
    flow = relaxation(problem).flow_fen
    left, lent = problem.principal.copy(), np.zeros(len(problem.ways), np.int64)
    room = np.array([problem.rooms[[*way.lead_rows]].min() for way in problem.ways])
    for is_guided in (True, False):
        for way, amount in np.argwhere(problem.allowed):
            node = problem.nodes[amount]
            wanted = flow[node, way] if is_guided else left[amount]
            taken = min(wanted, left[amount], room[way])
            flow[node, way] -= taken
            left[amount] -= taken
            room[way] -= taken
            lent[way] += taken
    return lent


def _batch(amounts: Mapping[str, int], funders: Sequence[Funder], on: date, rules: Rules) -> Batch:
    loans = pl.DataFrame(
        {
            "loan_id": range(len(amounts)),
            "product_code": list(amounts),
            "principal_fen": list(amounts.values()),
        }
    ).with_columns(
        region_code=pl.lit(None, pl.String),
        band=pl.lit(None, pl.String),
        annual_rate=pl.lit(Decimal("0.1")).cast(pl.Decimal(9, 6)),
        instalments=pl.lit(1),
    )
    return Batch(
        loans=loans,
        offers=tuple(Offer(replace(funder, **_OF_LOANS)) for funder in funders),
        business_on=on,
        rules=replace(rules, region_part_max=None, product_part_max=None),
    )
