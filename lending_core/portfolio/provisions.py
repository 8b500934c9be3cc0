"""Expected credit loss of every loan and undrawn line at a month end, in fen.

ECL = sum over the months ahead of PD in the month x LGD x what is owed by then x discount at the
loan's own rate: twelve months in stage 1, the remaining life in stage 2, and in stage 3 what is
owed now x LGD. PD is the mean over the scenarios with their weights; what is owed by then is the
principal that the plan left before the months unpaid, with their interest. All but the principal is
published as a loss rate with nine decimals; principal times rate is whole numbers, rounded once per
loan.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from lending_core.money import divide_round
from lending_core.portfolio.provision_assumptions import Assumptions, Numbers
from lending_core.portfolio.provision_chain import Chain, weighted_default_by_month
from lending_core.portfolio.provision_loss import (
    Recoveries,
    Whole,
    assumed_shares,
    balances_ahead,
    exposures_at_default,
    loss_fen,
    loss_given_default,
    published,
)
from lending_core.products.catalogue import catalogue

STAGES = (1, 2, 3)
# Loans computed at a time, which bounds the memory of a run.
CHUNK_LOANS = 100_000
DAYS_OF_MONTH = 30
# Of a conversion factor: two decimals.
FACTOR_SCALE = 100


@dataclass(frozen=True)
class Model:
    """What the losses of a month end are computed with."""

    house: Assumptions
    chain: Chain
    recoveries: Recoveries


def probabilities(loans: pl.DataFrame, model: Model) -> pl.DataFrame:
    """The rows with probability_12m of default (1 for loans in default), and probability_ratio: how
    many times that of a loan of its product on time.

    Needs product_code, bucket, days_past_due.
    """
    house, chain = model.house, model.chain
    rows = []
    for product_code, rates in chain.rates.items():
        within = weighted_default_by_month(rates, house, house.stage_1_months).sum(axis=1)
        for bucket, chance in zip(chain.live, within.tolist(), strict=True):
            ratio = chance / within[0] if within[0] > 0 else None
            rows.append((product_code, bucket, chance, ratio))
    schema = {
        "chain_code": pl.String,
        "bucket": pl.String,
        "probability_12m": pl.Float64,
        "probability_ratio": pl.Float64,
    }
    by_state = pl.DataFrame(rows, schema=schema, orient="row")
    in_default = pl.col("days_past_due") >= house.default_days_past_due_from
    return (
        loans.with_columns(chain_code=_chain_code(chain))
        .join(by_state, on=["chain_code", "bucket"], how="left", maintain_order="left")
        .with_columns(
            probability_12m=pl.when(in_default).then(1.0).otherwise(pl.col("probability_12m"))
        )
    )


def expected_losses(loans: pl.DataFrame, dues: pl.DataFrame, model: Model) -> pl.DataFrame:
    """The rows with exposure_fen (all that is owed) and ecl_fen.

    Needs loan_id, product_code, bucket, stage, days_past_due, annual_rate, principal_fen,
    interest_receivable_fen, penalty_fen, fee_fen, remaining_months; `dues` as for `balances_ahead`.
    """
    owed = loans.with_columns(
        exposure_fen=pl.col("principal_fen")
        + pl.col("interest_receivable_fen").clip(lower_bound=0)
        + pl.col("penalty_fen")
        + pl.col("fee_fen"),
        chain_code=_chain_code(model.chain),
    )
    months = _months(owed, dues, model.house)
    parts = [_losses(chunk, dues, model, months) for chunk in owed.iter_slices(n_rows=CHUNK_LOANS)]
    ecl = np.concatenate([np.zeros(0, np.int64), *parts])
    return owed.with_columns(ecl_fen=pl.Series(ecl, dtype=pl.Int64)).drop("chain_code")


def line_losses(lines: pl.DataFrame, model: Model) -> pl.DataFrame:
    """The rows with exposure_fen (undrawn x conversion factor) and ecl_fen over twelve months.

    Needs product_code, annual_rate, undrawn_fen. A line that may be drawn is on time: frozen ones
    are left out by who calls.
    """
    factor = int(model.house.conversion_factor * FACTOR_SCALE)
    exposure = divide_round(lines["undrawn_fen"].to_numpy() * factor, FACTOR_SCALE)
    months = model.house.stage_1_months
    keyed = lines.with_columns(
        chain_code=_chain_code(model.chain),
        bucket=pl.lit(model.chain.live[0]),
        stage=pl.lit(1, pl.Int32),
    )
    rates = _loss_rates(keyed, model, months)
    ecl = loss_fen(np.repeat(exposure[:, None], months, axis=1), rates)
    return lines.with_columns(
        exposure_fen=pl.Series(exposure, dtype=pl.Int64), ecl_fen=pl.Series(ecl, dtype=pl.Int64)
    )


def _losses(loans: pl.DataFrame, dues: pl.DataFrame, model: Model, months: int) -> Whole:
    ids = loans["loan_id"]
    near = dues.filter(pl.col("loan_id").is_between(ids.min(), ids.max()))
    balances = balances_ahead(loans, near, months)
    owed = loans["exposure_fen"].to_numpy()
    exposures = exposures_at_default(balances, owed, model.house.months_unpaid)
    ahead = loss_fen(exposures, _loss_rates(loans, model, months))
    in_default = (loans["stage"] == len(STAGES)).to_numpy()
    now = loss_fen(owed[:, None], published(_lgd(loans, model))[:, None])
    return np.where(in_default, now, ahead)


def _months(loans: pl.DataFrame, dues: pl.DataFrame, house: Assumptions) -> int:
    """Months ahead in which a loan can default: until its plan ends, and the months unpaid."""
    longest = max(
        int(dues["month"].max() or 0),  # type: ignore[arg-type]
        int(loans["remaining_months"].max() or 0),  # type: ignore[arg-type]
    )
    return min(max(longest + house.months_unpaid, house.stage_1_months), house.months_max)


def _loss_rates(loans: pl.DataFrame, model: Model, months: int) -> Whole:
    """PD x LGD x discount of each month ahead, published: a row per loan, a column per month.

    Loans of one product, stage of lateness, stage and rate share a row of the table.
    """
    keys = loans.select("chain_code", "product_code", "bucket", "stage", "annual_rate")
    table = keys.unique(maintain_order=True).with_row_index("row")
    rates = np.zeros((table.height, months), np.int64)
    marginal = {
        code: weighted_default_by_month(own, model.house, months)
        for code, own in model.chain.rates.items()
    }
    fresh = table.with_columns(days_past_due=pl.lit(0, pl.Int32))
    severity = _lgd(fresh, model)
    on_book = table.filter(pl.col("bucket").is_in(model.chain.live))
    for row, code, bucket, stage, rate in on_book.select(
        "row", "chain_code", "bucket", "stage", "annual_rate"
    ).iter_rows():
        chances = marginal[code][model.chain.live.index(bucket)].copy()
        if stage == STAGES[0]:
            chances[model.house.stage_1_months :] = 0.0
        rates[row] = published(chances * severity[row] * _worth_now(float(rate), months, model))
    places = keys.join(table, on=keys.columns, how="left", nulls_equal=True, maintain_order="left")
    return rates[places["row"].to_numpy()]


def _worth_now(annual_rate: float, months: int, model: Model) -> Numbers:
    """What a unit of principal, with the interest of the months unpaid, is worth now: by month."""
    month = np.arange(1.0, months + 1)
    unpaid = np.minimum(month, model.house.months_unpaid)
    worth: Numbers = (1 + annual_rate * unpaid / 12) * (1 + annual_rate / 12) ** -month
    return worth


def _lgd(loans: pl.DataFrame, model: Model) -> Numbers:
    """Loss given default of each row, by product and the months since it went into default."""
    rate = loans["annual_rate"].cast(pl.Float64).to_numpy().copy()
    late = loans["days_past_due"].to_numpy() - model.house.default_days_past_due_from
    since = np.maximum(late // DAYS_OF_MONTH, 0).astype(np.int64)
    products = loans["product_code"].fill_null("")
    found = np.zeros(loans.height)
    for product_code in products.unique():
        own = (products == product_code).to_numpy()
        shares = model.recoveries.of(product_code)
        if shares is None:
            # A loss that is assumed has its discount in it.
            shares, rate[own] = _assumed_shares(product_code, model.house), 0.0
        found[own] = loss_given_default(shares, rate[own], since[own])
    return found


def assumed_loss(product_code: str, house: Assumptions) -> float:
    """The loss given default that is assumed of a product: its document's, else the house's."""
    product = catalogue().get(product_code)
    if product is None:
        return house.assumed_loss_given_default
    return float(product.assumed_loss_given_default)


def _assumed_shares(product_code: str, house: Assumptions) -> Numbers:
    return assumed_shares(assumed_loss(product_code, house), house.recovery_months)


def _chain_code(chain: Chain) -> pl.Expr:
    known = [code for code in chain.rates if code]
    code = pl.col("product_code")
    return pl.when(code.is_in(known)).then(code).otherwise(pl.lit(""))


def default_curves(model: Model, product_code: str, months: int) -> dict[str, list[float]]:
    """The probability of being in default within 1 to `months` months, by stage of lateness."""
    marginal = weighted_default_by_month(model.chain.rates[product_code], model.house, months)
    within = marginal.cumsum(axis=1)
    return {stage: within[place].tolist() for place, stage in enumerate(model.chain.live)}
