"""Today's policy beside the draft."""

from typing import Any

import polars as pl

from pages.ui import theme
from pages.ui.charts import policies


def rows(*values: tuple[str, str | None, Any, Any]) -> pl.DataFrame:
    frame = pl.DataFrame(values, schema=["code", "evidence", "today", "draft"], orient="row")
    return frame.with_columns(name="code")


def test_today_and_draft_stand_beside_each_other() -> None:
    frame = rows(("A", None, 300_000_000, 350_000_000), ("B", None, 100_000_000, 0))

    figure = policies.today_beside_draft(frame, "Limits", "fen", "en")

    assert [bar.name for bar in figure.data] == ["Today's policy", "Draft"]
    assert figure.data[0].x == (3.0, 1.0)
    assert figure.data[1].text == ("¥3,500,000.00", "¥0.00")
    assert figure.data[1].marker.color == theme.POLICY_COLOURS["draft"]
    assert figure.layout.xaxis.title.text == "Limits (¥m)"
    assert figure.layout.barmode == "group"


def test_shares_read_as_percent() -> None:
    figure = policies.today_beside_draft(rows(("A", None, 0.4, 0.45)), "Rate", "share", "en")

    assert figure.data[1].x == (0.45,)
    assert figure.data[1].text == ("45.0%",)
    assert figure.layout.xaxis.title.text == "Rate"


def test_what_is_inferred_is_hatched_and_follows_what_was_seen() -> None:
    frame = rows(("A", "observed", 100, 200), ("A", "inferred", 0, 50), ("B", "observed", 10, 5))

    figure = policies.today_beside_draft(frame, "Drawn", "count", "en")

    assert [bar.name for bar in figure.data] == [
        "Today's policy: Observed",
        "Draft: Observed",
        "Draft: Inferred",
    ]
    assert [bar.marker.pattern.shape for bar in figure.data] == [None, None, "/"]
    assert (figure.data[2].base, figure.data[2].x) == ((200.0,), (50.0,))
    assert list(figure.data[2].customdata[0]) == ["A", "draft", "inferred"]


def test_a_loss_goes_the_other_way_from_zero() -> None:
    frame = rows(("A", "observed", 100, 100), ("A", "inferred", 0, -30))

    figure = policies.today_beside_draft(frame, "Profit", "count", "en")

    assert (figure.data[2].base, figure.data[2].x) == ((0.0,), (-30.0,))


def test_an_interval_lies_over_what_is_inferred() -> None:
    frame = rows(("observed", "observed", 100, 100), ("inferred", "inferred", 0, 200))

    figure = policies.today_beside_draft(
        frame, "Loss", "fen", "en", intervals={"draft": (15_000, 25_000)}
    )

    assert figure.data[-1].name == "Draft: interval"
    assert (figure.data[-1].x, figure.data[-1].y) == ((150.0, 250.0), ("inferred", "inferred"))
