"""The chart of accounts, and what a close books of each loan and flow."""

import tomllib
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.servicing.accounts import (
    accounts,
    accounts_of,
    all_flows,
    flows,
    flows_of,
    postings,
)
from lending_core.servicing.state import FLOWS as STATE_FLOWS
from lending_core.settings import reference_file

FLOWS = [
    ("funding_received", "cash", "funder_payable"),
    ("principal_lent", "loan_principal", "cash"),
    ("interest_accrued", "interest_receivable", "interest_income"),
    ("penalty_accrued", "penalty_receivable", "penalty_income"),
    ("fee_charged", "fee_receivable", "fee_income"),
    ("principal_repaid", "cash", "loan_principal"),
    ("interest_paid", "cash", "interest_receivable"),
    ("penalty_paid", "cash", "penalty_receivable"),
    ("fee_paid", "cash", "fee_receivable"),
    ("excess_received", "cash", "borrower_payable"),
    ("excess_refunded", "borrower_payable", "cash"),
    ("interest_waived", "interest_income", "interest_receivable"),
    ("penalty_waived", "penalty_income", "penalty_receivable"),
    ("fee_waived", "fee_income", "fee_receivable"),
    ("principal_written_off", "loss_allowance", "loan_principal"),
    ("interest_written_off", "loss_allowance", "interest_receivable"),
    ("penalty_written_off", "loss_allowance", "penalty_receivable"),
    ("fee_written_off", "loss_allowance", "fee_receivable"),
    ("recovered", "cash", "recovery_income"),
    ("provisioned", "provision_expense", "loss_allowance"),
]
INTEREST_ACCRUED, PRINCIPAL_REPAID, INTEREST_PAID = 2, 5, 6


def a_chart(**changes: Any) -> dict[str, Any]:
    """The chart as it is, its second flow changed."""
    document = tomllib.loads(reference_file("accounts.toml").read_text("utf-8"))
    document["flow"][1] |= changes
    return document


def totals(*loans: dict[int, int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Flow totals, a row per loan, from the few that are not zero: position -> fen."""
    rows = [[known.get(position, 0) for position in range(len(FLOWS))] for known in loans]
    return np.array(rows, np.int64).reshape(-1, len(FLOWS))


def test_each_flow_has_its_place_and_its_two_accounts() -> None:
    stated = [(flow.flow, flow.debit_account, flow.credit_account) for flow in flows()]

    assert stated == FLOWS
    assert [flow.position for flow in flows()] == list(range(20))


def test_a_loans_state_keeps_its_totals_in_the_order_of_the_chart() -> None:
    assert tuple(flow.flow for flow in flows()) == STATE_FLOWS


def test_every_account_is_moved_by_some_flow_and_says_where_it_comes_from() -> None:
    moved = {code for flow in all_flows() for code in (flow.debit_account, flow.credit_account)}
    records: tuple[Any, ...] = (*accounts().values(), *all_flows())
    sources = {record.source for record in records}

    assert moved == accounts().keys()
    assert "" not in sources


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"position": 0}, "positions count from 0"),
        ({"position": 30}, "positions count from 0"),
        ({"debit_account": "petty_cash"}, "two accounts of the chart"),
        ({"debit_account": "cash"}, "two accounts of the chart"),
        ({"flow": "recovered"}, "a code twice"),
    ],
)
def test_a_chart_that_does_not_hold_together_is_a_bug(
    changes: dict[str, Any], expected: str
) -> None:
    with pytest.raises(ValueError, match=expected):
        flows_of(a_chart(**changes))


def test_an_account_of_no_known_kind_is_a_bug() -> None:
    chart = a_chart()
    chart["account"][0]["kind"] = "treasure"

    with pytest.raises(ValueError, match="no kind of account"):
        accounts_of(chart)


FIRST, SECOND = date(2026, 11, 1), date(2026, 11, 2)


def test_only_what_changed_since_the_last_close_is_booked() -> None:
    first = totals({INTEREST_ACCRUED: 66, PRINCIPAL_REPAID: 32_000}, {})
    second = totals({INTEREST_ACCRUED: 65}, {INTEREST_PAID: 500})

    booked = postings(pl.Series([7, 9]), [(FIRST, first), (SECOND, second)])

    assert booked.rows() == [
        (7, FIRST, "interest_accrued", 66),
        (7, FIRST, "principal_repaid", 32_000),
        (7, SECOND, "interest_accrued", 65),
        (9, SECOND, "interest_paid", 500),
    ]


def test_a_correction_takes_back() -> None:
    back = totals({PRINCIPAL_REPAID: -32_000})

    assert postings(pl.Series([1]), [(FIRST, back)]).rows() == [
        (1, FIRST, "principal_repaid", -32_000)
    ]


def test_without_loans_nothing_is_booked() -> None:
    nothing = postings(pl.Series([], dtype=pl.Int64), [(FIRST, totals())])

    assert nothing.is_empty()
    assert nothing.schema == {
        "loan_id": pl.Int64,
        "booked_on": pl.Date,
        "flow": pl.String,
        "amount_fen": pl.Int64,
    }


amounts = st.lists(st.integers(-(10**12), 10**12), min_size=20, max_size=20)


@given(st.dictionaries(st.integers(1, 50), amounts, max_size=20))
def test_postings_are_all_that_changed_and_nothing_else(loans: dict[int, list[int]]) -> None:
    change = totals(*(dict(enumerate(row)) for row in loans.values()))

    booked = postings(pl.Series(list(loans), dtype=pl.Int64), [(FIRST, change)])

    assert {(loan, flow): fen for loan, _, flow, fen in booked.rows()} == {
        (loan, flow[0]): fen
        for loan, row in loans.items()
        for flow, fen in zip(FLOWS, row, strict=True)
        if fen
    }
