"""Applicants for policy tests: a good one by default, changed where the test needs it."""

import functools
from typing import Any

import duckdb
import polars as pl
from sqlglot import exp

from lending_core.policy.compile import decision_query
from lending_core.policy.document import Policy, opening_policy
from lending_core.products.catalogue import catalogue

PRODUCTS = tuple(catalogue().values())
POLICY = opening_policy()
CONNECTION = duckdb.connect(config={"threads": 1})

SCHEMA: dict[str, Any] = {
    "application_id": pl.Int64,
    "product_code": pl.String,
    "kind": pl.String,
    "amount_asked_fen": pl.Int64,
    "instalments_asked": pl.Int32,
    "score": pl.Int32,
    "default_probability": pl.Float64,
    "age_years": pl.Int32,
    "is_student": pl.Boolean,
    "is_court_listed": pl.Boolean,
    "inquiries_3m": pl.Int32,
    "lenders_with_balance": pl.Int32,
    "credit_utilisation": pl.Float64,
    "worst_status_24m": pl.Int32,
    "oldest_account_months": pl.Int32,
    "has_current_overdue": pl.Boolean,
    "account_tenure_months": pl.Int32,
    "payment_active_days_90d": pl.Int32,
    "payment_stability": pl.Float64,
    "monthly_income_fen": pl.Int64,
    "monthly_debt_service_fen": pl.Int64,
    "debt_to_income": pl.Float64,
    "merchant_receipts_monthly_fen": pl.Int64,
    "receipts_variation": pl.Float64,
    "own_loans_repaid": pl.Int32,
    "own_worst_days_past_due": pl.Int32,
    "own_principal_fen": pl.Int64,
    "learning_draw": pl.Int32,
    "inquiries_1m": pl.Int32,
    "inquiries_12m": pl.Int32,
    "open_accounts": pl.Int32,
    "overdue_months_24m": pl.Int32,
    "lenders_asked_90d": pl.Int32,
    "bound_card_months": pl.Int32,
    "failed_payments_90d": pl.Int32,
    "income_months_12m": pl.Int32,
    "receipts_growth": pl.Float64,
    "receipts_peak_share": pl.Float64,
    "own_months_since_late": pl.Int32,
    "people_on_device": pl.Int32,
    "people_on_phone": pl.Int32,
    "people_on_bank_card": pl.Int32,
    "people_on_address": pl.Int32,
    "applications_7d": pl.Int32,
    "other_lenders_balance_fen": pl.Int64,
    "own_limit_fen": pl.Int64,
}


def an_applicant(**changes: Any) -> dict[str, Any]:
    """A salaried person in band C (30,000.00 a month) asking weilidai for 10,000.00 over 10 months;
    nothing stands against a limit of 50,000.00."""
    return {
        "application_id": 1,
        "product_code": "weilidai",
        "kind": "person",
        "amount_asked_fen": 1_000_000,
        "instalments_asked": 10,
        "score": 660,
        "default_probability": 0.02,
        "age_years": 35,
        "is_student": False,
        "is_court_listed": False,
        "inquiries_3m": 1,
        "lenders_with_balance": 1,
        "credit_utilisation": 0.3,
        "worst_status_24m": 0,
        "oldest_account_months": 80,
        "has_current_overdue": False,
        "account_tenure_months": 60,
        "payment_active_days_90d": 70,
        "payment_stability": 0.8,
        "monthly_income_fen": 3_000_000,
        "monthly_debt_service_fen": 0,
        "debt_to_income": 0.0,
        "merchant_receipts_monthly_fen": None,
        "receipts_variation": None,
        "own_loans_repaid": 0,
        "own_worst_days_past_due": 0,
        "own_principal_fen": 0,
        "learning_draw": 9_999,
        "people_on_device": 1,
        "people_on_phone": 1,
        "people_on_bank_card": 1,
        "people_on_address": 2,
        "applications_7d": 1,
        "other_lenders_balance_fen": 0,
        "own_limit_fen": 0,
        "receipts_growth": None,
        **changes,
    }


def a_business(**changes: Any) -> dict[str, Any]:
    """A shop in band C taking 200,000.00 a month, asking for 100,000.00 over 12 months."""
    business = {
        "product_code": "small_business",
        "kind": "small_business",
        "amount_asked_fen": 10_000_000,
        "instalments_asked": 12,
        "monthly_income_fen": None,
        "monthly_debt_service_fen": None,
        "merchant_receipts_monthly_fen": 20_000_000,
        "receipts_variation": 0.2,
    }
    return an_applicant(**{**business, **changes})


def run(query: exp.Select, applicants: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that DuckDB returns for these applicants."""
    return _rows(query.sql("duckdb"), applicants)


def decide_all(policy: Policy, applicants: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The decisions in the order of the applicants."""
    return _rows(_decision_sql(policy), applicants)


def _rows(sql: str, applicants: list[dict[str, Any]]) -> list[dict[str, Any]]:
    CONNECTION.register("policy_input", pl.DataFrame(applicants, schema=SCHEMA))
    return CONNECTION.execute(sql).pl().to_dicts()


@functools.lru_cache(maxsize=8)
def _decision_sql(policy: Policy) -> str:
    """Compiling takes longer than deciding a few applicants."""
    return decision_query(policy, PRODUCTS).order_by("application_id").sql("duckdb", copy=False)


def decide(applicant: dict[str, Any], policy: Policy = POLICY) -> tuple[Any, ...]:
    """Outcome, band, limit, rate as text, reasons of one applicant."""
    (row,) = decide_all(policy, [applicant])
    rate = None if row["annual_rate"] is None else str(row["annual_rate"])
    return row["outcome"], row["band"], row["limit_fen"], rate, row["reasons"]
