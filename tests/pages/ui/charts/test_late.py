"""Maps and bars of lateness in motion: what a cell says, how it is coloured, what a click gives."""

from datetime import date

import polars as pl

from pages.ui.charts import late

SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 30)
GOOD, AS_EVER, BAD = "#8FD0C7", "#E9EDF0", "#EE9EA7"


def test_a_flow_is_compared_with_its_stages_own_mean() -> None:
    shares = pl.DataFrame(
        {
            "month_end_on": [SEPTEMBER, SEPTEMBER, OCTOBER],
            "from_bucket": ["C", "M1", "C"],
            "worse": [0.01, 0.5, 0.03],
            "cured": [None, 0.4, None],
        }
    )

    worse, cured = late.flow_map(shares, "worse"), late.flow_map(shares, "cured")

    first, second = worse.data[:2]
    assert (first.name, first.text) == ("C → M1", ("1.0%", "3.0%"))
    assert first.marker.color == (GOOD, BAD)
    assert (second.text, second.marker.color) == (("50.0%", "—"), (AS_EVER, AS_EVER))
    assert list(first.customdata[1]) == ["2026-10-31", "C"]
    assert (cured.data[0].name, cured.data[0].text) == ("M1 → C", ("40.0%", "—"))


def test_a_month_is_told_once_the_last_entry_had_thirty_days() -> None:
    entries = pl.DataFrame(
        {
            "month_end_on": [SEPTEMBER, OCTOBER],
            "entered_loans": [10, 8],
            "entered_fen": [1_000, 800],
            "went_on_loans": [2, 1],
            "went_on_fen": [300, 100],
        }
    )

    told = late.entries_by_month(entries, "loans", date(2026, 11, 29), "en")
    later = late.entries_by_month(entries, "principal_fen", NOVEMBER, "en")

    assert [bar.y for bar in told.data] == [(8, 0), (2, 1), (0, 7)]
    assert [bar.y for bar in later.data] == [(7.0, 7.0), (3.0, 1.0), (0.0, 0.0)]
    assert list(told.data[1].customdata[0]) == ["2026-09-30", "went_on"]


def test_a_part_is_compared_with_the_whole_book() -> None:
    parts = pl.DataFrame(
        {
            "part": ["a", "a", "b", "b"],
            "bucket": ["C", "M1", "C", "M1"],
            "loans": [5, 5, 10, 0],
        }
    )

    first, second = late.parts_map(parts, ["Part A", "Part B"], "loans").data

    assert (first.name, first.text[:2]) == ("Part A", ("50.0%", "50.0%"))
    assert first.marker.color[:2] == (BAD, BAD)
    assert second.marker.color[:2] == (GOOD, GOOD)
    assert list(second.customdata[1]) == ["b", "M1"]
