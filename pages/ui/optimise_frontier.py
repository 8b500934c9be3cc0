"""The frontier as a chart in which one clicks the choice to look at."""

from collections.abc import Sequence

from lending_core.policy.optimise import Bounds, Outcome
from pages.ui import format as shown
from pages.ui import panels
from pages.ui.charts import frontier as charts
from pages.ui.session import language
from pages.ui.text import t


def show(
    points: Sequence[Outcome], now: tuple[str, Outcome], best: Outcome | None, bounds: Bounds
) -> Outcome | None:
    """Draws it, and returns the choice clicked: `best` until then. Without points there is no
    chart. `now`: name and outcome of the policy that the search starts from."""
    if not points:
        return best
    clicked = panels.selectable_chart(
        charts.frontier(points, now, best, language()),
        t("optimise.frontier_title"),
        alt=_said(points, now, best),
        # Other bounds, another frontier: what was clicked on the one before means nothing there.
        key=f"optimise_frontier_{abs(hash(bounds))}",
        note=t("optimise.frontier_note"),
    )
    place = clicked[0][0] if clicked else charts.CHOSEN
    if place == charts.NOW:
        return now[1]
    return best if place == charts.CHOSEN else points[place]


def _said(points: Sequence[Outcome], now: tuple[str, Outcome], best: Outcome | None) -> str:
    name, start = now
    return t(
        "optimise.frontier_alt",
        points=len(points),
        start=name,
        now=shown.money(start.profit_fen),
        now_loss=shown.rate(start.loss_share),
        best=shown.money(None if best is None else best.profit_fen),
        best_loss=shown.rate(None if best is None else best.loss_share),
    )
