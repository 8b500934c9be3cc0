"""The decision itself, the same code for one applicant and for a month of them."""

import functools
from dataclasses import fields, replace
from datetime import date, timedelta

import polars as pl

from lending_core.errors import InvalidState, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.operations.model_silent import score_silently
from lending_core.operations.traces import keep_traces
from lending_core.policy.compile import decision_query
from lending_core.policy.document import Policy, read_policy
from lending_core.policy.life_cycle import Step
from lending_core.policy.rulebook import Rulebook
from lending_core.policy.trials import Trial
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
    """Number and document of the policy that decides on a day, the open day unless given; a version
    on trial decides some customers instead: see `policy_for`."""
    version = Rulebook(_steps(reader)).champion(on or book(reader).open_on)
    return version, document_of_version(reader, version)


def policy_for(
    reader: Store | Transaction, customer_id: int, on: date | None = None
) -> tuple[int, Policy]:
    """Number and document of the policy that decides this customer on a day, the open day unless
    given."""
    version = rulebook(reader).version(on or book(reader).open_on, customer_id)
    return version, document_of_version(reader, version)


def rulebook(reader: Store | Transaction) -> Rulebook:
    """Which version decides whom, on which day."""
    rows = reader.read("policy_trial").select(field.name for field in fields(Trial))
    trials = (Trial(**row) for row in rows.rows(named=True))
    return Rulebook(_steps(reader), tuple(_within_document(reader, trial) for trial in trials))


def _within_document(reader: Store | Transaction, trial: Trial) -> Trial:
    """The trial, ended at the latest with the days of its version's own document."""
    last_on = document_of_version(reader, trial.policy_version).effective_until
    if last_on is None:
        return trial
    after_on = last_on + timedelta(days=1)
    return replace(trial, ended_on=min(after_on, trial.ended_on or after_on))


def _steps(reader: Store | Transaction) -> tuple[Step, ...]:
    rows = reader.read("policy_step", policy_version=None).rows(named=True)
    return tuple(Step(**row) for row in rows)


def document_of_version(reader: Store | Transaction, policy_version: int) -> Policy:
    """The document of one version. Raises `NotFound`."""
    found = reader.read("policy_document", policy_version=policy_version)
    if found.is_empty():
        raise NotFound("policy_unknown", policy_version=policy_version)
    return _read(found["document"][0])


def model_in_force(reader: Store | Transaction) -> Scorecard:
    """The scorecard that scores now."""
    rows = reader.read("model_in_force").rows(named=True)
    if not rows:
        raise InvalidState("no_book")
    return _read_card(rows[0]["document"])


def decide(
    transaction: Transaction, moment: Moment, card: Scorecard, applicants: pl.DataFrame
) -> pl.DataFrame:
    """Scores and decides applicants, each by the policy of its day and customer, saves what was
    known and what was said, opens approved lines; challengers score them silently.

    `applicants`: one row each, in the order in which they applied, with `APPLICATION_COLUMNS` but
    application_id and recorded_at, `FEATURE_COLUMNS` but application_id and the links,
    `traces.TRACED`, kind and region_code. Returns them, without what they came with, and
    application_id, policy_version, score, default_probability, points, outcome, band, limit_fen,
    annual_rate, instalments_max, reasons.
    """
    first_id = transaction.next_id("application", "application_id")
    numbered = applicants.with_columns(
        application_id=pl.int_range(first_id, first_id + applicants.height, dtype=pl.Int64),
        recorded_at=pl.lit(utc_naive(moment.at)),
    )
    transaction.append("application", numbered.select(APPLICATION_COLUMNS))
    versions = rulebook(transaction).versions(numbered)
    traced = keep_traces(transaction, numbered.with_columns(versions))
    decided = _judged_by_version(transaction, card, traced)
    _save(transaction, moment, decided)
    score_silently(transaction, decided.select(FEATURE_COLUMNS))
    approved = decided.filter(pl.col("outcome") == "approve")
    open_lines(transaction, approved.with_columns(opened_on="applied_on"))
    append_events(transaction, moment, "application_decided", _happenings(decided))
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


def _judged_by_version(
    transaction: Transaction, card: Scorecard, applicants: pl.DataFrame
) -> pl.DataFrame:
    """As `judged`, each applicant by its policy_version; ordered as they applied."""
    if applicants.is_empty():
        _, policy = policy_in_force(transaction)
        return judged(transaction, card, policy, applicants)
    parts = [
        judged(transaction, card, document_of_version(transaction, version), part)
        for (version,), part in applicants.partition_by("policy_version", as_dict=True).items()
    ]
    return pl.concat(parts).sort("application_id")


@functools.lru_cache(maxsize=8)
def _read(text: str) -> Policy:
    """Reading a document takes longer than deciding one applicant."""
    return read_policy(text)


@functools.lru_cache(maxsize=8)
def _read_card(text: str) -> Scorecard:
    """Reading it takes a tenth of deciding one applicant."""
    return from_json(text)


@functools.lru_cache(maxsize=8)
def _decision_sql(policy: Policy) -> str:
    """Compiling takes longer than deciding one applicant, and a policy never changes."""
    return decision_query(policy, catalogue().values()).sql("duckdb")


def _save(transaction: Transaction, moment: Moment, decided: pl.DataFrame) -> None:
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
            "policy_version",
            decided_by=pl.lit(moment.actor.user_name),
            decided_at=pl.lit(utc_naive(moment.at)),
        ),
    )


def _happenings(decided: pl.DataFrame) -> list[Happening]:
    facts = decided.select(
        "application_id",
        "product_code",
        "model_version",
        "score",
        "outcome",
        "limit_fen",
        pl.col("annual_rate").cast(pl.String),
        "policy_version",
    )
    return [("application", row.pop("application_id"), row) for row in facts.rows(named=True)]
