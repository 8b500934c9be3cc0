"""How likely a loan is to get worse in a month, given how late it is and how risky its borrower.

D1 entry: part of current loans with an instalment due that is not paid on its day. C->M1: part
still unpaid at month end. Roll: part of a bucket that is a bucket worse a month later.
"""

from typing import Any

import numpy as np
import polars as pl

from lending_core.simulate.assumptions import assumptions
from lending_core.simulate.draws import FloatArray, IntArray

BUCKET_DAYS = 30
# C is 0, M1 is 1, ... M7+ is 7: written off.
WRITTEN_OFF = 7


def with_rates(loans: pl.DataFrame, stress: float) -> pl.DataFrame:
    """`loans` (see `behaviour.payments`) with bucket, worse_rate and late_rate.

    worse_rate: chance of being a bucket worse at month end. late_rate: chance that a current loan
    misses its due day. Of loans that missed a due day on the last of the month (current, something
    overdue), worse_rate is the part of late payers who do not pay before the month's end.
    """
    chosen, products = assumptions()["behaviour"], list(assumptions()["products"].values())
    product, bucket = _positions(loans), _bucket(loans)
    never_paid = ~loans["has_paid"].to_numpy()
    lateness = np.array([p["d1_entry"] / p["c_m1"] for p in products])[product]
    odds = _table_odds(product, bucket, never_paid) * _risk_factor(loans, bucket)
    odds *= np.where(bucket == 0, stress, stress ** chosen["stress_on_rolls"])
    odds *= np.where(never_paid & (bucket == 0), chosen["first_payment_odds"], 1.0)
    odds *= np.where(never_paid & (bucket > 1), chosen["never_paid_odds"], 1.0)
    is_waiting = (bucket == 0) & (loans["overdue_fen"] > 0).to_numpy()
    return loans.with_columns(
        bucket=pl.Series(bucket),
        worse_rate=pl.Series(np.where(is_waiting, 1.0 / lateness, _share(odds))),
        late_rate=pl.Series(_share(odds * lateness)),
    )


def _table_odds(product: IntArray, bucket: IntArray, never_paid: Any) -> FloatArray:
    """Odds of the product's table; what never paid starts with its own C->M1 and M1->M2."""
    products = assumptions()["products"].values()
    usual = np.array([[p["c_m1"], *p["roll"]] for p in products])
    first = usual.copy()
    first[:, :2] = [_first_rates(p) for p in products]
    row = np.minimum(bucket, WRITTEN_OFF - 1)
    rate = np.where(never_paid, first[product, row], usual[product, row])
    return rate / (1.0 - rate)


def _first_rates(product: dict[str, float]) -> tuple[float, float]:
    """C->M1 and M1->M2 of a loan that has never paid: multiplied, they are first_payment_30."""
    c_m1 = product["first_payment_7"] * assumptions()["behaviour"]["first_payment_unpaid"]
    return c_m1, product["first_payment_30"] / c_m1


def _risk_factor(loans: pl.DataFrame, bucket: IntArray) -> FloatArray:
    chosen = assumptions()["behaviour"]
    row = np.minimum(bucket, WRITTEN_OFF - 1)
    distance = loans["true_risk"].to_numpy() - np.array(chosen["centre"])[row]
    return np.exp(np.array(chosen["sensitivity"])[row] * distance)


def _positions(loans: pl.DataFrame) -> IntArray:
    """Each loan's product as its place in the assumptions. Raises for an unknown product."""
    places = {code: place for place, code in enumerate(assumptions()["products"])}
    return loans["product_code"].replace_strict(places, return_dtype=pl.Int64).to_numpy()


def _bucket(loans: pl.DataFrame) -> IntArray:
    days = loans["days_past_due"].to_numpy().astype(np.int64)
    return np.minimum((days + BUCKET_DAYS - 1) // BUCKET_DAYS, WRITTEN_OFF)


def _share(odds: FloatArray) -> FloatArray:
    return odds / (1.0 + odds)
