"""When two people decide, and what a decision may rest on."""

import functools
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from lending_core.identity.fraud import LINK_FEATURES
from lending_core.policy.document import Policy
from lending_core.settings import reference_file

# A gate whose source is a rule of law, not our own choice, binds people too.
OWN_CHOICE = "assumption"
PRODUCT_CLOSED = "product_not_offered"


@dataclass(frozen=True)
class ReviewRules:
    """`limit_from_fen`: kind of borrower -> the limit from which an approval needs two people;
    `reasons`: outcome -> codes; `answer_days`: how soon a borrower's request is answered;
    `fraud_reason`: the one reason to approve what a rule on fraud spoke of."""

    limit_from_fen: dict[str, int]
    answer_days: int
    reasons: dict[str, tuple[str, ...]]
    fraud_reason: str


@functools.cache
def review_rules() -> ReviewRules:
    """The rules of `data/reference/reviews.toml`."""
    document = tomllib.loads(reference_file("reviews.toml").read_text("utf-8"))
    reasons = {name: codes for name, codes in document["reasons"].items() if name != "source"}
    return ReviewRules(
        limit_from_fen=document["four_eyes"]["limit_from_fen"],
        answer_days=document["request"]["answer_days"],
        reasons={outcome: tuple(codes) for outcome, codes in reasons.items()},
        fraud_reason=document["fraud"]["approve_reason"],
    )


def answer_due_on(requested_on: date) -> date:
    """The last day to answer a borrower who asked for a person."""
    return requested_on + timedelta(days=review_rules().answer_days)


def needs_two() -> pl.Expr:
    """Whether an approval needs a second person. Needs kind, limit_fen, outcome (the policy's)."""
    least = pl.col("kind").replace_strict(review_rules().limit_from_fen, return_dtype=pl.Int64)
    return (pl.col("limit_fen") >= least) | (pl.col("outcome") == "decline")


def is_suspected(policy: Policy, reasons: Collection[str]) -> bool:
    """Whether one of a decision's reasons is a rule on what links the applicant to others."""
    of_fraud = {gate.code for gate in policy.gate if gate.feature in LINK_FEATURES}
    return not of_fraud.isdisjoint(reasons)


def is_binding(policy: Policy, reasons: Collection[str]) -> bool:
    """Whether one of a decline's reasons may be overruled by nobody: a gate whose source is a rule
    of law, or a product that is not offered."""
    by_law = {
        gate.code for gate in policy.gate if gate.outcome == "decline" and gate.source != OWN_CHOICE
    }
    return not by_law.isdisjoint(reasons) or PRODUCT_CLOSED in reasons
