"""How much of what is late is expected to come in within a month, from the book's own past.

A table of rates by stage of lateness and amount, each the book's own as far as it has cases and the
rate it starts from for the rest; then one factor for a promise and one for contacts.
"""

from dataclasses import dataclass

import polars as pl

from lending_core.portfolio.collection_rules import Recovery

WRITTEN_OFF = "written_off"
# Of the newest promise on a day, and of the thirty days before it.
PROMISE_STANDINGS = ("none", "open", "broken")
CONTACT_STANDINGS = ("none", "tried", "reached")
# In the order in which they are estimated, the next one from what the one before leaves over.
FACTORS = {"promise_standing": PROMISE_STANDINGS, "contact_standing": CONTACT_STANDINGS}


@dataclass(frozen=True)
class RecoveryModel:
    """The inputs of every expectation, as they are shown.

    `rates`: one row per stage and amount_band (0: up to the first edge): cases of the past,
    own_rate (null without any), start_rate, rate (what is used). `factors`: one row per factor and
    value: cases, own_factor (null without any), multiple (what is used). Rates are shares of what
    is late that comes in within `horizon_days`.
    """

    rates: pl.DataFrame
    factors: pl.DataFrame
    horizon_days: int


def fitted(history: pl.DataFrame, rules: Recovery) -> RecoveryModel:
    """The model of a past: one row per customer with something late at a month end: stage,
    overdue_fen then, recovered_fen of it in the month after, promise_standing, contact_standing."""
    banded = history.with_columns(amount_band=amount_band(rules))
    rates = _rates(banded, rules)
    expected = banded.join(
        rates.select("stage", "amount_band", "rate"), on=["stage", "amount_band"], how="left"
    ).with_columns(expected_fen=pl.col("overdue_fen") * pl.col("rate"))
    factors = []
    for factor, values in FACTORS.items():
        found = _multiples(expected, factor, values, rules)
        multiples = found.select(pl.col("value").alias(factor), "multiple")
        expected = (
            expected.join(multiples, on=factor, how="left")
            .with_columns(expected_fen=pl.col("expected_fen") * pl.col("multiple"))
            .drop("multiple")
        )
        factors.append(found)
    return RecoveryModel(rates, pl.concat(factors), rules.horizon_days)


def with_expected(cases: pl.DataFrame, model: RecoveryModel, rules: Recovery) -> pl.DataFrame:
    """Cases with rate (all factors in it, at most 1), expected_fen within the horizon, and net_fen
    less the cost of a call. Needs stage, overdue_fen, promise_standing, contact_standing."""
    banded = cases.with_columns(amount_band=amount_band(rules)).join(
        model.rates.select("stage", "amount_band", "rate"),
        on=["stage", "amount_band"],
        how="left",
        maintain_order="left",
    )
    for factor in FACTORS:
        own = model.factors.filter(factor=factor).select(pl.col("value").alias(factor), "multiple")
        banded = (
            banded.join(own, on=factor, how="left", maintain_order="left")
            .with_columns(rate=(pl.col("rate") * pl.col("multiple")).clip(0, 1))
            .drop("multiple")
        )
    expected = (pl.col("overdue_fen") * pl.col("rate")).round().cast(pl.Int64)
    return banded.with_columns(expected_fen=expected).with_columns(
        net_fen=pl.col("expected_fen") - rules.cost_per_call_fen
    )


def amount_band(rules: Recovery) -> pl.Expr:
    """The place of what is late among the edges: 0 up to the first, included."""
    edges = [pl.col("overdue_fen") > edge for edge in rules.amount_edges_fen]
    return pl.sum_horizontal(edges).cast(pl.Int32)


def promise_standing(cases: pl.DataFrame, promises: pl.DataFrame) -> pl.DataFrame:
    """`cases` (customer_id and a day, on) with promise_standing: of the newest promise made by the
    day, open while money may still count for it, broken once it was; else none.

    `promises`: rows of `operations.promises.promise_states`."""
    newest = (
        cases.select("customer_id", "on")
        .unique()
        .join(promises, on="customer_id")
        .filter(pl.col("made_on") <= pl.col("on"))
        .sort("promise_id")
        .group_by("customer_id", "on")
        .last()
    )
    standing = (
        pl.when(pl.col("grace_to_on") >= pl.col("on"))
        .then(pl.lit("open"))
        .when(pl.col("promise_state") == "broken")
        .then(pl.lit("broken"))
        .otherwise(pl.lit("none"))
    )
    return cases.join(
        newest.select("customer_id", "on", promise_standing=standing),
        on=["customer_id", "on"],
        how="left",
        maintain_order="left",
    ).with_columns(pl.col("promise_standing").fill_null("none"))


def contact_standing() -> pl.Expr:
    """Of contacts and is_reached in the thirty days before."""
    return (
        pl.when(pl.col("is_reached"))
        .then(pl.lit("reached"))
        .when(pl.col("contacts") > 0)
        .then(pl.lit("tried"))
        .otherwise(pl.lit("none"))
    )


def _rates(banded: pl.DataFrame, rules: Recovery) -> pl.DataFrame:
    bands = range(len(rules.amount_edges_fen) + 1)
    cells = pl.DataFrame(
        [
            {"stage": stage, "amount_band": band, "start_rate": rate}
            for stage, rate in rules.start_rates.items()
            for band in bands
        ],
        schema_overrides={"amount_band": pl.Int32},
    )
    share = pl.col("recovered_fen").sum() / pl.col("overdue_fen").sum()
    by_stage = banded.group_by("stage").agg(stage_cases=pl.len(), stage_rate=share)
    by_cell = banded.group_by("stage", "amount_band").agg(cases=pl.len(), own_rate=share)
    return (
        cells.join(by_stage, on="stage", how="left", maintain_order="left")
        .join(by_cell, on=["stage", "amount_band"], how="left", maintain_order="left")
        .with_columns(pl.col("cases", "stage_cases").fill_null(0))
        .with_columns(stage_rate=_blend("stage_rate", "stage_cases", pl.col("start_rate"), rules))
        .with_columns(rate=_blend("own_rate", "cases", pl.col("stage_rate"), rules))
        .select("stage", "amount_band", "cases", "own_rate", "start_rate", "rate")
    )


def _multiples(
    expected: pl.DataFrame, factor: str, values: tuple[str, ...], rules: Recovery
) -> pl.DataFrame:
    ratio = pl.col("recovered_fen").sum() / pl.col("expected_fen").sum()
    found = expected.group_by(pl.col(factor).alias("value")).agg(
        cases=pl.len(), own_factor=pl.when(pl.col("expected_fen").sum() > 0).then(ratio)
    )
    return (
        pl.DataFrame({"factor": factor, "value": list(values)})
        .join(found, on="value", how="left", maintain_order="left")
        .with_columns(pl.col("cases").fill_null(0))
        .with_columns(multiple=_blend("own_factor", "cases", pl.lit(1.0), rules))
    )


def _blend(own: str, cases: str, start: pl.Expr, rules: Recovery) -> pl.Expr:
    """The own value by the weight of its cases, what it starts from by the rest."""
    weight = pl.col(cases) / (pl.col(cases) + rules.credibility_cases)
    return weight * pl.col(own).fill_null(0.0).fill_nan(0.0) + (1 - weight) * start
