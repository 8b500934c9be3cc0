"""Double entry: accounts, the flows between them, and what a close books. Debits are positive."""

import functools
import tomllib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.settings import reference_file

ACCOUNT_KINDS = ("asset", "liability", "income", "expense")

CASH = "cash"
LOAN_PRINCIPAL = "loan_principal"
INTEREST_INCOME = "interest_income"

_TOTALS = "flow_totals_fen"

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
    its place in every list of flow totals."""

    flow: str
    position: int
    debit_account: str
    credit_account: str
    name_en: str
    name_zh: str
    source: str


@functools.cache
def accounts() -> dict[str, Account]:
    """Code -> account, in the order of the trial balance (`data/reference/accounts.toml`)."""
    return accounts_of(_document())


@functools.cache
def flows() -> tuple[Flow, ...]:
    """All flows by position, 0 first (`data/reference/accounts.toml`)."""
    return flows_of(_document())


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


def postings(now: pl.DataFrame, booked: pl.DataFrame) -> pl.DataFrame:
    """What a close books: the change of every flow of every loan since the last close.

    Both frames: one row per loan with `loan_id` and `flow_totals_fen`, the totals since
    disbursement in order of position. A loan that `booked` lacks had none; one that `now` lacks has
    not changed. Returns loan_id, flow, amount_fen (never 0; negative where a correction takes back)
    in the order of `now` and, within a loan, of the flows. Raises `ValueError` for lists that are
    not one total per flow, and for a loan that stands twice.
    """
    return changes(now["loan_id"], _totals(now), _booked_of(now, booked))


def changes(loan_ids: pl.Series, now: Totals, booked: Totals) -> pl.DataFrame:
    """As `postings`, of matrices: a row per loan of `loan_ids`, a column per flow."""
    change = now - booked
    loans, positions = np.nonzero(change)
    return pl.DataFrame(
        {
            "loan_id": loan_ids.gather(loans),
            "flow": pl.Series([flow.flow for flow in flows()]).gather(positions),
            "amount_fen": change[loans, positions],
        }
    )


def _booked_of(now: pl.DataFrame, booked: pl.DataFrame) -> Totals:
    """The totals booked of each loan of `now`, in its order; zeros where there are none."""
    rows = booked.select("loan_id", row=pl.int_range(pl.len()))
    found = now.select("loan_id").join(rows, on="loan_id", how="left", maintain_order="left")["row"]
    # One row more than there are: what a loan without bookings is pointed to.
    totals = np.zeros((booked.height + 1, len(flows())), np.int64)
    totals[:-1] = _totals(booked)
    return totals[found.fill_null(booked.height).to_numpy()]


def _totals(frame: pl.DataFrame) -> Totals:
    """A row per loan, a column per flow."""
    if frame["loan_id"].n_unique() != frame.height:
        raise ValueError("a loan stands twice")
    totals = frame[_TOTALS].cast(pl.List(pl.Int64))
    matrix = totals.explode(empty_as_null=True)
    if matrix.null_count() or (totals.list.len() != len(flows())).any():
        raise ValueError(f"{_TOTALS} must hold one total for each of {len(flows())} flows")
    return matrix.to_numpy().reshape(frame.height, len(flows()))


def _by_code(records: dict[str, Any], rows: int) -> dict[str, Any]:
    if len(records) != rows:
        raise ValueError("accounts.toml gives a code twice")
    return records


def _document() -> dict[str, Any]:
    return tomllib.loads(reference_file("accounts.toml").read_text("utf-8"))


def disbursement_lines(loans: pl.DataFrame) -> pl.DataFrame:
    """Journal lines of paid-out loans: principal rises, cash falls.

    Needs entry_id, loan_id, funder_code, disbursed_on, share_fen; one row per loan and funder.
    """
    return _lines(
        loans.rename({"disbursed_on": "booked_on"}),
        {LOAN_PRINCIPAL: pl.col("share_fen"), CASH: -pl.col("share_fen")},
    )


def payment_lines(payments: pl.DataFrame) -> pl.DataFrame:
    """Journal lines of payments: cash rises, principal falls, interest is earned when it is paid.

    Needs entry_id, loan_id, funder_code, paid_on, amount_fen, principal_paid_fen.
    """
    interest = pl.col("amount_fen") - pl.col("principal_paid_fen")
    return _lines(
        payments.rename({"paid_on": "booked_on"}),
        {
            CASH: pl.col("amount_fen"),
            LOAN_PRINCIPAL: -pl.col("principal_paid_fen"),
            INTEREST_INCOME: -interest,
        },
    )


def _lines(entries: pl.DataFrame, amounts: dict[str, pl.Expr]) -> pl.DataFrame:
    keys = ["entry_id", "loan_id", "booked_on", "funder_code"]
    per_account = [
        entries.select(*keys, account=pl.lit(account), amount_fen=amount)
        for account, amount in amounts.items()
    ]
    return pl.concat(per_account).filter(pl.col("amount_fen") != 0)
