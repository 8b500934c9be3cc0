"""Figures of provisions: whose bar is whose, what a click gives, where steps lead."""

from dataclasses import replace

import polars as pl

from lending_core.portfolio.provision_assumptions import assumptions
from lending_core.portfolio.provision_chain import WHOLE_BOOK, chain
from pages.ui.charts import provisions as charts

GROUPS = pl.DataFrame(
    {
        "product_code": ["fenfu", "fenfu", None],
        "stage": [1, 3, 1],
        "ecl_fen": [100_00, 400_00, 50_00],
        "exposure_fen": [1_000_00, 500_00, 500_00],
    }
)


def test_a_products_bar_stacks_its_stages_and_a_click_names_both() -> None:
    first, second, third = charts.by_product(GROUPS, "en").data

    assert list(third.y) == ["Not told", "Fenfu-type pay later"]
    assert (list(first.x), list(second.x), list(third.x)) == ([50, 100], [0, 0], [0, 400])
    assert third.customdata[1] == ["fenfu", "3"]
    assert third.text[1] == "¥400.00 · 80.0%"


def test_the_steps_lead_from_the_opening_to_the_closing_amount() -> None:
    parts = ["opening", "new", "to_stage_1", "remeasured", "closing"]
    table = pl.DataFrame({"part": parts, "all_fen": [100_00, 20_00, 0, -5_00, 115_00]})

    (steps,) = charts.movement(table, "en").data

    assert list(steps.x) == ["Opening", "New loans and lines", "Remeasured", "Closing"]
    assert list(steps.y) == [100, 20, -5, 115]
    assert list(steps.measure) == ["absolute", "relative", "relative", "absolute"]


def test_the_map_of_rates_has_a_row_per_stage_and_a_column_per_state() -> None:
    schema = {
        "product_code": pl.String,
        "from_bucket": pl.String,
        "to_state": pl.String,
        "loans": pl.Int64,
    }
    house = replace(assumptions(), chain_loans_min=1)
    known = chain(pl.DataFrame([(None, "M1", "M2", 1)], schema=schema, orient="row"), house)

    rows = charts.chain(known, WHOLE_BOOK, "en").data

    assert [row.name for row in rows] == ["C", "M1", "M2", "M3"]
    assert list(rows[1].text) == ["", "", "100.0%", "", "", ""]
    assert list(rows[1].x)[-2:] == ["Paid off", "Default"]


def test_a_curve_has_the_colour_of_its_stage() -> None:
    on_time, late = charts.default_curves({"C": [0.0, 0.1], "M1": [0.2, 0.3]}, "en").data

    assert (on_time.name, late.name) == ("C", "M1")
    assert list(late.y) == [0.2, 0.3]
