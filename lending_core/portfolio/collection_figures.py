"""Figures of collections: how fast what becomes late is late no more."""

import polars as pl

# How many days of the curve, and how long cases have until they count as cured or not.
CURVE_DAYS = 90
CURE_DAYS = 30


def recovery_curve(cured: pl.DataFrame, days_max: int = CURVE_DAYS) -> pl.DataFrame:
    """One row per day since a loan became late, 0 to `days_max`: loans, principal_fen (all that
    became late, the same on each row), cured_loans and cured_fen by then, and cured_share of
    principal; no row where nothing became late. It never falls.

    `cured`: days (null: not cured), loans, principal_fen, of entries that all had `days_max` days.
    """
    if cured.is_empty():
        return pl.DataFrame(schema=_CURVE)
    loans, principal = int(cured["loans"].sum()), int(cured["principal_fen"].sum())
    axis = pl.DataFrame({"days": pl.int_range(0, days_max + 1, dtype=pl.Int64, eager=True)})
    by_day = cured.select(pl.col("days").cast(pl.Int64), "loans", "principal_fen")
    return (
        axis.join(by_day, on="days", how="left", maintain_order="left")
        .select(
            "days",
            loans=pl.lit(loans, pl.Int64),
            principal_fen=pl.lit(principal, pl.Int64),
            cured_loans=pl.col("loans").fill_null(0).cum_sum().cast(pl.Int64),
            cured_fen=pl.col("principal_fen").fill_null(0).cum_sum().cast(pl.Int64),
        )
        .with_columns(cured_share=pl.col("cured_fen") / pl.col("principal_fen"))
    )


_CURVE = {
    **dict.fromkeys(("days", "loans", "principal_fen", "cured_loans", "cured_fen"), pl.Int64),
    "cured_share": pl.Float64,
}
