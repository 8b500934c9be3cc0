"""Cached reads of the lent book, each a question to `reads.answer`."""

import polars as pl

from lending_core.operations import accounting, attention, reports, risk_packs
from lending_core.operations.reports import BookFilter
from lending_core.portfolio.attention import Alert
from pages.ui.reads import answer

EVERYTHING = BookFilter()


def alerts() -> list[Alert]:
    """What work waits for a person, the most urgent first."""
    return answer(attention.attention)


def month_figures() -> pl.DataFrame:
    """One row per month end: see `reports.month_figures`."""
    return answer(reports.month_figures)


def bucket_by_month(chosen: BookFilter = EVERYTHING) -> pl.DataFrame:
    """One row per month end and stage: see `reports.bucket_by_month`."""
    return answer(reports.bucket_by_month, chosen)


def months(loan_id: int) -> pl.DataFrame:
    """One row per month end of a loan."""
    return answer(reports.months_of_loan, loan_id)


def journal(loan_id: int) -> pl.DataFrame:
    """One row per journal line of a loan."""
    return answer(accounting.journal_of_loan, loan_id)


def risk_packs_made() -> pl.DataFrame:
    """One row per file of a risk pack: see `risk_packs.risk_packs`."""
    return answer(risk_packs.risk_packs)
