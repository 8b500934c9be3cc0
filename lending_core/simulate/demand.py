"""Who asks in a month, for what, and what they let the lender see."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl

from lending_core.dates import add_months, month_start
from lending_core.products.catalogue import Product
from lending_core.simulate.assumptions import assumptions, demand_season, month_number
from lending_core.simulate.draws import Draws, FloatArray, IntArray

BUSINESS_SOURCES = ("merchant_receipts",)
LEARNING_DRAWS = 10_000


def arrivals(people: pl.DataFrame, month: date, draws: Draws, demand: float = 1.0) -> pl.DataFrame:
    """The rows of `people` who apply in `month`, with applied_on; at most once a month each.

    Needs of each customer: customer_id, joined_on, appetite, and of the past: last_applied_on (null
    if never) and loans_taken (ever paid out). A customer asks first on joined_on; later by chance:
    more often with appetite, in season, after a loan than after a refusal, and `demand` times as
    often as in usual times.
    """
    start, ids = month_start(month), people["customer_id"].to_numpy()
    end = add_months(start, 1)
    joined = people["joined_on"].to_numpy().astype("datetime64[D]")
    is_new = people["last_applied_on"].is_null().to_numpy()
    asks = np.where(
        is_new,
        (joined >= np.datetime64(start)) & (joined < np.datetime64(end)),
        draws.uniform("asks again", ids, month_number(start))
        < _repeat_rate(people, start) * demand,
    )
    day = draws.whole("day", ids, (end - start).days, month_number(start))
    applied_on = pl.Series("applied_on", np.where(is_new, joined, np.datetime64(start) + day))
    return people.with_columns(applied_on).filter(pl.Series(asks)).sort("applied_on", "customer_id")


def _repeat_rate(people: pl.DataFrame, start: date) -> FloatArray:
    chosen = assumptions()["demand"]
    rests_from = add_months(start, -chosen["repeat_rest_months"])
    # exp(slope x N(0,1)) has the mean exp(slope^2 / 2): dividing by it keeps the rate.
    slope = chosen["repeat_appetite"]
    eagerness = (slope * pl.col("appetite") - slope**2 / 2).exp()
    past = pl.when(pl.col("loans_taken") > 0)
    past_factor = past.then(chosen["repeat_after_loan"]).otherwise(chosen["repeat_without_loan"])
    has_rested = (pl.col("last_applied_on") < rests_from).fill_null(False)
    rate = pl.when(has_rested).then(eagerness * past_factor).otherwise(0.0)
    return people.select(rate).to_series().to_numpy() * chosen["repeat_rate"] * demand_season(start)


def requests(
    applicants: pl.DataFrame, month: date, products: Mapping[str, Product], draws: Draws
) -> pl.DataFrame:
    """What each applicant asks for: one row each, in the order of `applicants`.

    Needs customer_id, kind, income_level, applied_on (one application a customer and month).
    Returns customer_id, product_code, scenario, channel, amount_asked_fen, instalments_asked,
    applied_on, learning_draw (0 to 9999, alike).
    """
    ids, period = applicants["customer_id"].to_numpy(), month_number(month)
    channels = assumptions()["demand"]["channels"]
    channel = draws.choice("channel", ids, list(channels.values()), period)
    rows = applicants.select(
        "customer_id",
        "income_level",
        "applied_on",
        product_code=_product_codes(applicants, period, products, draws),
        channel=pl.Series(list(channels)).gather(channel),
        learning_draw=pl.Series(draws.whole("learning", ids, LEARNING_DRAWS, period)),
    ).with_row_index("order")
    parts = [
        _asked(part, products[str(code)], period, draws)
        for (code,), part in rows.partition_by("product_code", as_dict=True).items()
    ]
    asked = pl.concat(parts).sort("order") if parts else _asked_nothing(rows)
    return asked.select(
        "customer_id",
        "product_code",
        "scenario",
        "channel",
        "amount_asked_fen",
        "instalments_asked",
        "applied_on",
        "learning_draw",
    )


def consents(customers: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """What each customer allows, lasting: customer_id, source, is_granted.

    Needs customer_id, kind. Merchant receipts are asked of small businesses only.
    """
    ids = customers["customer_id"].to_numpy()
    granted = assumptions()["demand"]["consent_granted"]
    answers = [
        customers.select(
            "customer_id",
            "kind",
            source=pl.lit(source),
            is_granted=pl.Series(draws.uniform(f"consent {source}", ids) < share),
        )
        for source, share in granted.items()
        if source != "source"
    ]
    is_asked = ~pl.col("source").is_in(BUSINESS_SOURCES) | (pl.col("kind") == "small_business")
    return pl.concat(answers).filter(is_asked).drop("kind").sort("customer_id", "source")


def _product_codes(
    applicants: pl.DataFrame, period: int, products: Mapping[str, Product], draws: Draws
) -> pl.Series:
    """Mostly the customer's own favourite, else another product for the same kind of borrower."""
    ids = applicants["customer_id"].to_numpy()
    is_home = draws.uniform("home", ids, period) < assumptions()["demand"]["home_product_share"]
    codes = np.full(len(ids), "", dtype=object)
    for kind in applicants["kind"].unique().sort():
        offered = [code for code, product in products.items() if product.borrower_kind == kind]
        weights = [assumptions()["products"][code]["demand_weight"] for code in offered]
        favourite = draws.choice("favourite", ids, weights)
        other = draws.choice("other product", ids, weights, period)
        chosen = np.asarray(offered, dtype=object)[np.where(is_home, favourite, other)]
        codes = np.where((applicants["kind"] == kind).to_numpy(), chosen, codes)
    return pl.Series("product_code", codes, dtype=pl.String)


def _asked(part: pl.DataFrame, product: Product, period: int, draws: Draws) -> pl.DataFrame:
    ids = part["customer_id"].to_numpy()
    weights = assumptions()["demand"]["scenario_weights"]
    scenario = draws.choice("scenario", ids, [weights[s] for s in product.scenarios], period)
    choices = product.instalments_for(product.methods[0])
    choice = draws.whole("instalments", ids, len(choices), period)
    return part.with_columns(
        scenario=pl.Series(product.scenarios).gather(scenario),
        amount_asked_fen=pl.Series(_amounts(part, product, period, draws)),
        instalments_asked=pl.Series(choices, dtype=pl.Int32).gather(choice),
    )


def _amounts(part: pl.DataFrame, product: Product, period: int, draws: Draws) -> IntArray:
    """Whole steps of 100 yuan inside the product's range for one drawdown."""
    chosen = assumptions()["demand"]
    step = chosen["amount_step_fen"]
    noise = draws.normal("amount", part["customer_id"].to_numpy(), period)
    level = chosen["amount_income_elasticity"] * part["income_level"].to_numpy()
    median = assumptions()["products"][product.code]["amount_median_fen"]
    amount = median * np.exp(chosen["amount_spread"] * (noise + level))
    stepped = np.rint(amount / step).astype(np.int64) * step
    return np.clip(stepped, product.draw_min_fen, product.draw_max_fen)


def _asked_nothing(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        scenario=pl.lit("", pl.String),
        amount_asked_fen=pl.lit(0, pl.Int64),
        instalments_asked=pl.lit(0, pl.Int32),
    )
