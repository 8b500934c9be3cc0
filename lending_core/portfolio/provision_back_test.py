"""What the probabilities of a year ago said, against the defaults that came (EC-05)."""

import numpy as np
import polars as pl

from lending_core.portfolio.provision_chain import weighted_default_by_month
from lending_core.portfolio.provisions import Model

# Of a normal distribution: 95 % lie within.
DEVIATIONS = 1.96


def back_test(loans: pl.DataFrame, defaulted: pl.Series, model: Model) -> pl.DataFrame:
    """One row per stage of lateness then: bucket, loans, expected_defaults, defaults, low, high,
    is_within.

    `loans`: open then and never in default before, with loan_id, product_code, bucket,
    remaining_months. Expected of a loan: to be in default within `stage_1_months`, or before its
    plan has ended and the months unpaid are over. low and high bound what chance explains (95 %,
    loans independent of each other: a common shock spreads them wider).
    """
    months = np.arange(1, model.house.stage_1_months + 1)
    rows = []
    for chain_code, place, bucket, remaining, ids in _groups(loans, model):
        rates = model.chain.rates[chain_code]
        marginal = weighted_default_by_month(rates, model.house, len(months))[place]
        chance = float(marginal[months <= remaining + model.house.months_unpaid].sum())
        seen = int(ids.is_in(defaulted.implode()).sum())
        rows.append((bucket, len(ids), chance * len(ids), chance * (1 - chance) * len(ids), seen))
    schema = {
        "bucket": pl.String,
        "loans": pl.Int64,
        "expected_defaults": pl.Float64,
        "variance": pl.Float64,
        "defaults": pl.Int64,
    }
    spread = DEVIATIONS * pl.col("variance").sqrt()
    return (
        pl.DataFrame(rows, schema=schema, orient="row")
        .group_by("bucket")
        .agg(pl.all().sum())
        .sort("bucket")
        .with_columns(
            low=(pl.col("expected_defaults") - spread).clip(lower_bound=0),
            high=(pl.col("expected_defaults") + spread),
        )
        .with_columns(is_within=pl.col("defaults").is_between("low", "high"))
        .drop("variance")
    )


def _groups(loans: pl.DataFrame, model: Model) -> list[tuple[str, int, str, int, pl.Series]]:
    """Loans alike: chain, place and code of their stage, months left, their numbers."""
    live = list(model.chain.live)
    known = loans.filter(pl.col("bucket").is_in(live))
    return [
        (
            model.chain.of(str(product or "")),
            live.index(str(bucket)),
            str(bucket),
            left,
            own["loan_id"],
        )
        for (product, bucket, left), own in known.group_by(
            ["product_code", "bucket", "remaining_months"]
        )
    ]
