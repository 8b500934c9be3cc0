"""Today's policy beside the draft."""

import polars as pl

from pages.ui import theme
from pages.ui.charts import policies


def test_today_and_draft_stand_beside_each_other() -> None:
    frame = pl.DataFrame(
        {"band": ["A", "B"], "today": [300_000_000, 100_000_000], "draft": [350_000_000, 0]}
    )

    figure = policies.today_beside_draft(frame, "Limits", "fen", "en")

    assert [bar.name for bar in figure.data] == ["Today's policy", "Draft"]
    assert figure.data[0].x == (3.0, 1.0)
    assert figure.data[1].text == ("¥3,500,000.00", "¥0.00")
    assert figure.data[1].marker.color == theme.POLICY_COLOURS["draft"]
    assert figure.layout.xaxis.title.text == "Limits (¥m)"
    assert figure.layout.barmode == "group"


def test_shares_read_as_percent() -> None:
    frame = pl.DataFrame({"band": ["A"], "today": [0.4], "draft": [0.45]})

    figure = policies.today_beside_draft(frame, "Approval rate", "share", "en")

    assert figure.data[1].x == (0.45,)
    assert figure.data[1].text == ("45.0%",)
    assert figure.layout.xaxis.title.text == "Approval rate"


def test_what_rests_on_assumptions_is_hatched() -> None:
    frame = pl.DataFrame({"band": ["A"], "today": [100], "draft": [200]})

    figure = policies.today_beside_draft(frame, "Loss", "fen", "en", is_inferred=True)

    assert {bar.marker.pattern.shape for bar in figure.data} == {"/"}
