"""Today's policy beside the draft."""

import polars as pl

from pages.ui import theme
from pages.ui.charts import policies


def test_today_and_draft_stand_beside_each_other() -> None:
    frame = pl.DataFrame(
        {"band": ["A", "B"], "today": [300_000_000, 100_000_000], "draft": [350_000_000, 0]}
    )

    figure = policies.today_beside_draft(frame, "band", "principal", "en")

    assert [bar.name for bar in figure.data] == ["Today's policy", "Draft"]
    assert figure.data[0].y == (3.0, 1.0)
    assert figure.data[1].text == ("¥3,500,000.00", "¥0.00")
    assert figure.data[1].marker.color == theme.POLICY_COLOURS["draft"]
    assert figure.layout.barmode == "group"


def test_shares_read_as_percent() -> None:
    frame = pl.DataFrame({"band": ["A"], "today": [0.4], "draft": [0.45]})

    figure = policies.today_beside_draft(frame, "band", "bad_share", "en")

    assert figure.data[1].y == (0.45,)
    assert figure.data[1].text == ("45.0%",)
    assert figure.layout.yaxis.title.text == "Share that went bad"
