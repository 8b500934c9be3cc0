"""The frontier as drawn: each mark stands where its choice does and gives it on a click."""

from lending_core.policy.optimise import Outcome
from pages.ui.charts.frontier import CHOSEN, NOW, frontier


def an_outcome(profit_fen: int, loss_fen: int) -> Outcome:
    return Outcome((), 100, 40, 100_000_000, loss_fen, profit_fen, {}, {})


LOW, HIGH = an_outcome(2_000_000, 1_000_000), an_outcome(3_000_000, 2_500_000)
TODAY = an_outcome(1_500_000, 2_000_000)


def test_each_mark_stands_at_its_loss_rate_and_profit() -> None:
    line, chosen, now = frontier((LOW, HIGH), ("Today", TODAY), HIGH, "en").data

    assert (list(line.x), list(line.y)) == ([0.01, 0.025], [20_000, 30_000])
    assert [list(trace.customdata) for trace in (line, chosen, now)] == [
        [[0], [1]],
        [[CHOSEN]],
        [[NOW]],
    ]
    assert (now.name, list(now.x)) == ("Today", [0.02])
    assert line.text[0] == (
        "Profit ¥20,000.00<br>Loss 1.00% of drawn<br>Approved 40.0%<br>Drawn ¥1,000,000.00"
    )


def test_where_nothing_holds_the_bounds_only_the_policy_of_now_stands() -> None:
    line, chosen, now = frontier((), ("Today", TODAY), None, "en").data

    assert [len(trace.x) for trace in (line, chosen, now)] == [0, 0, 1]
