"""Key figures: whether a change is for the better, in a word."""

import pytest

from pages.ui import panels
from pages.ui.panels import KeyFigure


@pytest.mark.parametrize(
    ("change", "rising_is", "turn"),
    [
        ("+0.4 pp", "good", "better"),
        ("-0.4 pp", "good", "worse"),
        ("+0.4 pp", "bad", "worse"),
        ("-0.4 pp", "bad", "better"),
        ("-0.4 pp", None, "neutral"),
        ("+0.0 pp", "bad", "same"),
        (None, "bad", "same"),
    ],
)
def test_a_change_is_better_worse_or_the_same(
    change: str | None, rising_is: panels.Meaning | None, turn: str
) -> None:
    figure = KeyFigure("30+ rate", "2.1%", change=change, rising_is=rising_is)

    assert panels.direction(figure) == turn
