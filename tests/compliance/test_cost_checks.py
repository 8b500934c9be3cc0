"""What costs too much is found, and what cannot be judged is not passed over."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl

from lending_core.compliance import cost_checks
from lending_core.compliance.register import rules
from tests.compliance.cases import cost, terms

NOTHING_PAID = cost("0.10").with_columns(
    pl.lit(None, pl.Decimal(18, 6)).alias(name)
    for name in ("annual_cost_simple", "annual_cost_compound")
)
UNKNOWN = [("1", None, "cost")]


def told(findings: pl.DataFrame) -> list[tuple[str, Decimal | None, str | None]]:
    return findings.select("subject_id", "measured", "unjudged").rows()


def test_a_loan_without_a_yearly_cost_cannot_be_judged() -> None:
    capped, average, whole = rules()["ZD-12"], rules()["ZD-11"], rules()["PR-06"]
    small = terms(lender_type="microloan")
    consumer = terms(lender_type="consumer_finance")

    cap = Decimal("0.24")
    found = [
        cost_checks.over_cap(small, NOTHING_PAID, capped, cap),
        cost_checks.over_cap(small, NOTHING_PAID.clear(), capped, cap),
        cost_checks.average_over(consumer, NOTHING_PAID, average, date(2026, 10, 31)),
        cost_checks.off_balance(terms(), NOTHING_PAID, whole),
    ]

    assert [told(each) for each in found] == [UNKNOWN] * 4


def test_a_loan_of_before_the_first_lpr_entered_cannot_be_judged() -> None:
    rule = replace(rules()["ZD-13"], effective_from=date(2025, 1, 1))
    days = (date(2025, 12, 21), date(2025, 12, 22))
    loans = [terms(lender_type="microloan", disbursed_on=day) for day in days]

    found = [cost_checks.over_lpr(loan, cost("0.130000"), rule) for loan in loans]

    assert [told(each) for each in found] == [
        [("1", None, "lpr")],
        [("1", Decimal("0.130000"), None)],
    ]
