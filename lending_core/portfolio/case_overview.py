"""The collectors' queue at a glance: what goes on with each case, and sums by stage and by that."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from lending_core.portfolio.recovery import RecoveryModel

# What goes on with a case, the first that holds counts.
CASE_STATES = ("at_agency", "held", "promised", "taken", "tried", "free")


def with_state(cases: pl.DataFrame) -> pl.DataFrame:
    """Cases with case_state of `CASE_STATES`. Needs agency_code, hold_kind, locked_by, waits_for
    (null where there is none)."""
    return cases.with_columns(
        case_state=pl.when(pl.col("agency_code").is_not_null())
        .then(pl.lit("at_agency"))
        .when(pl.col("hold_kind").is_not_null())
        .then(pl.lit("held"))
        .when(pl.col("waits_for") == "promise_open")
        .then(pl.lit("promised"))
        .when(pl.col("locked_by").is_not_null())
        .then(pl.lit("taken"))
        .when(pl.col("waits_for") == "tried_today")
        .then(pl.lit("tried"))
        .otherwise(pl.lit("free"))
    )


def in_state(cases: pl.DataFrame, states: tuple[str, ...]) -> pl.DataFrame:
    """The cases in these states, in their order; all where none is named."""
    return cases.filter(pl.col("case_state").is_in(states)) if states else cases


def late_only(loans: pl.DataFrame) -> pl.DataFrame:
    """The loans that a case is about, in their order: late, or written off. Needs loan_standing."""
    return loans.filter(pl.col("loan_standing").is_in(["late", "charged_off"]))


def by_stage(cases: pl.DataFrame) -> pl.DataFrame:
    """One row per case_stage that has cases: cases, overdue_fen, expected_fen."""
    return cases.group_by("case_stage").agg(
        pl.len().alias("cases"), pl.col("overdue_fen").sum(), pl.col("expected_fen").sum()
    )


def by_state(cases: pl.DataFrame) -> pl.DataFrame:
    """One row per state, those to be worked on first, empty ones too: cases, overdue_fen."""
    every = pl.DataFrame({"case_state": list(reversed(CASE_STATES))})
    counted = cases.group_by("case_state").agg(pl.len().alias("cases"), pl.col("overdue_fen").sum())
    return every.join(counted, on="case_state", how="left", maintain_order="left").fill_null(0)


@dataclass(frozen=True)
class ExpectationParts:
    """What the expectation of one case is multiplied of: the rate of its stage and amount, the
    factors of its promise and its contacts."""

    rate: float
    promise_multiple: float
    contact_multiple: float


def expectation_parts(case: dict[str, Any], model: RecoveryModel) -> ExpectationParts:
    """The parts for a case with case_stage, amount_band, promise_standing, contact_standing."""
    rates = model.rates.filter(stage=case["case_stage"], amount_band=case["amount_band"])
    promise, contact = (
        model.factors.filter(factor=factor, value=case[factor])["multiple"].item()
        for factor in ("promise_standing", "contact_standing")
    )
    return ExpectationParts(rates["rate"].item(), promise, contact)


@dataclass(frozen=True)
class Known:
    """The newest known value of a measure by month, its month, and the change against the one
    known before it; None where there is none."""

    month_end_on: date | None
    value: float | None
    change: float | None


def newest_known(months: pl.DataFrame, measure: str) -> Known:
    """Of rows by month_end_on, oldest first. Months that cannot be judged yet are left out."""
    known = months.filter(pl.col(measure).is_not_null()).select("month_end_on", measure).tail(2)
    if known.is_empty():
        return Known(None, None, None)
    on, value = known.row(-1)
    change = value - known.row(0)[1] if known.height > 1 else None
    return Known(on, value, change)


def team_months(
    cures: pl.DataFrame,
    promises: pl.DataFrame,
    contacts: pl.DataFrame,
    complaints: pl.DataFrame,
    business_on: date,
) -> pl.DataFrame:
    """One row per month over by `business_on` that any of the reports of
    `operations.collection_team` knows, oldest first: cured_share, kept_share, connected_share,
    contacts_per_case, per_10000 (complaints per 10,000 late accounts, CO-12); null where a month
    has none or cannot be judged yet."""
    parts = (
        cures.select("month_end_on", cured_share="cure_rate"),
        promises.select("month_end_on", kept_share="kept_rate"),
        contacts.select("month_end_on", "contacts_per_case", connected_share="connected_rate"),
        complaints.drop_nulls("per_10000").select("month_end_on", "per_10000"),
    )
    joined = parts[0]
    for part in parts[1:]:
        joined = joined.join(part, on="month_end_on", how="full", coalesce=True)
    return joined.filter(pl.col("month_end_on") <= business_on).sort("month_end_on")
