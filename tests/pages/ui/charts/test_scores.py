"""Figures of scores against what became of the loans."""

import polars as pl

from pages.ui.charts import scores


def test_each_outcome_sums_to_one_however_few_its_loans() -> None:
    frame = pl.DataFrame(
        {
            "score_from": [520, 500, 500],
            "score_to": [540, 520, 520],
            "performance": ["good", "good", "bad"],
            "loans": [30, 10, 2],
        }
    )

    figure = scores.distribution(frame, "en")

    assert [bar.name for bar in figure.data] == ["Repaid", "Defaulted"]
    assert figure.data[0].x == (510.0, 530.0)
    assert figure.data[0].y == (0.25, 0.75)
    assert figure.data[1].y == (1.0,)
    assert [list(key) for key in figure.data[1].customdata] == [[500, "bad"]]
    assert figure.layout.barmode == "overlay"


def test_bad_rates_carry_their_interval_and_number_of_loans() -> None:
    frame = pl.DataFrame(
        {
            "band": ["A", "B"],
            "loans": [1000, 200],
            "bad_share": [0.01, 0.05],
            "low_share": [0.005, 0.025],
            "high_share": [0.02, 0.1],
        }
    )

    bars = scores.bad_rates(frame, "en").data[0]

    assert bars.x == ("A", "B")
    assert bars.y == (0.01, 0.05)
    assert bars.error_y.array == (0.01, 0.05)
    assert bars.error_y.arrayminus == (0.005, 0.025)
    assert bars.text == ("1.0% of 1,000 loans", "5.0% of 200 loans")


def test_decisions_are_stacked_per_score_range() -> None:
    frame = pl.DataFrame(
        {
            "score_from": [500, 520, 520],
            "score_to": [520, 540, 540],
            "outcome": ["decline", "decline", "approve"],
            "loans": [7, 3, 5],
        }
    )

    figure = scores.outcomes(frame, "en")

    declined = next(bar for bar in figure.data if bar.name == "Decline")
    assert figure.layout.barmode == "stack"
    assert declined.y == (7, 3)
    assert [list(key) for key in declined.customdata] == [[500, "decline"], [520, "decline"]]


def test_the_promise_stands_beside_what_was_seen() -> None:
    frame = pl.DataFrame(
        {
            "band": ["560–599"],
            "loans": [1000],
            "bad_share": [0.05],
            "low_share": [0.04],
            "high_share": [0.06],
            "promised_share": [0.07],
        }
    )

    figure = scores.promise(frame, "en")

    assert [(trace.name, trace.y) for trace in figure.data] == [
        ("Went bad", (0.05,)),
        ("Promised", (0.07,)),
    ]
