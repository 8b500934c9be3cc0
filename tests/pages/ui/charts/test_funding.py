"""Figures of funding: what they draw, and what a click gives."""

from datetime import date

import polars as pl

from pages.ui.charts import funding


def test_lent_and_left_stand_one_after_the_other_and_a_click_gives_the_funder() -> None:
    rows = pl.DataFrame(
        {
            "funder_code": ["binhai_bank"],
            "outstanding_fen": [300_000_000],
            "room_today_fen": [100_000_000],
            "room_later_fen": [200_000_000],
        }
    )

    drawn = funding.rooms(rows, {"binhai_bank": "Binhai Internet Bank"}, "en")

    assert [bar.x for bar in drawn.data] == [(3.0,), (1.0,), (2.0,)]
    assert drawn.data[0].customdata == ("binhai_bank",)
    assert drawn.layout.xaxis.title.text == "Quota (¥m)"


def test_a_limit_that_is_used_up_stands_out() -> None:
    rows = pl.DataFrame({"limit_fen": [100, 200], "used_fen": [100, 50]})

    drawn = funding.uses(rows, ["Quota", "Daily quota"], "en")

    assert drawn.data[0].x == (1.0, 0.25)
    assert len(set(drawn.data[0].marker.color)) == 2
    assert drawn.data[0].text == ("100.0%", "25.0%")


def test_parts_of_a_settlement_without_an_amount_are_left_out() -> None:
    amounts = {name: [0] for name in funding.SETTLED_COLOURS}
    given = {"paid_in_fen": [-50_000], "principal_fen": [20_000], "net_fen": [-30_000]}
    rows = pl.DataFrame({"booked_on": [date(2026, 11, 1)], **amounts, **given})

    drawn = funding.settlement(rows, "en")

    assert [trace.name for trace in drawn.data] == ["Paid in", "Principal", "Net to the funder"]
    assert drawn.data[0].y == (-500.0,)
