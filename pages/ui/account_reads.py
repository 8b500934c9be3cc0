"""Cached reads of the accounts, each a question to `reads.answer`."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from lending_core.operations import accounting
from pages.ui.reads import answer


@dataclass(frozen=True)
class Period:
    """From day to day, both included, of these lenders; of all when none is named."""

    from_on: date
    to_on: date
    funder_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Differences:
    """Where two books do not agree, by day, flow and account; all empty when they do."""

    days: pl.DataFrame
    flows: pl.DataFrame
    balances: pl.DataFrame


def trial_balance(asked: Period) -> pl.DataFrame:
    """One row per lender and account: see `accounting.trial_balance`."""
    return answer(accounting.trial_balance, asked.from_on, asked.to_on, asked.funder_codes)


def flow_turnover(asked: Period) -> pl.DataFrame:
    """One row per flow of the period: see `accounting.flow_turnover`."""
    return answer(accounting.flow_turnover, asked.from_on, asked.to_on, asked.funder_codes)


def differences() -> Differences:
    """Days, loans and flows, loans and accounts that do not agree: see `accounting`."""
    return Differences(
        answer(accounting.unbalanced_days),
        answer(accounting.ledger_differences),
        answer(accounting.balance_differences),
    )
