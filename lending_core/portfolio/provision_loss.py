"""What is lost of a default and how much is owed by then: recoveries, and the run-off of plans."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.money import divide_round
from lending_core.portfolio.provision_assumptions import Assumptions, Numbers
from lending_core.portfolio.provision_chain import WHOLE_BOOK

Whole = npt.NDArray[np.int64]

# Loss rates are published and applied with nine decimals: from there on all is whole numbers.
RATE_SCALE = 10**9


@dataclass(frozen=True)
class Recoveries:
    """What came back of defaults: `shares` of what was owed, by month after the default, by product
    (and `WHOLE_BOOK`), where enough defaults have had their months; `loans` they were counted on.
    """

    shares: dict[str, Numbers]
    loans: dict[str, int]

    def of(self, product_code: str) -> Numbers | None:
        """The product's own shares, else those of the whole book, else None: none was counted."""
        return self.shares.get(product_code, self.shares.get(WHOLE_BOOK))


def recoveries(seen: pl.DataFrame, house: Assumptions) -> Recoveries:
    """Recoveries by product and in the whole book.

    Needs product_code, month (1 is the first after the default), paid_fen, exposure_fen and loans:
    one row per product and month, over the defaults that have had all their months.
    """
    shares, loans = {}, {}
    for product_code in [WHOLE_BOOK, *seen["product_code"].drop_nulls().unique().sort()]:
        own = seen.filter(pl.col("product_code") == product_code) if product_code else seen
        by_month = own.group_by("month").agg(pl.col("paid_fen", "exposure_fen", "loans").sum())
        number = int(by_month["loans"].max() or 0)  # type: ignore[arg-type]
        loans[product_code] = number
        if number >= house.recovery_loans_min:
            shares[product_code] = _shares(by_month, house.recovery_months)
    return Recoveries(shares, loans)


def assumed_shares(loss_given_default: float, months: int) -> Numbers:
    """What comes back evenly over so many months where a loss is assumed, not counted."""
    return np.full(months, (1 - loss_given_default) / months)


def loss_given_default(shares: Numbers, annual_rate: Numbers, months_since: Whole) -> Numbers:
    """The part of what is owed that is lost, seen from so many months after the default.

    What is still to come in, discounted at the loan's rate, over what has not come in yet: all is
    lost once the months have passed. Between 0 and 1.
    """
    growth = 1 + annual_rate / 12
    to_come, left = np.zeros_like(annual_rate), np.ones_like(annual_rate)
    for month, share in enumerate(shares, start=1):
        is_ahead = months_since < month
        to_come += np.where(is_ahead, share * growth ** (months_since - month), 0.0)
        left -= np.where(is_ahead, 0.0, share)
    part = np.divide(to_come, left, out=np.ones_like(left), where=left > 0)
    return np.clip(1 - part, 0.0, 1.0)


def balances_ahead(loans: pl.DataFrame, dues: pl.DataFrame, months: int) -> Whole:
    """Principal that the plan leaves after each month ahead: a row per loan, columns 0 to `months`.

    `loans` in order: loan_id, principal_fen, annual_rate, remaining_months. `dues`: loan_id, month
    (1 is the next calendar month), principal_fen falling due; a loan without any falls by level
    instalments over its remaining months. What is overdue counts as paid with the next instalment.
    """
    principal = loans["principal_fen"].to_numpy()
    place = pl.DataFrame({"loan_id": loans["loan_id"], "row": np.arange(loans.height)})
    planned = dues.join(place, on="loan_id").with_columns(pl.col("month").clip(0, months + 1))
    falling = np.zeros((loans.height, months + 2), np.int64)
    rows, columns = planned["row"].to_numpy(), planned["month"].to_numpy()
    np.add.at(falling, (rows, columns), planned["principal_fen"].to_numpy())
    # After month k only what falls due later is left.
    left = falling[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    has_plan = np.zeros(loans.height, dtype=bool)
    has_plan[rows] = True
    ahead = np.where(has_plan[:, None], left, _level(loans, months))
    ahead[:, 0] = principal
    return np.minimum(ahead, principal[:, None])


def exposures_at_default(balances: Whole, owed_fen: Whole, months_unpaid: int) -> Whole:
    """What is owed by a default in each month ahead (the first month first): whoever defaults has
    paid nothing for `months_unpaid` months. `owed_fen` is all that is owed now, charges included;
    they are still owed by a default within those months, and settled by one later."""
    months = balances.shape[1] - 1
    at_default = np.repeat(owed_fen[:, None], months, axis=1)
    if months > months_unpaid:
        at_default[:, months_unpaid:] = balances[:, 1 : months - months_unpaid + 1]
    return at_default


def loss_fen(exposures: Whole, rates: Whole) -> Whole:
    """Exposure times loss rate (over `RATE_SCALE`), summed over the months, rounded once."""
    largest = int(exposures.max(initial=0))
    exact: type = object if largest > np.iinfo(np.int64).max // RATE_SCALE else np.int64
    total = (exposures.astype(exact) * rates.astype(exact)).sum(axis=1)
    return np.asarray(divide_round(total, RATE_SCALE), np.int64)


def published(rates: Numbers) -> Whole:
    """Loss rates as whole numbers over `RATE_SCALE`."""
    return np.rint(rates * RATE_SCALE).astype(np.int64)


def _shares(by_month: pl.DataFrame, months: int) -> Numbers:
    shares = np.zeros(months)
    for month, paid_fen, exposure_fen, _ in by_month.iter_rows():
        shares[month - 1] = paid_fen / exposure_fen if exposure_fen else 0.0
    return shares


def _level(loans: pl.DataFrame, months: int) -> Whole:
    """What level instalments leave of the principal after 0 to `months` months."""
    count = loans["remaining_months"].to_numpy().astype(np.float64)[:, None]
    growth = 1 + loans["annual_rate"].cast(pl.Float64).to_numpy()[:, None] / 12
    month = np.minimum(np.arange(months + 1)[None, :], count)
    # Without interest the level plan is a straight line, which the formula cannot divide out.
    is_free = growth == 1
    safe = np.where(is_free, 2.0, growth)
    paid = np.where(is_free, month / count, (safe**month - 1) / (safe**count - 1))
    left = loans["principal_fen"].to_numpy()[:, None] * (1 - paid)
    return np.rint(left).astype(np.int64)
