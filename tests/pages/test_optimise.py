"""The search for limits and prices: better than today within its bounds, or why there is none."""

import shutil
from pathlib import Path

from tests.pages.conftest import OpenConsole

PAGE = "pages/risk/optimise.py"


def test_the_best_choice_earns_more_than_today_until_the_bounds_conflict(
    open_console: OpenConsole, simulated_book: Path, tmp_path: Path
) -> None:
    book = Path(shutil.copy(simulated_book, tmp_path / "book.duckdb"))
    console = open_console(book, user_name="risk_maker", page=PAGE)
    profit, loss, *_ = console.metric
    found = [box.value for box in console.success]
    offered = [button.key for button in console.button]

    console.number_input(key="optimise_approval").set_value(99.0).run()
    (refused,) = [error.value for error in console.error]

    assert [bug.value for bug in console.exception] == []
    assert profit.delta.startswith("+¥")
    assert loss.label == "Loss rate"
    assert found == [
        "The best there is: no other choice within the bounds earns more, and the search has "
        "proved it."
    ]
    assert "optimise_draft" in offered
    assert "**At least 99.00% approved**: would have to be content with " in refused
    assert "optimise_draft" not in [button.key for button in console.button]
