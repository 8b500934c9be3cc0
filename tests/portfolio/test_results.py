"""What a month earned and lost, redone by hand."""

from datetime import date
from decimal import Decimal

import polars as pl

from lending_core.portfolio.results import funding_cost, results

OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 30)


def owed(*rows: tuple[date, str, str, int]) -> pl.DataFrame:
    schema = ["month_end_on", "funder_code", "annual_cost", "principal_fen"]
    decimals = [(on, code, Decimal(cost), fen) for on, code, cost, fen in rows]
    return pl.DataFrame(decimals, schema=schema, orient="row").with_columns(
        pl.col("annual_cost").cast(pl.Decimal(9, 6))
    )


def test_funding_costs_a_twelfth_of_a_year_on_the_mean_of_two_month_ends() -> None:
    by_funder = owed(
        (OCTOBER, "bank", "0.024", 1_000_000),
        (NOVEMBER, "bank", "0.024", 3_000_000),
        (NOVEMBER, "trust", "0.048", 1_000_000),
    )

    costs = funding_cost(by_funder)

    # October: 0.024 x 500,000 / 12. November: 0.024 x 2,000,000 / 12 and 0.048 x 500,000 / 12.
    assert costs.rows() == [(OCTOBER, 1_000), (NOVEMBER, 4_000 + 2_000)]


def test_profit_is_income_less_funding_less_losses_and_what_came_back_lessens_losses() -> None:
    figures = pl.DataFrame(
        {
            "month_end_on": [NOVEMBER],
            "applied": [10],
            "approved": [6],
            "accepted": [4],
            "funded": [3],
        }
    )
    by_bucket = pl.DataFrame(
        {
            "month_end_on": [NOVEMBER] * 3,
            "bucket": ["C", "M2", "M7+"],
            "principal_fen": [3_000_000, 1_000_000, 500_000],
        }
    )
    accounts = [
        ("interest_income", -50_000),
        ("penalty_income", -2_000),
        ("fee_income", -1_000),
        ("provision_expense", 20_000),
        ("recovery_income", -4_000),
        ("cash", 99_000),
    ]
    booked = pl.DataFrame(
        [(NOVEMBER, *each) for each in accounts],
        schema=["month_end_on", "account", "amount_fen"],
        orient="row",
    )

    month = results(figures, by_bucket, booked, owed((NOVEMBER, "bank", "0.024", 4_500_000)))

    assert month.select("balance_fen", "rate_30", "income_fen", "loss_fen").rows() == [
        (4_000_000, 0.25, 53_000, 16_000)
    ]
    assert month.select("funding_cost_fen", "profit_fen").rows() == [(4_500, 32_500)]


def test_a_month_without_loans_earns_and_loses_nothing() -> None:
    counts = {"applied": 3, "approved": 0, "accepted": 0, "funded": 0}
    figures = pl.DataFrame([{"month_end_on": NOVEMBER, **counts}])
    nothing = pl.DataFrame(
        schema={"month_end_on": pl.Date, "bucket": pl.String, "principal_fen": pl.Int64}
    )
    none_booked = nothing.select("month_end_on", account="bucket", amount_fen="principal_fen")

    month = results(figures, nothing, none_booked, owed((NOVEMBER, "x", "0.01", 0)).clear())

    assert month.row(0) == (NOVEMBER, 3, 0, 0, 0, 0, None, 0, 0, 0, 0)
