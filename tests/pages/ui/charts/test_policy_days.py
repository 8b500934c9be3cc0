"""Spans of versions on a line of days."""

from datetime import date

from lending_core.policy.life_cycle import spans
from pages.ui import theme
from pages.ui.charts.policy_days import timeline
from tests.policy.lives import DECEMBER, NOVEMBER, life

DAY_MS = 86_400_000


def test_what_was_is_and_will_be_in_force_is_told_apart() -> None:
    found = spans(
        life((1, "approved", date(2026, 10, 1)), (2, "approved"), (3, "approved", DECEMBER))
    )

    figure = timeline(found, NOVEMBER, "en")

    assert [bar.name for bar in figure.data] == ["Was in force", "In force", "Planned"]
    assert [bar.y for bar in figure.data] == [("Version 1",), ("Version 2",), ("Version 3",)]
    assert [bar.base for bar in figure.data] == [("2026-10-01",), ("2026-11-01",), ("2026-12-01",)]
    # The last one is drawn two months beyond its first day: to 1 February.
    assert [bar.x for bar in figure.data] == [(31 * DAY_MS,), (30 * DAY_MS,), (63 * DAY_MS,)]
    assert figure.data[1].marker.color == theme.POLICY_COLOURS["today"]
    assert figure.data[2].hovertext == ("2026-12-01 to —",)
    assert figure.layout.xaxis.tickformat == "%Y-%m-%d"
