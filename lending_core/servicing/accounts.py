"""Double entry: accounts, the flows between them, and what a close books. Debits are positive."""

import functools
import tomllib
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.settings import reference_file

ACCOUNT_KINDS = ("asset", "liability", "income", "expense")

# Accounts that a headline of the trial balance names.
CASH = "cash"
LOAN_PRINCIPAL = "loan_principal"

NOTHING = np.zeros(0, np.int64)

Totals = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Account:
    """An account of the trial balance: `kind` is one of `ACCOUNT_KINDS`, `source` a rule id or
    `assumption`."""

    account: str
    kind: str
    name_en: str
    name_zh: str
    source: str

    def __post_init__(self) -> None:
        if self.kind not in ACCOUNT_KINDS:
            raise ValueError(f"{self.account}: {self.kind} is no kind of account")


@dataclass(frozen=True)
class Flow:
    """A way in which money moves: from the account credited to the account debited. `position` is
    its place in every list of flow totals, or, of a flow that is not in the state of a loan, among
    flows."""

    flow: str
    position: int
    debit_account: str
    credit_account: str
    name_en: str
    name_zh: str
    source: str
    is_in_state: bool = True


@functools.cache
def accounts() -> dict[str, Account]:
    """Code -> account, in the order of the trial balance (`data/reference/accounts.toml`)."""
    return accounts_of(_document())


@functools.cache
def flows() -> tuple[Flow, ...]:
    """The flows of a loan's state by position, 0 first (`data/reference/accounts.toml`)."""
    return flows_of(_document())


@functools.cache
def all_flows() -> tuple[Flow, ...]:
    """Every flow that is booked: those of `flows`, and then the others by position."""
    others = [Flow(**row, is_in_state=False) for row in _document()["other_flow"]]
    every = (*flows(), *sorted(others, key=lambda flow: flow.position))
    return tuple(_by_code({flow.flow: flow for flow in every}, len(every)).values())


def accounts_of(document: dict[str, Any]) -> dict[str, Account]:
    """Account code -> account of a chart. Raises `ValueError` for a kind that does not exist or a
    code given twice."""
    read = [Account(**row) for row in document["account"]]
    return _by_code({account.account: account for account in read}, len(read))


def flows_of(document: dict[str, Any]) -> tuple[Flow, ...]:
    """The flows of a chart by position.

    Raises `ValueError` for an unknown account, one account on both sides, a code given twice, or
    positions that leave a gap.
    """
    known = accounts_of(document).keys()
    read = sorted((Flow(**row) for row in document["flow"]), key=lambda flow: flow.position)
    for place, flow in enumerate(read):
        sides = {flow.debit_account, flow.credit_account}
        if flow.position != place:
            raise ValueError(f"{flow.flow}: positions count from 0 without a gap, {place} is next")
        if len(sides) != 2 or not sides <= known:
            raise ValueError(f"{flow.flow} must move money between two accounts of the chart")
    return tuple(_by_code({flow.flow: flow for flow in read}, len(read)).values())


def postings(loan_ids: pl.Series, changes: list[tuple[date, Totals]]) -> pl.DataFrame:
    """What closes book: the change of every flow of every loan since the close before.

    `changes`: of each day a matrix with a row per loan of `loan_ids` and a column per flow, in fen.
    Returns loan_id, booked_on, flow, amount_fen (never 0; negative where a correction takes back)
    in the order of the days, the loans and, within a loan, the flows.
    """
    found = [(*np.nonzero(change), change) for _, change in changes]
    loans = np.concatenate([NOTHING, *(loan for loan, _, _ in found)])
    places = np.concatenate([NOTHING, *(place for _, place, _ in found)])
    amounts = [change[loan, place] for loan, place, change in found]
    days = pl.Series([on for on, _ in changes], dtype=pl.Date)
    day = np.repeat(np.arange(len(changes)), [len(loan) for loan, _, _ in found])
    return pl.DataFrame(
        {
            "loan_id": loan_ids.gather(loans),
            "booked_on": days.gather(day),
            "flow": pl.Series([flow.flow for flow in flows()]).gather(places),
            "amount_fen": np.concatenate([NOTHING, *amounts]),
        }
    )


def _by_code(records: dict[str, Any], rows: int) -> dict[str, Any]:
    if len(records) != rows:
        raise ValueError("accounts.toml gives a code twice")
    return records


def _document() -> dict[str, Any]:
    return tomllib.loads(reference_file("accounts.toml").read_text("utf-8"))
