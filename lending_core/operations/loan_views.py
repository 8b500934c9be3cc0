"""What a loan's page reads: the loan on any day as known on any day, and the contract's plan."""

from datetime import date, timedelta
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor
from lending_core.operations.debts import line_now
from lending_core.operations.loan_events import state_of_loan
from lending_core.operations.reports import loan_page
from lending_core.servicing.positions import LoanState
from lending_core.store.engine import Store


def loan_on(store: Store, actor: Actor, loan_id: int, as_of: date, known_on: date) -> LoanState:
    """`loan_events.state_of_loan`, in the order in which a cached read gives its arguments."""
    return state_of_loan(store, actor, loan_id, as_of=as_of, known_on=known_on)


def contract_plan(store: Store, actor: Actor, loan_id: int) -> pl.DataFrame:
    """One row per instalment of the contract, before anything happened: number, contract_due_on,
    contract_fen. Raises `NotFound`."""
    disbursed_on = loan_page(store, actor, loan_id)["disbursed_on"]
    untouched = loan_on(store, actor, loan_id, disbursed_on, disbursed_on - timedelta(days=1))
    return untouched.instalments.select(
        "number",
        contract_due_on="due_on",
        contract_fen=pl.col("principal_fen") + pl.col("interest_fen"),
    )


def line_of_loan(store: Store, actor: Actor, loan_id: int) -> dict[str, Any]:
    """The line of credit under which a loan was drawn, as `debts.line_now`. Raises `NotFound`."""
    return line_now(store, loan_page(store, actor, loan_id)["line_id"])
