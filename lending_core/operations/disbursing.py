"""From an accepted offer to money paid out: lenders, contract, schedule, journal, ledger."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal, get_args

import polars as pl

from lending_core.funding.answer import SHARES
from lending_core.funding.batch import Rules, matching_rules
from lending_core.funding.matching import fund
from lending_core.operations.funding_batches import Standing, batch_of
from lending_core.operations.matching_runs import Occasion, Runs
from lending_core.operations.waiting import Left, end_waits, open_waits, save_left, waiting_days
from lending_core.products.catalogue import contract_terms
from lending_core.products.schedule import schedule
from lending_core.store.engine import Transaction
from lending_core.store.events import Happening, Moment, append_events

Stage = Literal["matched", "written", "booked"]
STAGES: tuple[Stage, ...] = get_args(Stage)
LOAN_COLUMNS = (
    "loan_id",
    "application_id",
    "customer_id",
    "line_id",
    "product_code",
    "scenario",
    "channel",
    "region_code",
    "band",
    "principal_fen",
    "annual_rate",
    "method",
    "instalments",
    "day_count",
    "grace_days",
    "penalty_multiple",
    "carries_remainder",
    "disbursed_on",
    "first_due_on",
)
# Told of a payout of many: which part of it is done, and of how many loans.
Progress = Callable[[Stage, int], None]
_WAIT = {"wait_id": pl.Int64, "since_on": pl.Date}


def disburse(
    transaction: Transaction,
    moment: Moment,
    accepted: pl.DataFrame,
    occasion: Occasion = "payout",
    progress: Progress = lambda *_: None,
) -> pl.DataFrame:
    """Funds and pays out accepted offers; returns the loans written, with funder_code: the lender
    that the contract names.

    `accepted`: one row each with application_id, customer_id, line_id, product_code, scenario,
    channel, region_code, band, principal_fen, annual_rate, method, instalments, disbursed_on; with
    wait_id and since_on where it waited already. Each day is one matching under all limits, and
    what only its quotas stopped is asked again with the next day's: balances fall by closes alone.
    What is left then waits (`waiting`), is absent from the answer and stays unpaid. Whoever raises
    out of `progress` undoes it all with the transaction.
    """
    first_id = transaction.next_id("loan", "loan_id")
    numbered = (
        _with_wait(accepted)
        .join(contract_terms(), on="product_code", maintain_order="left")
        .with_columns(loan_id=pl.int_range(first_id, first_id + accepted.height, dtype=pl.Int64))
    )
    if numbered.is_empty():
        return numbered.with_columns(funder_code=pl.lit(""))
    work = _Days.over(transaction, moment, numbered, occasion)
    work.match()
    progress("matched", numbered.height)
    return _pay_out(transaction, moment, work, progress)


@dataclass
class _Days:
    """Accepted offers being matched, day by day."""

    loans: pl.DataFrame
    standing: Standing
    runs: Runs
    rules: Rules
    shares: list[pl.DataFrame] = field(default_factory=list)
    left: list[tuple[int, pl.DataFrame]] = field(default_factory=list)

    @classmethod
    def over(
        cls, transaction: Transaction, moment: Moment, loans: pl.DataFrame, occasion: Occasion
    ) -> "_Days":
        last_on = loans.select(pl.col("disbursed_on").max()).item()
        rules = matching_rules()
        if loans.height > 1:
            # Every limit holds all the same; the search for the last fen takes longer than a day.
            rules = replace(rules, exact_effort=0)
        return cls(
            loans, Standing.of(transaction, last_on), Runs(transaction, moment, occasion), rules
        )

    def match(self) -> None:
        """Asks for each day's offers and those of the days before that still wait."""
        waiting = self.loans.clear()
        for on in self.loans["disbursed_on"].unique().sort():
            todays = self.loans.filter(pl.col("disbursed_on") == on)
            still = waiting.filter(pl.col("since_on") + timedelta(days=waiting_days()) >= on)
            waiting = self._match_day(pl.concat([still, todays]), on)

    def _match_day(self, loans: pl.DataFrame, on: date) -> pl.DataFrame:
        """Returns what another day may fund."""
        since = pl.coalesce("since_on", "disbursed_on")
        asked = loans.with_columns(waiting_since=since)
        batch = batch_of(self.standing, asked, on, self.rules)
        matched = fund(batch)
        run_id = self.runs.add(batch, self.standing, matched)
        self.standing.add(matched.shares, loans, on)
        paid_on = pl.lit(on).alias("paid_on")
        self.shares.append(
            matched.shares.with_columns(pl.lit(run_id, pl.Int64).alias("run_id"), paid_on)
        )
        self.left.append((run_id, matched.left))
        of_day = matched.left.filter(pl.col("reason") == "daily_quota")
        still = loans.join(of_day, on="loan_id", how="semi", maintain_order="left")
        return still.with_columns(since_on=since)

    def funded(self) -> pl.DataFrame:
        """The shares of all days: `answer.SHARES` with run_id and paid_on."""
        return pl.concat(self.shares)


def _with_wait(accepted: pl.DataFrame) -> pl.DataFrame:
    return accepted.with_columns(
        (pl.col(name) if name in accepted.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in _WAIT.items()
    )


def _pay_out(
    transaction: Transaction, moment: Moment, work: _Days, progress: Progress
) -> pl.DataFrame:
    shares = work.funded()
    leads = shares.filter(pl.col("role") != "partner").select(
        "loan_id", "funder_code", disbursed_on="paid_on"
    )
    funded = work.loans.drop("disbursed_on").join(leads, on="loan_id", maintain_order="left")
    waits = _open_waits(transaction, moment, work, funded)
    instalments = schedule(funded.with_columns(every_months=pl.lit(1)))
    loans = funded.join(
        instalments.group_by("loan_id").agg(first_due_on=pl.col("due_on").min()),
        on="loan_id",
        maintain_order="left",
    )
    progress("written", loans.height)
    work.runs.save()
    save_left(transaction, waits)
    _save(transaction, moment, loans, instalments)
    _save_shares(transaction, shares)
    _end_waits(transaction, moment, loans)
    progress("booked", loans.height)
    return loans


def _open_waits(
    transaction: Transaction, moment: Moment, work: _Days, funded: pl.DataFrame
) -> list[Left]:
    """What was left on any day has a number to be named by, even where a later day funded it."""
    tried = pl.concat([rows for _, rows in work.left])
    ever = work.loans.join(tried, on="loan_id", how="semi", maintain_order="left")
    named = open_waits(transaction, moment, ever).select("loan_id", "wait_id", "application_id")
    paid = named.join(funded.select("loan_id", ended_on="disbursed_on"), on="loan_id")
    fresh = ever.filter(pl.col("wait_id").is_null()).select("loan_id")
    end_waits(transaction, moment, paid.join(fresh, on="loan_id", how="semi"), "funded")
    numbers = named.select("loan_id", "wait_id")
    return [Left(run_id, rows.join(numbers, on="loan_id")) for run_id, rows in work.left]


def _end_waits(transaction: Transaction, moment: Moment, loans: pl.DataFrame) -> None:
    waited = loans.filter(pl.col("wait_id").is_not_null())
    end_waits(transaction, moment, waited.with_columns(ended_on="disbursed_on"), "funded")


def _save(
    transaction: Transaction, moment: Moment, loans: pl.DataFrame, instalments: pl.DataFrame
) -> None:
    if loans.is_empty():
        return
    transaction.append("loan", loans.select(LOAN_COLUMNS))
    transaction.append(
        "instalment",
        instalments.select(
            "loan_id",
            "number",
            "due_on",
            "principal_fen",
            "interest_fen",
            total_before_fen=pl.col("total_fen").cum_sum().over("loan_id") - pl.col("total_fen"),
        ),
    )
    append_events(transaction, moment, "loan_disbursed", _happenings(loans))


def _save_shares(transaction: Transaction, shares: pl.DataFrame) -> None:
    """The lead's share comes first, so that sums are split in the same order ever after."""
    ordered = shares.sort("loan_id", pl.col("role") == "partner", "funder_code")
    before = pl.col("share_fen").cum_sum().over("loan_id") - pl.col("share_fen")
    rows = ordered.with_columns(before_fen=before)
    kept = [name for name in SHARES if name != "annual_cost_ppm"]
    transaction.append("funding", rows.select(*kept, "before_fen", "run_id"))


def _happenings(loans: pl.DataFrame) -> list[Happening]:
    facts: Any = loans.select(
        "loan_id",
        "application_id",
        "principal_fen",
        pl.col("annual_rate").cast(pl.String),
        "method",
        "instalments",
        "disbursed_on",
        "funder_code",
    )
    return [("loan", row.pop("loan_id"), row) for row in facts.rows(named=True)]
