"""Figures of one application and its loan."""

from datetime import date

import polars as pl

from pages.ui.charts import application


def test_the_funnel_shows_each_stage_with_its_share_of_the_one_before() -> None:
    frame = pl.DataFrame(
        {"stage": ["applied", "approved", "funded"], "applications": [2000, 500, 0]}
    )

    funnel = application.funnel(frame, "en").data[0]

    assert funnel.y == ("Applied", "Approved", "Funded")
    assert funnel.x == (2000, 500, 0)
    assert funnel.text == ("2,000", "500 · 25.0%", "0 · 0.0%")
    assert funnel.customdata == ("applied", "approved", "funded")


def test_a_funnel_without_applications_has_no_shares() -> None:
    frame = pl.DataFrame({"stage": ["applied", "approved"], "applications": [0, 0]})

    funnel = application.funnel(frame, "en").data[0]

    assert funnel.text == ("0", "0")


def test_the_waterfall_ends_at_the_score() -> None:
    frame = pl.DataFrame(
        {
            "feature": ["inquiries_3m", "debt_to_income"],
            "points": [620, -25],
            "value": ["0", "72%"],
        }
    )

    waterfall = application.points_waterfall(frame, "en").data[0]

    assert waterfall.y == ("Credit inquiries, 3 months", "Debt service to income", "Score")
    assert waterfall.x == (620, -25, 595)
    assert waterfall.measure == ("relative", "relative", "total")
    assert waterfall.text == ("+620", "-25", "595")


def test_a_schedule_stacks_interest_on_principal() -> None:
    frame = pl.DataFrame(
        {
            "number": [1, 2],
            "due_on": [date(2026, 12, 1), date(2027, 1, 1)],
            "principal_fen": [49_750, 50_250],
            "interest_fen": [1_000, 503],
        }
    )

    figure = application.schedule(frame, "en")

    assert [bar.name for bar in figure.data] == ["Principal", "Interest"]
    assert figure.data[0].y == (497.5, 502.5)
    assert figure.data[1].text == ("¥10.00", "¥5.03")
    assert figure.data[1].customdata == ("2026-12-01", "2027-01-01")
    assert figure.layout.barmode == "stack"
