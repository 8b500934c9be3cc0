"""Cost of credit: the vectors of the facts, and rates that reprice to the principal."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending_core.products.cost import borrower_flows, cost_of_credit
from lending_core.products.schedule import schedule
from tests.products.loans import a_loan, terms

TEN_THOUSAND = a_loan(principal_fen=10_000_00, annual_rate=Decimal("0.12"))


def flows_of(loan: dict[str, Any], fee_fen: int = 0, deducted_fen: int = 0) -> pl.DataFrame:
    """The borrower's flows with a fee on each instalment and a deduction from the payout."""
    flows = borrower_flows(terms(loan), schedule(terms(loan)))
    is_paid = pl.col("amount_fen") < 0
    extra = pl.when(is_paid).then(fee_fen).otherwise(deducted_fen)
    return flows.with_columns(pl.col("amount_fen") - extra)


def costs(flows: pl.DataFrame) -> list[tuple[Decimal, Decimal]]:
    return cost_of_credit(flows).select("annual_cost_simple", "annual_cost_compound").rows()


@pytest.mark.parametrize(
    ("fee_fen", "simple", "compound"),
    [(45_00, "0.214895", "0.237376"), (57_00, "0.239778", "0.267966")],
)
def test_a_guarantee_fee_each_month_is_part_of_the_cost(
    fee_fen: int, simple: str, compound: str
) -> None:
    found = costs(flows_of(TEN_THOUSAND, fee_fen))

    assert found == [(Decimal(simple), Decimal(compound))]


def test_58_yuan_a_month_cross_the_cap() -> None:
    [(simple, _)] = costs(flows_of(TEN_THOUSAND, 58_00))

    assert simple == Decimal("0.241844")


def test_interest_deducted_in_advance_raises_the_cost() -> None:
    [(simple, _)] = costs(flows_of(TEN_THOUSAND, deducted_fen=300_00))

    assert simple == Decimal("0.178250")


def test_a_month_end_is_still_a_monthly_loan() -> None:
    clamped = TEN_THOUSAND | {"disbursed_on": date(2025, 1, 31)}

    assert costs(flows_of(clamped)) == costs(flows_of(TEN_THOUSAND))


def test_irregular_days_count_by_the_day() -> None:
    flows = pl.DataFrame(
        {
            "loan_id": [1, 1],
            "on": [date(2026, 1, 1), date(2026, 1, 31)],
            "amount_fen": [10_000_00, -10_150_00],
        }
    )

    # 1.015^(1/30) - 1 = 0.0496411 % a day, and 1.015^(365/30) - 1 a year.
    assert costs(flows) == [(Decimal("0.181190"), Decimal("0.198589"))]


def test_a_free_loan_costs_nothing() -> None:
    assert costs(flows_of(TEN_THOUSAND | {"annual_rate": Decimal(0)})) == [(0, 0)]


def test_a_loan_that_is_not_repaid_has_no_rate() -> None:
    flows = pl.DataFrame({"loan_id": [1], "on": [date(2026, 1, 1)], "amount_fen": [100_00]})

    assert costs(flows) == [(None, None)]


def test_no_flows_have_no_costs() -> None:
    assert costs(flows_of(TEN_THOUSAND).clear()) == []


def test_loans_do_not_mix() -> None:
    dear = flows_of(TEN_THOUSAND, 45_00).with_columns(loan_id=pl.lit(7, pl.Int64))
    cheap = flows_of(TEN_THOUSAND)

    together = pl.concat([dear, cheap]).sample(fraction=1, shuffle=True, seed=1)

    assert costs(together) == [*costs(cheap), *costs(dear)]


@given(
    principal_fen=st.integers(1_000_00, 500_000_00),
    annual_rate=st.decimals("0.01", "0.36", places=4),
    instalments=st.integers(1, 36),
    fee_fen=st.integers(0, 100),
)
@settings(deadline=None)
def test_the_rate_reprices_the_payments_to_what_was_received(
    principal_fen: int, annual_rate: Decimal, instalments: int, fee_fen: int
) -> None:
    loan = a_loan(principal_fen=principal_fen, annual_rate=annual_rate, instalments=instalments)
    flows = flows_of(loan, fee_fen)
    monthly = 1 + float(costs(flows)[0][0]) / 12

    received, *paid = flows["amount_fen"].to_list()
    worth = sum(-amount / monthly**k for k, amount in enumerate(paid, start=1))

    assert worth == pytest.approx(received, rel=1e-5)
