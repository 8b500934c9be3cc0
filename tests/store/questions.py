"""What each report over the whole book is asked over the simulated book: wide enough that it
answers with rows where the book has any."""

import re
from datetime import date
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from lending_core.store.query_files import query_text

# The book of `simulated_book` runs from November 2025 to the end of October 2026.
_BEGIN, _BEFORE, _SPRING, _SEPTEMBER, _END = (
    date(2025, 11, 1),
    date(2025, 10, 31),
    date(2026, 4, 30),
    date(2026, 9, 30),
    date(2026, 10, 31),
)
_LATE = ["M1", "M2", "M3"]
_NORMAL, _NONE, _PRINCIPAL = ["normal"], ["none"], ["principal_lent"]
BY_NAME: dict[str, Any] = {
    # Days.
    **dict.fromkeys(("from_on", "effective_on", "first_on", "seen_from_on"), _BEGIN),
    **dict.fromkeys(("open_from_on", "window_from_on", "first_month_end_on"), _BEGIN),
    **dict.fromkeys(("to_on", "on", "as_of_on", "business_on", "month_end_on", "until_on"), _END),
    **dict.fromkeys(("last_month_end_on", "seen_to_on", "open_on", "known_on", "before_on"), _END),
    **dict.fromkeys(("applied_until", "disbursed_until", "ripe_until", "since_on"), _SPRING),
    "cohort_on": date(2026, 3, 31),
    "closed_on": _END,
    "month_start_on": date(2026, 10, 1),
    "previous_month_end_on": _SEPTEMBER,
    # Parts of the book: one filter is set, one is set and leaves all, the others are not.
    "product_codes": None,
    "channels": ["app", "mini_program", "partner", "store"],
    **dict.fromkeys(("region_codes", "funder_codes", "bands", "scenarios"), None),
    "buckets": _LATE,
    "previous_buckets": None,
    "standings": ["open"],
    "from_bucket": "C",
    "to_state": "M1",
    "from_buckets": ["C", "M1"],
    "to_buckets": _LATE,
    "dimension": "region_code",
    "measure": "ever30",
    "is_part": True,
    "is_by_month": True,
    "is_once_per_customer": False,
    "went_further": None,
    # Numbers.
    **dict.fromkeys(
        ("last_months_on_book", "window_months", "recovery_months", "months_on_book"), 3
    ),
    **dict.fromkeys(("late_months", "review_months", "reference_months", "late_max", "days"), 3),
    **dict.fromkeys(("past_days", "part_max", "loans_max", "window_days", "hours_ahead"), 8),
    **dict.fromkeys(("days_past_due", "bad_days_past_due", "late_days", "days_from"), 1),
    **dict.fromkeys(("charge_off_days_past_due", "day_number", "failed_min"), 1),
    "stage": 2,
    # Limits that the law or the house sets: so low that much is found beyond them.
    **dict.fromkeys(("age_min", "multiple_min", "rate_min", "draw_min_fen"), 40),
    **dict.fromkeys(("business_months", "person_months", "months_max", "months_min"), 1),
    **dict.fromkeys(("business_yuan", "person_yuan", "cap_yuan", "persons_max", "calls_max"), 0),
    **dict.fromkeys(("days_max", "share_above", "share_min", "spread_max", "draw_max_fen"), 0),
    **dict.fromkeys(("multiple_max", "rate_max", "grace_days", "years_max", "from_hour"), 0),
    "ratio_min": 1000,
    "years": 1,
    "to_hour": 24,
    "first_id": 1,
    "last_id": 500,
    # Codes.
    "model_version": 1,
    "policy_versions": None,
    "funder_code": None,
    "kind": "person",
    "purpose": None,
    "source": None,
    "reference": "none",
    "product": "instalment",
    "asset_class": "normal",
    **dict.fromkeys(("bad", "better", "classes", "classes_known", "lender_types"), _NORMAL),
    **dict.fromkeys(("failed_outcomes", "invalid_outcomes", "allowed"), _NONE),
    **dict.fromkeys(("methods", "texts_known", "flows"), _PRINCIPAL),
    "choices": [0],
}


# Reports that answer with no rows, and why.
EMPTY = {"applicant_shape": "it is asked for its columns alone"}
# Where the value that suits the others finds nothing.
BY_QUERY: dict[str, dict[str, Any]] = {
    "case_turned": {"first_on": date(2026, 11, 1)},
    "compliance/consent_purpose": {"source": "bureau", "purpose": "marketing"},
    "compliance/lender_balance": {"lender_types": ["bank", "trust"]},
    "compliance/manual_reviews": {"share_min": 2},
    "compliance/product_terms": {"product": "weilidai"},
    "first_payment_loan": {"cohort_on": date(2026, 5, 31)},
    "own_month": {"funder_code": "binhai_bank"},
    "policy_outcome": {"policy_versions": [1]},
}


def asked(query: str) -> dict[str, Any]:
    """The parameters of a query file. Raises `KeyError` for one that has no value yet."""
    told = BY_NAME | BY_QUERY.get(query, {})
    return {name: told[name] for name in set(re.findall(r"\$(\w+)", query_text(query)))}


def assert_same_rows(found: pl.DataFrame, expected: pl.DataFrame) -> None:
    """The same columns, types and rows, in whatever order; fractions to nine digits."""
    assert_frame_equal(_in_order(found), _in_order(expected), rel_tol=1e-9, abs_tol=0)


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    told = [column for column in rows.iter_columns() if not column.dtype.is_nested()]
    told.sort(key=lambda column: column.dtype.is_float())
    return rows.sort([column.name for column in told], nulls_last=True)
