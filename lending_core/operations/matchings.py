"""Why a loan has its lender: matchings as they were, and questions that change nothing."""

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import NotFound
from lending_core.funding.answer import LEFT, LIMITS, SHARES, Matching
from lending_core.funding.batch import Batch, Objective, Offer, matching_rules
from lending_core.funding.forecast import shortfall
from lending_core.funding.funders import agreements as first_agreements
from lending_core.funding.limits import balances_behind
from lending_core.operations.console import book
from lending_core.operations.funder_register import funder_of
from lending_core.operations.funding_batches import Standing, agreements_of, batch_of, rules_of
from lending_core.operations.matching_runs import content_hash
from lending_core.store.engine import Store

# The past that says what is to come: how many offers are taken, how much is drawn.
PAST_DAYS = 90
# An offer not taken for so long is not taken any more.
OPEN_DAYS = 30


@dataclass(frozen=True)
class PastMatching:
    """A matching as it was asked and answered, from its rows: what it left goes by the negative
    number of its wait. `is_as_it_was`: whether the rows still give the hash that was kept."""

    row: dict[str, Any]
    batch: Batch
    matching: Matching
    is_as_it_was: bool


def matching_runs(store: Store, actor: Actor, from_on: date, to_on: date) -> pl.DataFrame:
    """One row per matching of a period, the newest first: run_id, occasion, business_on, objective,
    status, loans, funded_fen, left_loans, left_fen, cost_fen, interest_fen (of a year), value,
    value_max, content_hash, run_by, recorded_at."""
    require(actor, Permission.VIEW_BOOK)
    return store.read("funding_run_list", from_on=from_on, to_on=to_on).drop("rules", "agreements")


def run_of_loan(store: Store, actor: Actor, loan_id: int) -> int | None:
    """The matching that chose a loan's lenders; None from before matchings were kept."""
    require(actor, Permission.VIEW_BOOK)
    found = store.read("funding_run_of_loan", loan_id=loan_id)
    return None if found.is_empty() else int(found.item())


def matching_run(store: Store, actor: Actor, run_id: int) -> PastMatching:
    """One matching with its question and answer, fit for `funding.explain.alternatives`. Raises
    `NotFound`."""
    require(actor, Permission.VIEW_BOOK)
    rows = store.read("funding_run", run_id=run_id).rows(named=True)
    if not rows:
        raise NotFound("matching_unknown", run_id=run_id)
    row = rows[0]
    matching = _answered(store, row)
    batch = _asked(store, row)
    batch = replace(batch, balances_fen=balances_behind(batch, matching.limits))
    told = content_hash(batch, matching, has_agreements=row["agreements"] is not None)
    return PastMatching(row, batch, matching, told == row["content_hash"])


def asked_today(store: Store, actor: Actor, objective: Objective = "cost") -> Batch:
    """What waits, beside what every lender can lend on the open day: the ground of a what-if, which
    writes nothing."""
    require(actor, Permission.VIEW_BOOK)
    waiting = store.read("funding_waiting", wait_id=None)
    loans = waiting.with_columns(loan_id="wait_id", waiting_since="since_on")
    return batch_of(Standing.of(store), loans, book(store).open_on, objective=objective)


def pipeline(store: Store, actor: Actor, days: int = OPEN_DAYS) -> pl.DataFrame:
    """What is to be lent in the next days when they are like the last 90: one row per product_code,
    region_code, band, annual_rate and instalments, with volume_fen: offers not taken yet by the
    share of offers that was taken, and draws as lately."""
    require(actor, Permission.VIEW_BOOK)
    open_on = book(store).open_on
    return store.read(
        "funding_pipeline",
        from_on=open_on - timedelta(days=PAST_DAYS),
        open_from_on=open_on - timedelta(days=OPEN_DAYS),
        days=days,
        past_days=PAST_DAYS,
    )


def forecast(store: Store, actor: Actor, days: int = OPEN_DAYS) -> pl.DataFrame:
    """Whether lenders have room for the pipeline of the next days: `funding.forecast.shortfall`,
    one row per row of `pipeline` with funded_fen, short_fen, reason, funder_code."""
    expected = pipeline(store, actor, days)
    # A forecast needs no search for the last fen.
    rules = replace(matching_rules(), exact_effort=0)
    batch = batch_of(Standing.of(store), _no_loans(store), book(store).open_on, rules)
    return shortfall(batch, expected, days=days)


def lenders_of_loan(store: Store, actor: Actor, loan_id: int) -> pl.DataFrame:
    """One row per lender of a loan and span of days: funder_code, role (whole, lead, partner),
    share_fen, before_fen, lent_fen, from_on, until_on (first day of another share; null: it stays)
    and owed_fen, its part of what is owed (null where the span is over)."""
    require(actor, Permission.VIEW_BOOK)
    return store.read("loan_lender", loan_id=loan_id)


def _no_loans(store: Store) -> pl.DataFrame:
    return store.read("lent_lately", from_on=date.max, to_on=date.max)


def _asked(store: Store, row: dict[str, Any]) -> Batch:
    offers = store.read("funding_run_offer", run_id=row["run_id"]).rows(named=True)
    told = row["agreements"]
    return Batch(
        loans=store.read("funding_run_loan", run_id=row["run_id"]),
        offers=tuple(_offer(each) for each in offers),
        business_on=row["business_on"],
        agreements=first_agreements() if told is None else agreements_of(told),
        objective=row["objective"],
        rules=rules_of(row["rules"]),
    )


def _offer(row: dict[str, Any]) -> Offer:
    return Offer(
        funder_of(row),
        outstanding_fen=row["outstanding_fen"],
        lent_today_fen=row["lent_today_fen"],
        guarantee_used_fen=row["guarantee_used_fen"],
        joint_fen=json.loads(row["joint"]),
    )


def _answered(store: Store, row: dict[str, Any]) -> Matching:
    run_id = row["run_id"]
    sums = ("status", "funded_fen", "left_fen", "cost_fen", "interest_fen", "value", "value_max")
    return Matching(
        shares=store.read("funding_run_share", run_id=run_id).cast(pl.Schema(SHARES)),
        left=store.read("funding_run_left", run_id=run_id).cast(pl.Schema(LEFT)),
        limits=store.read("funding_run_limit", run_id=run_id).cast(pl.Schema(LIMITS)),
        **{name: row[name] for name in sums},
    )
