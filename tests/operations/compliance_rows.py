"""Rows of small books for the compliance register: a loan and what it stands on, a fact changed."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.ledger.chain import utc_naive
from lending_core.store.engine import Transaction
from tests.builders import BUSINESS_ON

# A table and a row of it; a table after a minus is emptied first.
Row = tuple[str, dict[str, Any]]

LENT_ON = date(2026, 9, 15)


def instant(on: date, hour: int = 4, minute: int = 0, second: int = 0) -> datetime:
    """A time of a day as the book keeps it: UTC, without its zone."""
    return utc_naive(datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=UTC))


AT_NOON = instant(LENT_ON)
_CHANGED = {"changed_on": LENT_ON, "reason": "approved"}

DEFAULTS: dict[str, dict[str, Any]] = {
    "customer": {
        "customer_id": 1,
        "kind": "person",
        "name": "王小明",
        "id_number": "999999199001010016",
        "phone": "13800000001",
        "birth_on": date(1990, 1, 1),
        "region_code": "44",
        "is_student": False,
        "is_court_listed": False,
        "is_simulated": False,
        "joined_on": LENT_ON,
    },
    "application": {
        "application_id": 1,
        "customer_id": 1,
        "product_code": "weilidai",
        "scenario": "travel",
        "channel": "mini_program",
        "amount_asked_fen": 100_000,
        "instalments_asked": 10,
        "applied_on": LENT_ON,
        "recorded_at": AT_NOON,
    },
    "application_feature": {
        "application_id": 1,
        "age_years": 36,
        "is_student": False,
        "is_court_listed": False,
        "own_loans_repaid": 0,
        "own_worst_days_past_due": 0,
        "own_principal_fen": 0,
        "learning_draw": 1,
    },
    "assessment": {
        "application_id": 1,
        "model_version": 1,
        "score": 640,
        "default_probability": 0.03,
        "points": [1],
    },
    "decision": {
        "application_id": 1,
        "policy_version": 1,
        "outcome": "approve",
        "band": "B",
        "limit_fen": 100_000,
        "annual_rate": Decimal("0.146000"),
        "reasons": ["none"],
        "decided_by": "system",
        "decided_at": AT_NOON,
    },
    "credit_line": {
        "line_id": 1,
        "customer_id": 1,
        "application_id": 1,
        "product_code": "weilidai",
        "annual_rate": Decimal("0.146000"),
        "opened_on": LENT_ON,
    },
    "limit_change": {"line_id": 1, "limit_fen": 100_000, "limit_change_id": 1, **_CHANGED},
    "loan": {
        "loan_id": 1,
        "application_id": 1,
        "customer_id": 1,
        "line_id": 1,
        "product_code": "weilidai",
        "scenario": "travel",
        "channel": "mini_program",
        "region_code": "44",
        "band": "B",
        "principal_fen": 100_000,
        "annual_rate": Decimal("0.146000"),
        "method": "equal_principal",
        "instalments": 10,
        "day_count": "act/365",
        "grace_days": 1,
        "penalty_multiple": Decimal("1.50"),
        "carries_remainder": False,
        "disbursed_on": LENT_ON,
        "first_due_on": date(2026, 10, 15),
    },
    "instalment": {
        "loan_id": 1,
        "number": 1,
        "due_on": date(2026, 10, 15),
        "principal_fen": 100_000,
        "interest_fen": 1_200,
        "total_before_fen": 0,
    },
    "funding": {"loan_id": 1, "funder_code": "binhai_bank", "share_fen": 100_000},
    "loan_position": {
        "loan_id": 1,
        "closed_on": BUSINESS_ON,
        "is_open": True,
        "is_charged_off": False,
        "days_past_due": 0,
        "bucket": "C",
        "asset_class": "normal",
        "stage": 1,
        **dict.fromkeys(
            (
                *("overdue_principal_fen", "overdue_fen", "oldest_overdue_fen", "next_due_fen"),
                *("next_due_principal_fen", "interest_receivable_fen", "penalty_fen", "fee_fen"),
                *("excess_fen", "claim_fen", "written_off_fen", "allowance_fen", "payoff_fen"),
            ),
            0,
        ),
        "principal_fen": 100_000,
        "flow_totals_fen": [0],
    },
    "loan_month": {
        "loan_id": 1,
        "month_end_on": BUSINESS_ON,
        "months_on_book": 1,
        "standing": "open",
        "days_past_due": 0,
        "bucket": "C",
        "asset_class": "normal",
        "stage": 1,
        "entered_30": False,
        "entered_90": False,
        "entered_default": False,
        "principal_fen": 100_000,
        "allowance_fen": 2_500,
        "disbursed_on": LENT_ON,
    },
    "loan_event": {
        "loan_event_id": 1,
        "loan_id": 1,
        "kind": "restructure",
        "effective_on": LENT_ON,
        "recorded_on": LENT_ON,
        "recorded_at": AT_NOON,
        "recorded_by": "risk_maker",
    },
    "line_change": {
        "line_change_id": 1,
        "line_id": 1,
        "changed_on": LENT_ON,
        "status": "frozen",
        "reason": "past_due",
        "changed_by": "system",
        "recorded_at": AT_NOON,
    },
    "posting": {
        "entry_id": 1,
        "loan_id": 1,
        "booked_on": LENT_ON,
        "funder_code": "binhai_bank",
        "flow": "principal_lent",
        "amount_fen": 100_000,
    },
    "loan_trigger": {
        "trigger_id": 1,
        "loan_id": 1,
        "kind": "purpose_misuse",
        "from_on": LENT_ON,
        "reason": "seen",
        "recorded_by": "risk_maker",
        "recorded_at": AT_NOON,
    },
    "consent": {
        "customer_id": 1,
        "source": "bureau",
        "text_version": "1",
        "is_granted": True,
        "recorded_at": AT_NOON,
        "purpose": "credit_assessment",
    },
    "review": {
        "application_id": 1,
        "outcome": "approve",
        "reason": "other",
        "reviewed_by": "risk_maker",
        "reviewed_at": AT_NOON,
        "needs_second": False,
    },
    "review_request": {
        "application_id": 1,
        "requested_on": LENT_ON,
        "recorded_by": "analyst",
        "recorded_at": AT_NOON,
    },
    "model_version": {
        "model_version": 7,
        "document": "{}",
        "note": "seven",
        "author": "risk_maker",
        "effective_on": LENT_ON,
        "recorded_at": AT_NOON,
        "kind": "scorecard",
        "model_card": "{}",
    },
    "model_status": {
        "model_version": 7,
        "status": "validated",
        "reason": "seen",
        "changed_by": "risk_approver",
        "effective_on": LENT_ON,
        "recorded_at": AT_NOON,
        "position": 70,
    },
    "warning_run": {
        "run_id": 1,
        "business_on": BUSINESS_ON,
        "judged": 1,
        "raised": 0,
        "worsened": 0,
        "cleared": 0,
        "run_by": "system",
        "recorded_at": AT_NOON,
    },
    "complaint": {
        "complaint_id": 1,
        "customer_id": 1,
        "case_id": 1,
        "kind": "tone",
        "received_on": LENT_ON,
        "recorded_by": "collector",
        "recorded_at": AT_NOON,
    },
    "contact_attempt": {
        "contact_id": 1,
        "case_id": 1,
        "customer_id": 1,
        "attempted_at": AT_NOON,
        "local_on": LENT_ON,
        "business_on": LENT_ON,
        "channel": "call",
        "party": "borrower",
        "number_key": "own",
        "outcome": "no_answer",
        "is_connected": False,
        "recorded_by": "collector",
        "recorded_at": AT_NOON,
    },
    "collection_hold": {
        "hold_id": 1,
        "case_id": 1,
        "customer_id": 1,
        "kind": "dispute",
        "from_on": LENT_ON,
        "until_on": date(2026, 9, 29),
        "placed_by": "risk_maker",
        "recorded_at": AT_NOON,
    },
    "agency_placement": {
        "placement_id": 1,
        "case_id": 1,
        "customer_id": 1,
        "agency_code": "heyue",
        "placed_on": LENT_ON,
        "due_back_on": BUSINESS_ON,
        "overdue_fen": 100,
        "placed_by": "risk_maker",
        "recorded_at": AT_NOON,
    },
    "acceptance": {
        "application_id": 1,
        "amount_fen": 100_000,
        "instalments": 10,
        "method": "equal_principal",
        "cost_sheet_hash": "0" * 64,
        "shown_at": AT_NOON,
        "confirmed_at": instant(LENT_ON, second=10),
    },
    "event": {
        "event_id": 1_000_000,
        "action": "line_drawn",
        "actor": "analyst",
        "subject_kind": "loan",
        "subject_id": 1,
        "business_on": LENT_ON,
        "recorded_at": AT_NOON,
        "payload": "{}",
        "previous_hash": "0",
        "hash": "1",
    },
    "provision_run": {
        "run_id": 1,
        "month_end_on": BUSINESS_ON,
        "model": "{}",
        "figures": "{}",
        "loans_hash": "0",
        "prepared_by": "risk_maker",
        "recorded_at": AT_NOON,
    },
    "provision_loan": {
        "run_id": 1,
        "loan_id": 1,
        "product_code": "small_business",
        "bucket": "C",
        "days_past_due": 0,
        "asset_class": "normal",
        "class_reason": "days",
        "stage": 1,
        "stage_reason": "days",
        "probability_12m": 0.02,
        "exposure_fen": 100_000,
        "principal_fen": 100_000,
        "ecl_fen": 1_000,
    },
}
# What a loan stands on, in the order in which it is written.
_OF_A_LOAN = (
    *("customer", "application", "application_feature", "assessment", "decision"),
    *("credit_line", "limit_change", "loan", "instalment", "funding"),
)


def row(table: str, **changes: Any) -> Row:
    """A row of a table, valid but for what is changed."""
    return table, {**DEFAULTS[table], **changes}


def without(table: str) -> Row:
    """Empties a table of the started book."""
    return f"-{table}", {}


def a_loan(number: int = 1, **changes: Mapping[str, Any]) -> list[Row]:
    """A loan and all that it stands on, numbered alike; changes by table, None leaves it out."""
    keys = ("customer_id", "application_id", "line_id", "loan_id", "limit_change_id")
    rows = []
    for table in _OF_A_LOAN:
        if changes.get(table, {}) is None:
            continue
        numbered = {name: number for name in keys if name in DEFAULTS[table]}
        rows.append(row(table, **{**numbered, **changes.get(table, {})}))
    return rows


def write(transaction: Transaction, rows: Iterable[Row]) -> None:
    """Adds rows to the book, those of a table together."""
    by_table: dict[str, list[dict[str, Any]]] = {}
    for table, values in rows:
        if table.startswith("-"):
            transaction.clear(table[1:])
        else:
            by_table.setdefault(table, []).append(values)
    for table, values in by_table.items():
        transaction.append(table, pl.DataFrame(values, infer_schema_length=None))
