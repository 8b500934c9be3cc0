"""Which approved borrowers take the offer, and how much of it."""

import numpy as np
import polars as pl

from lending_core.simulate.assumptions import assumptions
from lending_core.simulate.draws import Draws

_PRODUCT_COLUMNS = ("acceptance", "reference_rate", "utilisation")


def acceptances(offers: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """The offers that are taken: application_id, accepted_on, amount_fen, instalments.

    `offers`: application_id, product_code, applied_on, amount_asked_fen, instalments_asked,
    limit_fen, annual_rate, draw_min_fen, draw_max_fen, and what `Draws.of_applications` needs. A
    low price and a limit that covers the asked amount are taken more often. The amount is what was
    asked, or the part of the limit that this borrower likes to use, in steps of 100 yuan; never
    above limit and product maximum; a limit below the product's minimum is never taken.
    """
    chosen = assumptions()["acceptance"]
    ids, period = draws.of_applications(offers)
    known = offers.with_columns(
        pl.col("annual_rate").cast(pl.Float64).alias("rate"),
        *(_of_product(name) for name in _PRODUCT_COLUMNS),
    )
    coverage = (pl.col("limit_fen") / pl.col("amount_asked_fen")).clip(0.01, 1.0)
    price = (chosen["price"] * (pl.col("rate") - pl.col("reference_rate"))).exp()
    odds = pl.col("acceptance") / (1 - pl.col("acceptance")) * price * coverage ** chosen["limit"]
    taste = np.exp(chosen["utilisation_spread"] * draws.normal("utilisation", ids, period))
    days = draws.whole("days to accept", ids, chosen["days_to_accept_max"] + 1, period)
    return (
        known.with_columns(
            amount_fen=_amount(pl.Series(taste)),
            accepted_on=pl.col("applied_on") + pl.duration(days=pl.lit(pl.Series(days))),
            is_taken=pl.Series(draws.uniform("accepts", ids, period)) < odds / (1 + odds),
        )
        .filter(pl.col("is_taken") & (pl.col("amount_fen") >= pl.col("draw_min_fen")))
        .select(
            "application_id",
            "accepted_on",
            "amount_fen",
            pl.col("instalments_asked").alias("instalments"),
        )
    )


def _of_product(name: str) -> pl.Expr:
    """A number of the product's assumptions, beside each row. Raises for an unknown product."""
    values = {code: float(product[name]) for code, product in assumptions()["products"].items()}
    return pl.col("product_code").replace_strict(values, return_dtype=pl.Float64).alias(name)


def _amount(taste: pl.Series) -> pl.Expr:
    step = assumptions()["demand"]["amount_step_fen"]
    used = (pl.col("utilisation") * taste).clip(0.05, 1.0) * pl.col("limit_fen")
    wished = pl.min_horizontal(used.cast(pl.Int64), "amount_asked_fen")
    allowed = pl.min_horizontal("limit_fen", "draw_max_fen")
    raised = pl.max_horizontal(wished // step * step, "draw_min_fen")
    return pl.when(raised <= allowed).then(raised).otherwise(allowed)
