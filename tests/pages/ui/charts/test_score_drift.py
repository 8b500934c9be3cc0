"""How far applicants have moved: coloured by verdict, each cell leading to its applicants."""

from datetime import date

import polars as pl

from pages.ui import theme
from pages.ui.charts import score_drift

MONTHS = [date(2026, 1, 1), date(2026, 2, 1)]


def test_a_month_has_the_colour_of_its_verdict() -> None:
    frame = pl.DataFrame(
        {
            "month_on": MONTHS,
            "psi": [0.02, 0.3],
            "chance": [0.01, 0.01],
            "applicants": [900, 800],
            "verdict": ["stable", "act"],
        }
    )

    figure = score_drift.psi_by_month(frame, "en")

    (bars,) = figure.data
    assert bars.marker.color == (theme.DRIFT_COLOURS["stable"], theme.DRIFT_COLOURS["act"])
    assert bars.text[1] == "PSI 0.300, Act; by chance up to 0.010; 800 applicants"
    assert [line.y0 for line in figure.layout.shapes] == [0.10, 0.25]


def test_a_cell_of_the_map_leads_to_its_feature_and_month() -> None:
    frame = pl.DataFrame(
        {
            "feature": ["inquiries_3m"] * 2 + ["credit_utilisation"] * 2,
            "month_on": MONTHS * 2,
            "psi": [0.01, 0.11, 0.0, 0.4],
            "verdict": ["stable", "watch", "chance", "act"],
        }
    )

    figure = score_drift.features_by_month(frame, "en")

    inquiries, utilisation = figure.data
    assert figure.layout.yaxis.ticktext == (
        "Credit inquiries, 3 months",
        "Share of credit limits in use",
    )
    assert inquiries.marker.color == (theme.DRIFT_COLOURS["stable"], theme.DRIFT_COLOURS["watch"])
    assert utilisation.text == ("0.000", "0.400")
    assert list(utilisation.customdata[1]) == ["credit_utilisation", "2026-02"]


def test_a_range_that_nobody_reached_is_pale() -> None:
    frame = pl.DataFrame(
        {
            "month_on": [MONTHS[0], MONTHS[0], MONTHS[1]],
            "score_from": [560, 600, 600],
            "score_to": [600, 640, 640],
            "applications": [1, 3, 5],
            "share": [0.25, 0.75, 1.0],
        }
    )

    figure = score_drift.scores_by_month(frame, "en")

    high, low = figure.data
    assert figure.layout.yaxis.ticktext == ("600–639", "560–599")
    assert (high.marker.color[1], low.marker.color[1]) == (
        "rgba(31,154,142,0.940)",
        "rgba(31,154,142,0.040)",
    )
    assert low.hovertext[0] == "560–599 · 2026-01<br>25.0% of the month (1)"
    assert list(low.customdata[0]) == ["2026-01", 560]


def test_a_month_of_few_applicants_leaves_the_others_to_be_seen() -> None:
    frame = pl.DataFrame(
        {
            "month_on": MONTHS,
            "psi": [0.02, 5.8],
            "chance": [0.01, 4.2],
            "applicants": [900, 4],
            "verdict": ["stable", "chance"],
        }
    )
    ranges = pl.DataFrame(
        {
            "month_on": [MONTHS[0], MONTHS[0], MONTHS[1]],
            "score_from": [560, 600, 600],
            "score_to": [600, 640, 640],
            "applications": [400, 400, 4],
            "share": [0.5, 0.5, 1.0],
        }
    )

    months = score_drift.psi_by_month(frame, "en")
    high, _ = score_drift.scores_by_month(ranges, "en").data

    assert months.layout.yaxis.range == (0, 0.25 * 1.25)
    assert high.marker.color == ("rgba(31,154,142,0.940)", "rgba(31,154,142,0.940)")


def test_bins_stand_side_by_side() -> None:
    frame = pl.DataFrame(
        {
            "bin": ["< 3", "Not known"],
            "bin_number": [0, 1],
            "reference_share": [0.9, 0.1],
            "now_share": [0.6, 0.4],
        }
    )

    then, now = score_drift.bins_then_and_now(frame, "en").data

    assert (then.name, then.y) == ("Then", (0.9, 0.1))
    assert (now.name, now.y, now.customdata) == ("Now", (0.6, 0.4), (0, 1))
