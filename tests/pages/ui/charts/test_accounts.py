"""Bridges between balances: a step per flow or account, and where they end."""

import polars as pl

from pages.ui.charts import accounts


def test_cash_goes_from_its_opening_to_its_closing_balance() -> None:
    frame = pl.DataFrame(
        {"flow": ["principal_lent", "principal_repaid"], "amount_fen": [-50_000, 31_000]}
    )

    (steps,) = accounts.cash_bridge(frame, 20_000, "en").data

    assert steps.y == ("At the beginning", "Principal paid out", "Principal repaid", "At the end")
    assert steps.x == (200.0, -500.0, 310.0, 10.0)
    assert steps.measure == ("absolute", "relative", "relative", "total")
    assert steps.customdata == ("¥200.00", "-¥500.00", "¥310.00", "¥10.00")


def test_the_result_starts_from_nothing() -> None:
    frame = pl.DataFrame(
        {"account": ["interest_income", "provision_expense"], "amount_fen": [1_400, -400]}
    )

    (steps,) = accounts.result_bridge(frame, "zh").data

    assert steps.y == ("利息收入", "信用减值损失", "损益")
    assert steps.measure == ("relative", "relative", "total")
    assert steps.x == (14.0, -4.0, 10.0)


def test_a_period_without_movement_still_has_its_ends() -> None:
    nothing = pl.DataFrame(schema={"flow": pl.String, "account": pl.String, "amount_fen": pl.Int64})

    (cash,) = accounts.cash_bridge(nothing, 20_000, "en").data
    (result,) = accounts.result_bridge(nothing, "en").data

    assert cash.x == (200.0, 200.0)
    assert result.x == (0.0,)
