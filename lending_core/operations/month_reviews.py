"""The colleagues of a simulated book: they decide what was referred, and let go what nobody did."""

from datetime import timedelta

import numpy as np
import polars as pl

from lending_core.ledger.chain import utc_naive
from lending_core.operations.deciding import open_lines
from lending_core.policy.reviews import needs_two
from lending_core.simulate.assumptions import assumptions
from lending_core.simulate.draws import Draws
from lending_core.store.engine import Transaction
from lending_core.store.events import Moment, append_events

REVIEWER = "simulated_reviewer"
SECOND_REVIEWER = "simulated_second_reviewer"
SIMULATED_REVIEW = "simulated"
LAPSED_REVIEW = "lapsed"


def review(
    transaction: Transaction, moment: Moment, referred: pl.DataFrame, draws: Draws
) -> pl.DataFrame:
    """Simulated colleagues decide what was referred, save the month's last days: those wait for
    the people at the console. A second one confirms every approval that needs it. Returns the
    approved, ready to be offered."""
    chosen = assumptions()["review"]
    last_seen_on = moment.business_on - timedelta(days=chosen["left_days"])
    seen = referred.filter(pl.col("applied_on") <= last_seen_on)
    passes = draws.uniform("review", *draws.of_applications(seen)) < chosen["approved_share"]
    reviewed = seen.with_columns(
        needs_second=pl.Series(passes) & needs_two(),
        outcome=pl.Series(np.where(passes, "approve", "decline"), dtype=pl.String),
    )
    _save_reviews(transaction, moment, reviewed, SIMULATED_REVIEW)
    _confirm(transaction, moment, reviewed.filter("needs_second"), SIMULATED_REVIEW)
    approved = reviewed.filter(pl.col("outcome") == "approve").drop("needs_second")
    open_lines(transaction, approved.with_columns(opened_on="applied_on"))
    return approved


def lapse(transaction: Transaction, moment: Moment) -> None:
    """Declines what the policy referred and nobody decided by the end of its month: a borrower does
    not wait for ever. What a borrower asked a person to look at never lapses (PI-04)."""
    waiting = transaction.read("waiting_application").with_columns(outcome=pl.lit("decline"))
    is_first = pl.col("waits_for") == "first"
    first = waiting.filter(is_first).with_columns(needs_second=pl.lit(value=False))
    _save_reviews(transaction, moment, first, LAPSED_REVIEW)
    _confirm(transaction, moment, waiting.filter(~is_first), LAPSED_REVIEW)


def _save_reviews(
    transaction: Transaction, moment: Moment, reviewed: pl.DataFrame, reason: str
) -> None:
    rows = reviewed.select(
        "application_id",
        "outcome",
        "needs_second",
        reason=pl.lit(reason),
        reviewed_by=pl.lit(REVIEWER),
        reviewed_at=pl.lit(utc_naive(moment.at)),
    )
    transaction.append("review", rows)
    facts = ("outcome", "reason", "needs_second")
    happenings = [
        ("application", row["application_id"], {name: row[name] for name in facts})
        for row in rows.rows(named=True)
    ]
    if happenings:
        append_events(transaction, moment, "application_reviewed", happenings)


def _confirm(transaction: Transaction, moment: Moment, reviewed: pl.DataFrame, reason: str) -> None:
    rows = reviewed.select(
        "application_id",
        "outcome",
        reason=pl.lit(reason),
        confirmed_by=pl.lit(SECOND_REVIEWER),
        confirmed_at=pl.lit(utc_naive(moment.at)),
    )
    transaction.append("review_confirmation", rows)
    happenings = [
        ("application", row["application_id"], {"outcome": row["outcome"], "reason": reason})
        for row in rows.rows(named=True)
    ]
    if happenings:
        append_events(transaction, moment, "review_confirmed", happenings)
