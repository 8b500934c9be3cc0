"""The chart of accounts, and what a close books of each loan and flow."""

import tomllib
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.servicing.accounts import (
    accounts,
    accounts_of,
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
    moved = {code for flow in flows() for code in (flow.debit_account, flow.credit_account)}
    sources = {record.source for record in (*accounts().values(), *flows())}

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


def test_only_what_changed_since_the_last_close_is_booked() -> None:
    booked = totals({INTEREST_ACCRUED: 2_000}, {INTEREST_ACCRUED: 500})
    now = totals(
        {INTEREST_ACCRUED: 2_066, PRINCIPAL_REPAID: 32_000, INTEREST_PAID: 2_000},
        {INTEREST_ACCRUED: 500},
    )

    assert postings(pl.Series([7, 9]), now, booked).rows() == [
        (7, "interest_accrued", 66),
        (7, "principal_repaid", 32_000),
        (7, "interest_paid", 2_000),
    ]


def test_a_correction_takes_back() -> None:
    booked, now = totals({PRINCIPAL_REPAID: 32_000}), totals({})

    assert postings(pl.Series([1]), now, booked).rows() == [(1, "principal_repaid", -32_000)]


def test_without_loans_nothing_is_booked() -> None:
    nothing = postings(pl.Series([], dtype=pl.Int64), totals(), totals())

    assert nothing.is_empty()
    assert nothing.schema == {"loan_id": pl.Int64, "flow": pl.String, "amount_fen": pl.Int64}


amounts = st.lists(st.integers(-(10**12), 10**12), min_size=20, max_size=20)


@given(st.dictionaries(st.integers(1, 50), st.tuples(amounts, amounts), max_size=20))
def test_postings_added_to_what_was_booked_are_what_is_now(
    loans: dict[int, tuple[list[int], list[int]]],
) -> None:
    now = totals(*(dict(enumerate(pair[0])) for pair in loans.values()))
    booked = totals(*(dict(enumerate(pair[1])) for pair in loans.values()))

    rows = postings(pl.Series(list(loans), dtype=pl.Int64), now, booked)

    changed = {(loan, flow): fen for loan, flow, fen in rows.rows()}
    expected = {
        (loan, flow[0]): after - before
        for loan, pair in loans.items()
        for flow, after, before in zip(FLOWS, *pair, strict=True)
        if after != before
    }
    assert changed == expected
