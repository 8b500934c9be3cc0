"""Classes, stages and expected losses of a month end, computed from what the book keeps."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import add_months, month_start
from lending_core.portfolio.provision_assumptions import Assumptions, assumptions
from lending_core.portfolio.provision_back_test import back_test
from lending_core.portfolio.provision_chain import chain
from lending_core.portfolio.provision_loss import recoveries
from lending_core.portfolio.provisions import Model, expected_losses, line_losses, probabilities
from lending_core.products.catalogue import catalogue
from lending_core.servicing.class_review import (
    bad_days_past_due,
    review_rules,
    reviewed,
    trigger_kinds,
)
from lending_core.store.engine import Store, Transaction

BUSINESS_KIND = "small_business"


@dataclass(frozen=True)
class Computed:
    """Loans and undrawn lines of a month end with exposure_fen and ecl_fen, and the model.

    `loans`: as `provision_state.sql`, with asset_class, class_reason, stage, stage_reason,
    probability_12m, probability_ratio. `knows_amounts`: False where a tape tells no balances; then
    there are classes and stages, and no losses.
    """

    month_end_on: date
    loans: pl.DataFrame
    lines: pl.DataFrame
    dues: pl.DataFrame
    model: Model
    knows_amounts: bool


def computed(
    reader: Store | Transaction, month_end_on: date, house: Assumptions | None = None
) -> Computed:
    """The losses of a month end, as the book knows it now."""
    model = model_of(reader, month_end_on, house or assumptions())
    loans = classes(reader, month_end_on, model)
    knows_amounts = loans["principal_fen"].null_count() == 0
    dues = reader.reports.read("provision_plan", month_end_on=month_end_on)
    lines = reader.reports.read("provision_line", month_end_on=month_end_on)
    if knows_amounts:
        loans = expected_losses(loans, dues, model)
    else:
        loans = loans.with_columns(
            exposure_fen=pl.lit(None, pl.Int64), ecl_fen=pl.lit(None, pl.Int64)
        )
    return Computed(month_end_on, loans, line_losses(lines, model), dues, model, knows_amounts)


def default_back_test(store: Store, actor: Actor, month_end_on: date) -> pl.DataFrame:
    """What the model of a year before a month end said, against the defaults since: one row per
    stage of lateness then, see `back_test`; empty where the book does not reach back so far."""
    require(actor, Permission.VIEW_BOOK)
    house = assumptions()
    since_on = _month_end_before(month_end_on, house.stage_1_months)
    then = store.reports.read("provision_state", month_end_on=since_on).with_columns(
        pl.col("remaining_months").fill_null(house.remaining_months_unknown)
    )
    never_bad = pl.col("worst_days_past_due").fill_null(0) < house.default_days_past_due_from
    defaulted = store.reports.read("loan_defaulted", since_on=since_on, month_end_on=month_end_on)
    model = model_of(store, since_on, house)
    return back_test(then.filter(never_bad), defaulted["loan_id"], model)


def losses_by_scenario(known: Computed) -> dict[str, int]:
    """What the expected loss would be if one scenario were certain, in fen, by its code."""
    house = known.model.house
    found = {}
    for scenario in house.scenarios:
        certain = replace(house, scenarios=(replace(scenario, weight=Decimal(1)),))
        model = replace(known.model, house=certain)
        loans = expected_losses(known.loans, known.dues, model)
        lines = line_losses(known.lines, model)
        found[scenario.code] = int(loans["ecl_fen"].sum()) + int(lines["ecl_fen"].sum())
    return found


def model_of(reader: Store | Transaction, month_end_on: date, house: Assumptions) -> Model:
    """Chain and recoveries as counted up to a month end."""
    moves = reader.reports.read(
        "provision_move",
        month_end_on=month_end_on,
        window_from_on=_month_end_before(month_end_on, house.window_months),
    )
    seen = reader.reports.read(
        "provision_recovery",
        month_end_on=month_end_on,
        seen_to_on=_month_end_before(month_end_on, house.recovery_months),
        seen_from_on=_month_end_before(month_end_on, house.recovery_months + house.window_months),
        recovery_months=house.recovery_months,
    )
    return Model(house, chain(moves, house), recoveries(seen, house))


def classes(reader: Store | Transaction, month_end_on: date, model: Model) -> pl.DataFrame:
    """Open loans of a month end with class and stage as reviewed, and what gave them."""
    loans = reader.reports.read("provision_state", month_end_on=month_end_on).with_columns(
        pl.col("annual_rate").fill_null(0),
        pl.col("remaining_months").fill_null(model.house.remaining_months_unknown),
        pl.col("days_past_due").fill_null(0),
        is_business=_is_business(),
        booked_class=pl.col("asset_class"),
        booked_stage=pl.col("stage"),
    )
    known = probabilities(loans, model).drop("chain_code")
    for facts in _facts(reader, month_end_on):
        known = known.join(facts, on="loan_id", how="left", maintain_order="left")
    return reviewed(known.with_columns(is_increased=_is_increased(model.house))).drop(
        "is_business", "is_increased", "restructured_on"
    )


def _facts(reader: Store | Transaction, month_end_on: date) -> list[pl.DataFrame]:
    """What is known of loans beside their month end, a frame per kind."""
    since_on = add_months(month_end_on, -review_rules().observation_months)
    kinds = list(trigger_kinds())
    heaviest = pl.col("kind").replace_strict(kinds, list(range(len(kinds))), default=-1)
    recorded = reader.read("loan_trigger_in_force", month_end_on=month_end_on)
    return [
        reader.reports.read("loan_restructured", month_end_on=month_end_on, since_on=since_on),
        reader.reports.read(
            "loan_once_bad", month_end_on=month_end_on, bad_days_past_due=bad_days_past_due()
        ),
        recorded.sort(heaviest)
        .group_by("loan_id", maintain_order=True)
        .agg(trigger=pl.col("kind").last()),
    ]


def _is_business() -> pl.Expr:
    codes = [code for code, each in catalogue().items() if each.borrower_kind == BUSINESS_KIND]
    return pl.col("product_code").is_in(codes).fill_null(value=False)


def _is_increased(house: Assumptions) -> pl.Expr:
    if house.probability_ratio_from is None:
        return pl.lit(value=False)
    return (pl.col("probability_ratio") >= house.probability_ratio_from).fill_null(value=False)


def _month_end_before(month_end_on: date, months: int) -> date:
    first = add_months(month_start(month_end_on), 1 - months)
    return first - timedelta(days=1)


def facts_of_model(model: Model) -> dict[str, Any]:
    """The model as plain values, for the record of a run."""
    chains = {
        code: {"rates": rates.round(9).tolist(), "sources": list(model.chain.sources[code])}
        for code, rates in model.chain.rates.items()
    }
    shares = {code: each.round(9).tolist() for code, each in model.recoveries.shares.items()}
    house = {name: str(value) for name, value in vars(model.house).items()}
    return {"chain": chains, "recoveries": shares, "assumptions": house}
