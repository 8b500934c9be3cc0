"""The rules of early warning on shocks that are really run: three economies, on copies."""

import shutil
from pathlib import Path

from lending_core import settings
from lending_core.operations.console import book
from lending_core.operations.warning_back_test import (
    BackTestOrder,
    newest_back_test,
    run_back_test,
)
from lending_core.store.engine import open_store
from tests.builders import ANALYST, AT, VIEWER

ORDER = BackTestOrder(months=3, futures=1)


def test_a_back_test_runs_every_economy_on_copies(simulated_book: Path, tmp_path: Path) -> None:
    store = open_store(Path(shutil.copy(simulated_book, tmp_path / "book.duckdb")))
    before, heard = book(store), []

    run_back_test(
        store,
        ANALYST,
        ORDER,
        settings.from_environment(),
        at=AT,
        progress=lambda done, of: heard.append((done, of)),
    )
    test, rows = newest_back_test(store, VIEWER)

    assert heard == [(done, 9) for done in range(1, 10)]
    assert test["months"] == 3
    assert (rows["fired"] <= rows["futures"]).all()
    assert (rows["whole_judged"] <= rows["judged"]).all()
    assert book(store) == before
