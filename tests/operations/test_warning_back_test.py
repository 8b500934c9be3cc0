"""A back-test over a real book: months ahead of every economy on copies, kept when it is whole."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lending_core import settings
from lending_core.errors import InvalidInput, InvalidState
from lending_core.operations.console import book
from lending_core.operations.warning_back_test import (
    PATHS,
    SHOCKS,
    BackTestOrder,
    keep,
    newest_back_test,
    run_back_test,
)
from lending_core.operations.warning_back_test_run import BackTestRun
from lending_core.operations.warning_readings import read
from lending_core.portfolio.early_warning_rules import warning_rules
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, AT, VIEWER

ONE_MONTH = BackTestOrder(months=1, futures=1)


@pytest.fixture(scope="module")
def store(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    path = tmp_path_factory.mktemp("tested") / "book.duckdb"
    return open_store(Path(shutil.copy(simulated_book, path)))


def months_like_the_last(store: Store) -> list[dict[str, Any]]:
    """A month ahead of each path that is measured as the last month of the book was."""
    current = book(store)
    known = read(store, current, date(2026, 10, 1)).measured
    ahead = known.with_columns(measured_on=pl.lit(date(2026, 11, 30)))
    rows = json.loads(json.dumps(ahead.rows(), default=str))
    return [
        {"side": path, "future": 1, "month_end_on": date(2026, 11, 30), "readings": rows}
        for path in PATHS
    ]


def test_what_came_of_the_months_ahead_is_kept(store: Store) -> None:
    number = keep(store, ANALYST, ONE_MONTH, months_like_the_last(store), at=AT)

    test, rows = newest_back_test(store, VIEWER)

    assert (test["back_test_id"], test["months"], test["run_by"]) == (number, 1, "analyst")
    assert rows.height == len(SHOCKS) * len(warning_rules())
    assert sorted(rows["path"].unique()) == sorted(SHOCKS)
    # All paths are alike: nothing fires for a shock, whatever fires falsely.
    assert rows["fired"].sum() == 0
    assert (rows["alarms"] <= rows["judged"]).all()
    assert rows.filter(pl.col("rule") == "approval_unusual")["judged"].min() > 0


def test_a_run_that_is_stopped_keeps_nothing(store: Store) -> None:
    kept = newest_back_test(store, VIEWER)

    run = BackTestRun(store, ANALYST, ONE_MONTH, settings.from_environment(), lambda: AT)
    run.stop()

    assert (run.is_over, run.back_test_id, run.refusal) == (True, None, None)
    assert (kept is None) == (newest_back_test(store, VIEWER) is None)


def test_a_book_that_is_not_simulated_is_not_tried_out(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "real.duckdb"
    store.copy_to(path)
    real = open_store(path)
    with real.transaction() as transaction:
        row = replace(book(transaction), is_simulated=False)
        transaction.clear("book")
        transaction.append("book", pl.DataFrame([vars(row)]))

    with pytest.raises(InvalidState) as refusal:
        run_back_test(real, ANALYST, ONE_MONTH, settings.from_environment(), at=AT)

    assert refusal.value.reason == "book_is_real"


@pytest.mark.parametrize("order", [{"months": 0}, {"months": 37}, {"futures": 0}, {"futures": 10}])
def test_a_back_test_has_bounds(order: dict[str, int]) -> None:
    with pytest.raises(InvalidInput):
        BackTestOrder(**order)
