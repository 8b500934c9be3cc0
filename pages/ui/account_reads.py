"""Cached reads of the accounts, each a question to `reads.answer`."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from lending_core.operations import accounting, funder_register
from lending_core.operations.accounting import Difference
from lending_core.operations.listing import Asked
from pages.ui.reads import answer


@dataclass(frozen=True)
class Period:
    """From day to day, both included, of these lenders; of all when none is named."""

    from_on: date
    to_on: date
    funder_codes: tuple[str, ...] = ()


def lender_codes() -> list[str]:
    """The lenders of the register."""
    return list(answer(funder_register.register)["funder_code"])


def trial_balance(asked: Period) -> pl.DataFrame:
    """One row per lender and account: see `accounting.trial_balance`."""
    return answer(accounting.trial_balance, asked.from_on, asked.to_on, asked.funder_codes)


def flow_turnover(asked: Period) -> pl.DataFrame:
    """One row per flow of the period: see `accounting.flow_turnover`."""
    return answer(accounting.flow_turnover, asked.from_on, asked.to_on, asked.funder_codes)


def count_differences(kind: Difference) -> int:
    """How many days, flows of loans or balances of loans do not agree."""
    return answer(accounting.count_differences, kind)


def differences(kind: Difference, asked: Asked) -> pl.DataFrame:
    """One page of what does not agree: see `accounting.differences`."""
    return answer(accounting.differences, kind, asked)
