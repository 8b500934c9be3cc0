"""Synthetic samples whose true default probability is known."""

import numpy as np
import polars as pl

from lending_core.scoring.features import register
from lending_core.scoring.plan import register_candidates


def a_sample(rows: int, seed: int = 7) -> pl.DataFrame:
    """Score features, `true_probability` and `is_bad`; one applicant in ten lacks bureau data, nine
    in ten have no shop, and own_loans_repaid says nothing."""
    random = np.random.default_rng(seed)
    features = {
        "inquiries_3m": random.poisson(2.2, rows),
        "lenders_with_balance": random.poisson(2.0, rows),
        "credit_utilisation": random.beta(2, 3, rows) * 1.3,
        "worst_status_24m": random.choice(
            8, rows, p=[0.8, 0.1, 0.04, 0.02, 0.01, 0.01, 0.01, 0.01]
        ),
        "oldest_account_months": random.integers(0, 240, rows),
        "account_tenure_months": random.integers(0, 150, rows),
        "payment_active_days_90d": random.integers(0, 91, rows),
        "payment_stability": random.beta(3, 2, rows),
        "debt_to_income": random.gamma(3, 0.13, rows),
        "merchant_receipts_monthly_fen": np.exp(random.normal(15.2, 0.8, rows)).astype(np.int64),
        "receipts_variation": random.gamma(3, 0.15, rows),
        "own_loans_repaid": random.poisson(0.3, rows),
        "own_worst_days_past_due": random.poisson(0.4, rows) * random.integers(0, 20, rows),
    }
    log_odds = (
        -4.2
        + 0.25 * features["inquiries_3m"]
        + 0.15 * features["lenders_with_balance"]
        + 1.5 * features["credit_utilisation"]
        + 0.4 * features["worst_status_24m"]
        - 0.004 * features["oldest_account_months"]
        - 1.5 * (features["payment_stability"] - 0.6)
        + 1.0 * features["debt_to_income"]
        + 0.03 * features["own_worst_days_past_due"]
    )
    probability = 1 / (1 + np.exp(-log_odds))
    frame = pl.DataFrame(features).with_columns(
        true_probability=pl.Series(probability), is_bad=pl.Series(random.random(rows) < probability)
    )
    no_bureau = pl.Series(random.random(rows) < 0.1)
    no_shop = pl.Series(random.random(rows) < 0.9)
    absent = {"bureau": no_bureau, "merchant_receipts": no_shop}
    return frame.with_columns(
        pl.when(absent[each.source]).then(None).otherwise(each.name).alias(each.name)
        for each in (register()[name] for name in features)
        if each.source in absent
    )


# The features of the register that a sample has.
SAMPLED = tuple(each for each in register_candidates() if each.name in a_sample(1).columns)
