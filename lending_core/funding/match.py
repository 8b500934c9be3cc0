"""Which lender funds which loan: the cheapest eligible one that has room for all of it."""

import polars as pl


def match(loans: pl.DataFrame, funders: pl.DataFrame) -> pl.DataFrame:
    """Loan and funder pairs: loan_id, funder_code, share_fen (the whole principal).

    `loans` has loan_id, product_code, principal_fen and is served in row order; `funders` has
    funder_code, product_codes, annual_cost, room_fen. A loan that no eligible lender has room for
    is absent from the answer. Ties in cost go to the first funder code, so the answer never depends
    on the order of funders.
    """
    waiting = loans.select("loan_id", "product_code", "principal_fen")
    matched = []
    for funder in funders.sort("annual_cost", "funder_code").rows(named=True):
        served = _served(waiting, funder["product_codes"], funder["room_fen"])
        matched.append(
            served.select(
                "loan_id",
                funder_code=pl.lit(funder["funder_code"]),
                share_fen=pl.col("principal_fen"),
            )
        )
        waiting = waiting.join(served, on="loan_id", how="anti", maintain_order="left")
    return (
        pl.concat(matched)
        if matched
        else waiting.select("loan_id")
        .clear()
        .with_columns(funder_code=pl.lit(""), share_fen=pl.lit(0, pl.Int64))
    )


def _served(waiting: pl.DataFrame, product_codes: list[str], room_fen: int) -> pl.DataFrame:
    """The eligible loans, first come first served, whose running sum stays within the room."""
    eligible = waiting.filter(pl.col("product_code").is_in(product_codes))
    return eligible.filter(pl.col("principal_fen").cum_sum() <= room_fen)
