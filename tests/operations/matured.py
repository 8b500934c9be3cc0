"""A book whose loans have shown what they are: one loan per applicant, applied for over a year."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from lending_core.store.engine import Store
from tests.builders import AT
from tests.scoring.samples import a_sample

_MONTHS = [date(2025, month, 15) for month in range(5, 13)]
_MONTHS += [date(2026, month, 15) for month in range(1, 5)]
_APPLICATION = {
    "product_code": "weilidai",
    "scenario": "decoration",
    "channel": "mini_program",
    "amount_asked_fen": 800_000,
    "instalments_asked": 10,
    "recorded_at": AT.replace(tzinfo=None),
}
_PERSON = {
    "age_years": 30,
    "is_student": False,
    "is_court_listed": False,
    "own_principal_fen": 0,
    "learning_draw": 0,
}
_LOAN = {
    "product_code": "weilidai",
    "scenario": "decoration",
    "channel": "mini_program",
    "region_code": "44",
    "band": "B",
    "principal_fen": 800_000,
    "method": "equal_principal",
    "instalments": 10,
    "day_count": "act_365",
    "grace_days": 3,
}
_MONEY = (
    "principal_fen",
    "overdue_fen",
    "paid_fen",
    "interest_receivable_fen",
    "penalty_fen",
    "fee_fen",
    "written_off_fen",
    "allowance_fen",
)


def lend_and_wait(store: Store, rows: int) -> None:
    """So many applications, 1 and up, a twelfth of them in each month from May 2025; a bad loan was
    40 days late in its third month, every tenth good one 20 days."""
    sample = a_sample(rows).with_row_index("application_id", offset=1)
    months = pl.Series(_MONTHS)[[at * len(_MONTHS) // rows for at in range(rows)]]
    known = sample.with_columns(
        pl.col("application_id").cast(pl.Int64), applied_on=months, **_literals(_APPLICATION)
    ).with_columns(customer_id="application_id")
    late = pl.when("is_bad").then(40).when(pl.col("application_id") % 10 == 0).then(20).otherwise(0)
    loans = known.select(
        "application_id",
        "customer_id",
        annual_rate=pl.lit("0.180000").cast(pl.Decimal(9, 6)),
        loan_id="application_id",
        line_id="application_id",
        disbursed_on="applied_on",
        first_due_on="applied_on",
        **_literals(_LOAN),
    )
    with store.transaction() as transaction:
        names = (*_APPLICATION, "application_id", "customer_id", "applied_on")
        transaction.append("application", known.select(names))
        features = known.drop("is_bad", "true_probability", "applied_on", "customer_id")
        person = features.drop(_APPLICATION.keys()).with_columns(**_literals(_PERSON))
        transaction.append("application_feature", person)
        transaction.append("loan", loans)
        transaction.append("loan_month", _months(known.with_columns(days_past_due=late)))


def _months(known: pl.DataFrame) -> pl.DataFrame:
    return known.select(
        "days_past_due",
        loan_id="application_id",
        disbursed_on="applied_on",
        month_end_on="applied_on",
        months_on_book=pl.lit(3),
        standing=pl.lit("open"),
        **_literals(dict.fromkeys(("entered_30", "entered_90", "entered_default"), False)),
        bucket=pl.lit("C"),
        asset_class=pl.lit("normal"),
        stage=pl.lit(1),
        **_literals(dict.fromkeys(_MONEY, 0)),
    )


def _literals(facts: Mapping[str, object]) -> dict[str, pl.Expr]:
    return {name: pl.lit(value) for name, value in facts.items()}
