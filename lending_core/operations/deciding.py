"""The decision itself, the same code for one applicant and for a month of them."""

import functools
from datetime import date

import polars as pl

from lending_core.errors import InvalidState
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.operations.model_silent import score_silently
from lending_core.operations.traces import keep_traces
from lending_core.policy.compile import decision_query
from lending_core.policy.document import Policy, read_policy
from lending_core.products.catalogue import catalogue
from lending_core.scoring.compile import assess
from lending_core.scoring.document import from_json
from lending_core.scoring.features import register
from lending_core.scoring.scorecard import Scorecard
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Happening, Moment, append_events

FEATURE_COLUMNS = ("application_id", *register())
APPLICATION_COLUMNS = (
    "application_id",
    "customer_id",
    "product_code",
    "scenario",
    "channel",
    "amount_asked_fen",
    "instalments_asked",
    "applied_on",
    "recorded_at",
)


def policy_in_force(reader: Store | Transaction, on: date | None = None) -> tuple[int, Policy]:
    """Number and document of the policy that decides on a day, the open day unless given."""
    rows = reader.read("policy_in_force", on=on or book(reader).open_on).rows(named=True)
    if not rows:
        raise InvalidState("no_book")
    return rows[0]["policy_version"], read_policy(rows[0]["document"])


def model_in_force(reader: Store | Transaction) -> Scorecard:
    """The scorecard that scores now."""
    rows = reader.read("model_in_force").rows(named=True)
    if not rows:
        raise InvalidState("no_book")
    return from_json(rows[0]["document"])


def decide(
    transaction: Transaction, moment: Moment, card: Scorecard, applicants: pl.DataFrame
) -> pl.DataFrame:
    """Scores and decides applicants, saves what was known and what was said, opens approved lines;
    challengers score them silently.

    `applicants`: one row each, in the order in which they applied, with `APPLICATION_COLUMNS` but
    application_id and recorded_at, `FEATURE_COLUMNS` but application_id and the links,
    `traces.TRACED`, kind and region_code. Returns them, without what they came with, and
    application_id, score, default_probability, points, outcome, band, limit_fen, annual_rate,
    instalments_max, reasons.
    """
    policy_version, policy = policy_in_force(transaction, moment.business_on)
    first_id = transaction.next_id("application", "application_id")
    numbered = applicants.with_columns(
        application_id=pl.int_range(first_id, first_id + applicants.height, dtype=pl.Int64),
        recorded_at=pl.lit(utc_naive(moment.at)),
    )
    transaction.append("application", numbered.select(APPLICATION_COLUMNS))
    decided = judged(transaction, card, policy, keep_traces(transaction, numbered))
    _save(transaction, moment, policy_version, decided)
    score_silently(transaction, decided.select(FEATURE_COLUMNS))
    approved = decided.filter(pl.col("outcome") == "approve")
    open_lines(transaction, approved.with_columns(opened_on="applied_on"))
    append_events(transaction, moment, "application_decided", _happenings(policy_version, decided))
    return decided


def judged(
    reader: Store | Transaction, card: Scorecard, policy: Policy, applicants: pl.DataFrame
) -> pl.DataFrame:
    """`applicants`, numbered and with everything that card and policy read, and what these say of
    them; nothing is written."""
    assessed = assess(card, applicants)
    decisions = reader.evaluate(_decision_sql(policy), policy_input=assessed)
    return assessed.join(decisions, on="application_id", maintain_order="left")


def open_lines(transaction: Transaction, approved: pl.DataFrame) -> None:
    """A line of credit with its first limit for each approved application.

    Needs application_id, customer_id, product_code, annual_rate, opened_on, limit_fen.
    """
    first_id = transaction.next_id("credit_line", "line_id")
    lines = approved.select(
        "customer_id",
        "application_id",
        "product_code",
        "annual_rate",
        "limit_fen",
        "opened_on",
        line_id=pl.int_range(first_id, first_id + approved.height, dtype=pl.Int64),
    )
    transaction.append("credit_line", lines.drop("limit_fen"))
    first_change_id = transaction.next_id("limit_change", "limit_change_id")
    transaction.append(
        "limit_change",
        lines.select(
            "line_id",
            "limit_fen",
            changed_on="opened_on",
            reason=pl.lit("approved"),
            limit_change_id=pl.int_range(
                first_change_id, first_change_id + lines.height, dtype=pl.Int64
            ),
        ),
    )


@functools.lru_cache(maxsize=8)
def _decision_sql(policy: Policy) -> str:
    """Compiling takes longer than deciding one applicant, and a policy never changes."""
    return decision_query(policy, catalogue().values()).sql("duckdb")


def _save(
    transaction: Transaction, moment: Moment, policy_version: int, decided: pl.DataFrame
) -> None:
    transaction.append("application_feature", decided.select(FEATURE_COLUMNS))
    transaction.append(
        "assessment",
        decided.select("application_id", "model_version", "score", "default_probability", "points"),
    )
    transaction.append(
        "decision",
        decided.select(
            "application_id",
            "outcome",
            "band",
            "limit_fen",
            "annual_rate",
            "instalments_max",
            "reasons",
            policy_version=pl.lit(policy_version),
            decided_by=pl.lit(moment.actor.user_name),
            decided_at=pl.lit(utc_naive(moment.at)),
        ),
    )


def _happenings(policy_version: int, decided: pl.DataFrame) -> list[Happening]:
    facts = decided.select(
        "application_id",
        "product_code",
        "model_version",
        "score",
        "outcome",
        "limit_fen",
        pl.col("annual_rate").cast(pl.String),
    )
    return [
        ("application", row.pop("application_id"), {**row, "policy_version": policy_version})
        for row in facts.rows(named=True)
    ]
