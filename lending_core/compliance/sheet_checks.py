"""Whether a cost sheet, read and confirmed, stands behind every contract (PR-08 to PR-10)."""

from decimal import Decimal

import polars as pl

from lending_core.compliance.finding import found, named
from lending_core.compliance.register import Rule

# One row per loan: as the query `compliance/sheet_evidence`.
Evidence = pl.DataFrame


def missing(evidence: Evidence) -> pl.DataFrame:
    """Loans without a confirmed sheet."""
    return found(evidence.filter(pl.col("cost_sheet_hash").is_null()).select(subject_id="loan_id"))


def unread(evidence: Evidence, rule: Rule) -> pl.DataFrame:
    """Loans whose sheet was confirmed before it can have been read."""
    least = rule.parameters["seconds_min"]
    timed = evidence.select(
        subject_id="loan_id",
        measured=(pl.col("confirmed_at") - pl.col("shown_at")).dt.total_seconds(),
        limit_value=pl.lit(least),
    )
    return found(timed.filter(pl.col("measured").is_null() | (pl.col("measured") < least)))


def coverage(evidence: Evidence, rule: Rule) -> pl.DataFrame:
    """Whether the part of contracts with a sheet, shown and confirmed, is below what it must be."""
    if evidence.is_empty():
        return named([])
    complete = evidence.drop_nulls(["cost_sheet_hash", "shown_at", "confirmed_at"]).height
    part, least = Decimal(complete) / evidence.height, rule.parameters["coverage_min"]
    if part >= least:
        return named([])
    return named([{"subject_id": 1, "measured": round(part, 6), "limit_value": least}])
