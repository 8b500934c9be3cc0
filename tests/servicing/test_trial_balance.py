"""The trial balance by account: its order, its totals, and by how much it is off."""

import polars as pl

from lending_core.servicing.trial_balance import (
    Totals,
    by_account,
    cash_flows,
    in_chart_order,
    in_two_columns,
    result_by_account,
    totals,
)

AMOUNTS = ("opening_fen", "debit_fen", "credit_fen", "closing_fen")


def balances(*rows: tuple[str, str, int, int, int, int]) -> pl.DataFrame:
    names = ["funder_code", "account", *AMOUNTS]
    return in_chart_order(pl.DataFrame(list(rows), schema=names, orient="row"))


def test_accounts_stand_in_the_order_of_the_chart_lender_by_lender() -> None:
    rows = balances(
        ("b", "cash", 0, 0, 0, 0),
        ("a", "interest_income", 0, 0, 0, 0),
        ("a", "cash", 0, 0, 0, 0),
        ("a", "no such account", 0, 0, 0, 0),
    )

    assert rows.select("funder_code", "account", "account_kind").rows() == [
        ("a", "cash", "asset"),
        ("a", "interest_income", "income"),
        ("a", "no such account", None),
        ("b", "cash", "asset"),
    ]


def test_the_result_is_income_less_expense_of_the_period() -> None:
    rows = balances(
        ("a", "cash", 100, 70, 0, 170),
        ("a", "interest_income", -100, 5, 75, -170),
        ("a", "provision_expense", 0, 30, 0, 30),
        ("a", "loss_allowance", 0, 0, 30, -30),
    )

    assert totals(rows) == Totals(
        debit_fen=105, credit_fen=105, cash_fen=170, principal_fen=0, result_fen=40, off_fen=0
    )


def test_one_lenders_difference_does_not_hide_anothers() -> None:
    rows = balances(("a", "cash", 0, 7, 0, 7), ("b", "cash", 0, 0, 7, -7))

    assert totals(rows).off_fen == 14


def test_a_difference_of_the_opening_balance_is_one() -> None:
    rows = balances(("a", "cash", 5, 0, 5, 0))

    assert totals(rows).off_fen == 5


def test_without_postings_everything_is_zero() -> None:
    nothing = balances(("a", "cash", 0, 0, 0, 0)).clear()

    assert totals(nothing) == Totals(0, 0, 0, 0, 0, 0)
    assert by_account(nothing).is_empty()


def test_a_balance_stands_on_one_side_and_zero_on_none() -> None:
    rows = balances(("a", "cash", 100, 0, 0, 100), ("a", "funder_payable", -100, 100, 0, 0)).pipe(
        in_two_columns
    )

    sides = ("opening_debit_fen", "opening_credit_fen", "closing_debit_fen", "closing_credit_fen")
    assert rows.select(sides).rows() == [(100, None, 100, None), (None, 100, None, None)]


def test_what_moved_cash_is_positive_when_it_came_in() -> None:
    turnover = pl.DataFrame(
        [
            ("principal_lent", "loan_principal", "cash", 500),
            ("interest_accrued", "interest_receivable", "interest_income", 7),
            ("interest_paid", "cash", "interest_receivable", 3),
        ],
        schema=["flow", "debit_account", "credit_account", "amount_fen"],
        orient="row",
    )

    assert cash_flows(turnover).rows() == [("principal_lent", -500), ("interest_paid", 3)]


def test_the_result_is_made_of_the_accounts_that_moved() -> None:
    rows = balances(
        ("a", "interest_income", -50, 5, 75, -120),
        ("a", "fee_income", -50, 0, 0, -50),
        ("a", "provision_expense", 0, 30, 0, 30),
        ("a", "loss_allowance", 0, 0, 30, -30),
    )

    assert result_by_account(rows).rows() == [("interest_income", 70), ("provision_expense", -30)]
