"""What a line review proposes, drawn: a bar per rule, limits up and down by product."""

import polars as pl

from pages.ui.charts import line_reviews as charts

ROWS = pl.DataFrame(
    {
        "rule": ["late", "late", "unused", "good"],
        "rule_text": ["Freeze: late", "Freeze: late", "Decrease: unused for a whole year", "Up"],
        "action": ["freeze", "freeze", "decrease", "increase"],
        "product_code": ["weilidai", "fenfu", "weilidai", "weilidai"],
        "change_fen": [0, 0, -500_000, 200_000],
    }
)


def test_a_bar_is_as_long_as_its_rule_proposes_lines_and_says_how_far_limits_move() -> None:
    drawn = charts.lines_by_rule(ROWS, "en")

    bars = {bar.customdata[0][1]: bar for bar in drawn.data}
    assert {rule: bar.x for rule, bar in bars.items()} == {
        "late": (2,), "unused": (1,), "good": (1,),
    }  # fmt: skip
    assert bars["unused"].text == ("1 lines, limits -¥5,000.00",)
    assert bars["unused"].y == ("Decrease: unused for a whole<br>year",)
    assert bars["late"].marker.color == charts.ACTION_COLOURS["freeze"]


def test_limits_rise_to_the_right_and_fall_to_the_left_of_nought() -> None:
    drawn = charts.change_by_product(ROWS, "en")

    assert [(bar.x, bar.customdata) for bar in drawn.data] == [
        ((2_000.0,), (["product_code", "weilidai"],)),
        ((-5_000.0,), (["product_code", "weilidai"],)),
    ]


def test_freezes_alone_move_no_limit_and_draw_nothing() -> None:
    drawn = charts.change_by_product(ROWS.filter(action="freeze"), "zh")

    assert [len(bar.x) for bar in drawn.data] == [0, 0]
