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
    changes,
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


def totals(*by_loan: tuple[int, dict[int, int]]) -> pl.DataFrame:
    """Flow totals per loan, from the few that are not zero: position -> fen."""
    return pl.DataFrame(
        {
            "loan_id": [loan_id for loan_id, _ in by_loan],
            "flow_totals_fen": [
                [known.get(position, 0) for position in range(len(FLOWS))] for _, known in by_loan
            ],
        },
        schema={"loan_id": pl.Int64, "flow_totals_fen": pl.List(pl.Int64)},
    )


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
    booked = totals((1, {INTEREST_ACCRUED: 2_000}), (2, {INTEREST_ACCRUED: 500}))
    now = totals(
        (1, {INTEREST_ACCRUED: 2_066, PRINCIPAL_REPAID: 32_000, INTEREST_PAID: 2_000}),
        (2, {INTEREST_ACCRUED: 500}),
    )

    assert postings(now, booked).rows() == [
        (1, "interest_accrued", 66),
        (1, "principal_repaid", 32_000),
        (1, "interest_paid", 2_000),
    ]


def test_a_correction_takes_back() -> None:
    booked = totals((1, {PRINCIPAL_REPAID: 32_000}))

    assert postings(totals((1, {})), booked).rows() == [(1, "principal_repaid", -32_000)]


def test_a_loan_that_was_never_booked_starts_at_nothing() -> None:
    now = totals((3, {0: 100_000, 1: 100_000}), (1, {INTEREST_ACCRUED: 66}))
    booked = totals((1, {INTEREST_ACCRUED: 33}), (2, {INTEREST_ACCRUED: 9}))

    assert postings(now, booked).rows() == [
        (3, "funding_received", 100_000),
        (3, "principal_lent", 100_000),
        (1, "interest_accrued", 33),
    ]


def test_matrices_of_totals_give_the_same_rows() -> None:
    booked, now = np.zeros((2, 20), np.int64), np.zeros((2, 20), np.int64)
    now[1, INTEREST_ACCRUED], booked[1, PRINCIPAL_REPAID] = 66, 32_000

    assert changes(pl.Series([7, 9]), now, booked).rows() == [
        (9, "interest_accrued", 66),
        (9, "principal_repaid", -32_000),
    ]


def test_without_loans_nothing_is_booked() -> None:
    nothing = postings(totals(), totals((1, {INTEREST_ACCRUED: 33})))

    assert nothing.is_empty()
    assert nothing.schema == {"loan_id": pl.Int64, "flow": pl.String, "amount_fen": pl.Int64}


@pytest.mark.parametrize("wrong", [[0] * 19, [0] * 21, [0] * 19 + [None], None])
def test_lists_that_are_not_one_total_per_flow_are_a_bug(wrong: list[int | None] | None) -> None:
    frame = pl.DataFrame({"loan_id": [1], "flow_totals_fen": [wrong]})

    with pytest.raises(ValueError, match="one total for each of 20 flows"):
        postings(frame, totals())


def test_a_loan_that_stands_twice_is_a_bug() -> None:
    once, twice = totals((1, {})), totals((1, {}), (1, {}))

    with pytest.raises(ValueError, match="stands twice"):
        postings(once, twice)
    with pytest.raises(ValueError, match="stands twice"):
        postings(twice, once)


amounts = st.lists(st.integers(-(10**12), 10**12), min_size=20, max_size=20)


@given(st.dictionaries(st.integers(1, 50), st.tuples(amounts, amounts), max_size=20))
def test_postings_added_to_what_was_booked_are_what_is_now(
    loans: dict[int, tuple[list[int], list[int]]],
) -> None:
    now = totals(*((loan, dict(enumerate(pair[0]))) for loan, pair in loans.items()))
    booked = totals(*((loan, dict(enumerate(pair[1]))) for loan, pair in loans.items()))

    rows = postings(now, booked)

    changes = {(loan, flow): fen for loan, flow, fen in rows.rows()}
    expected = {
        (loan, flow[0]): after - before
        for loan, pair in loans.items()
        for flow, after, before in zip(FLOWS, *pair, strict=True)
        if after != before
    }
    assert changes == expected
