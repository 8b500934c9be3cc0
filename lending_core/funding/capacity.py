"""How much of each lender's quota an average balance takes: the cheapest eligible with room."""

from collections.abc import Mapping

import polars as pl


def placed(balances_fen: Mapping[str, int], funders: pl.DataFrame) -> dict[str, int]:
    """Funder code -> balance in fen, cheapest first; what no eligible lender has room for is
    absent, so the sum says how much was placed.

    `balances_fen`: product code -> balance, served in that order. `funders` has funder_code,
    product_codes, annual_cost and quota_fen. Ties in cost go to the first funder code.
    """
    waiting = dict(balances_fen)
    found: dict[str, int] = {}
    for funder in funders.sort("annual_cost", "funder_code").rows(named=True):
        room = funder["quota_fen"]
        for code in [code for code in waiting if code in funder["product_codes"]]:
            taken = min(room, waiting[code])
            room, waiting[code] = room - taken, waiting[code] - taken
        found[funder["funder_code"]] = funder["quota_fen"] - room
    return found
