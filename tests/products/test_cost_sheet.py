"""The cost sheet says all that PR-08 asks."""

from dataclasses import replace
from decimal import Decimal

from lending_core.products.catalogue import Fee, catalogue
from lending_core.products.cost_sheet import STATEMENT, CostItem, DefaultCost, cost_sheet
from lending_core.products.schedule import schedule
from tests.products.loans import a_loan, terms

LOAN = terms(a_loan(principal_fen=10_000_00, annual_rate=Decimal("0.12")))
PRODUCT = catalogue()["jietiao_360"]
GUARANTEE = Fee("guarantee", "principal_each_instalment", Decimal("0.0045"), "guarantor", "-")
DEDUCTED = Fee("service", "principal_when_paid_out", Decimal("0.03"), "lender", "-")


def test_a_loan_without_fees_costs_its_interest() -> None:
    sheet = cost_sheet(PRODUCT, LOAN, schedule(LOAN))

    interest = CostItem(
        "interest", "outstanding_principal", Decimal("0.12"), "lender", 661_86, Decimal("0.120001")
    )
    assert sheet.items == (interest,)
    assert (sheet.principal_fen, sheet.paid_in_fen) == (10_000_00, 10_661_86)
    assert sheet.statement == STATEMENT


def test_each_fee_has_its_share_of_the_yearly_cost() -> None:
    sheet = cost_sheet(replace(PRODUCT, fees=(GUARANTEE,)), LOAN, schedule(LOAN))

    fee = CostItem(
        "guarantee",
        "principal_each_instalment",
        Decimal("0.0045"),
        "guarantor",
        540_00,
        Decimal("0.094894"),
    )
    assert sheet.items[1] == fee
    assert sheet.annual_cost_simple == Decimal("0.214895")
    assert sum(item.annual_cost_simple for item in sheet.items) == sheet.annual_cost_simple


def test_a_fee_on_the_day_of_the_money_lowers_what_is_received() -> None:
    sheet = cost_sheet(replace(PRODUCT, fees=(DEDUCTED,)), LOAN, schedule(LOAN))

    assert sheet.items[1].amount_fen == 300_00
    assert sheet.annual_cost_simple == Decimal("0.178250")


def test_being_late_costs_penalty_interest_after_the_grace() -> None:
    sheet = cost_sheet(catalogue()["weilidai"], LOAN, schedule(LOAN))

    assert sheet.default_costs == (
        DefaultCost("penalty_interest", "overdue_principal", Decimal("0.180"), "lender", 1),
    )


def test_the_penalty_rate_is_shown_uncapped_beside_the_rate_at_which_it_stops() -> None:
    loan = LOAN.with_columns(annual_rate=Decimal("0.18"))

    sheet = cost_sheet(PRODUCT, loan, schedule(loan))

    assert sheet.default_costs[0].annual_rate == Decimal("0.27")
    assert sheet.penalty_stops_annual_rate == Decimal("0.24")
