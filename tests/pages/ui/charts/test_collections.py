"""Collections, drawn: expected money by stage, cases by state, the curve of what comes right."""

import polars as pl

from pages.ui import theme
from pages.ui.charts import collections as charts

STAGES = pl.DataFrame(
    {
        "case_stage": ["written_off", "M2", "M1"],
        "cases": [1, 2, 3],
        "overdue_fen": [1_000_00, 2_000_00, 4_000_00],
        "expected_fen": [10_00, 500_00, 3_000_00],
    }
)
STATES = pl.DataFrame(
    {"case_state": ["free", "held"], "cases": [3, 1], "overdue_fen": [6_000_00, 1_000_00]}
)
CURVE = pl.DataFrame(
    {
        "days": [0, 1, 2],
        "cured_share": [0.0, 0.25, 0.5],
        "cured_fen": [0, 100_00, 200_00],
        "cured_loans": [0, 1, 3],
    }
)


def test_stages_stand_in_their_order_with_their_share_of_the_money_overdue() -> None:
    drawn = charts.expected_by_stage(STAGES, "en")

    bars = drawn.data[0]
    assert bars.x == ("M1", "M2", "Written off")
    assert bars.y == (3_000.0, 500.0, 10.0)
    assert bars.text == ("75.0%", "25.0%", "1.0%")
    assert bars.customdata == ("M1", "M2", "written_off")
    assert bars.marker.color[0] == theme.BUCKET_COLOURS["M1"]
    assert bars.hovertext[0] == "3 cases · ¥4,000.00 overdue · ¥3,000.00 expected"


def test_states_stand_from_the_top_down_with_what_their_cases_owe() -> None:
    drawn = charts.cases_by_state(STATES, "zh")

    bars = drawn.data[0]
    assert bars.y == ("待处理", "停催")
    assert bars.x == (3, 1)
    assert bars.text == ("3 · ¥6,000", "1 · ¥1,000")
    assert bars.customdata == ("free", "held")
    assert drawn.layout.yaxis.autorange == "reversed"


def test_the_curve_says_how_much_came_right_by_a_day() -> None:
    drawn = charts.recovery_curve(CURVE, "en")

    assert drawn.data[0].y == (0.0, 0.25, 0.5)
    assert drawn.data[0].text[2] == "Day 2: 50.0%, ¥200.00, 3 loans"
    assert drawn.layout.yaxis.range == (0, 1)
