"""The team's figures add up to the rows they are made of."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from lending_core.errors import NotAllowed
from lending_core.operations.collection_team import (
    collectors,
    complaints_by_month,
    contacts_by_month,
    cures_by_month,
    outcomes_by_channel,
    promises_by_month,
    recovery_by_day,
)
from lending_core.operations.promises import promise_states
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, VIEWER, a_book
from tests.operations.journeys import rows
from tests.operations.late import late


@pytest.fixture(scope="module")
def store(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Twelve months, all of them looked back on; for looking only."""
    folder = tmp_path_factory.mktemp("team")
    return open_store(Path(shutil.copy(simulated_book, folder / "book.duckdb")))


def test_cases_of_all_months_are_all_cases(store: Store) -> None:
    found = cures_by_month(store, ANALYST)

    cases, ends = rows(store, "collection_case"), rows(store, "collection_case_end")
    assert (found["cases"].sum(), found["ended"].sum()) == (cases.height, ends.height)


def test_a_month_whose_cases_had_no_thirty_days_has_no_cure_rate(store: Store) -> None:
    found = cures_by_month(store, ANALYST)

    days = rows(store, "collection_case").join(rows(store, "collection_case_end"), on="case_id")
    spans = days.with_columns(days=(pl.col("closed_on") - pl.col("opened_on")).dt.total_days())
    september = spans.filter(pl.col("opened_on").dt.strftime("%Y-%m") == "2026-08")
    by_month = {row["month_end_on"].month: row for row in found.rows(named=True)}
    assert by_month[10]["cure_rate"] is None
    assert by_month[8]["cured"] == september.filter(pl.col("days") <= 30).height


def test_promises_of_all_months_are_all_promises(store: Store) -> None:
    found, states = promises_by_month(store, ANALYST), promise_states(store)

    assert found["promises"].sum() == states.height
    assert found["kept"].sum() == states.filter(promise_state="kept").height
    parts = found.select(pl.sum_horizontal("kept", "broken", "still_open", "replaced"))
    assert parts.to_series().to_list() == found["promises"].to_list()


def test_contacts_of_months_collectors_and_outcomes_are_the_same(store: Store) -> None:
    attempts = rows(store, "contact_attempt").height

    by_month, by_person = contacts_by_month(store, ANALYST), collectors(store, ANALYST)
    by_outcome = outcomes_by_channel(store, ANALYST)
    sums = [frame["contacts"].sum() for frame in (by_month, by_person, by_outcome)]

    assert sums == [attempts] * 3
    assert by_month["contacts_per_case"].min() >= 1  # type: ignore[operator]
    assert (by_month["cases_contacted"] <= by_month["cases_open"]).all()


def test_the_recovery_curve_starts_at_nothing_and_never_falls(store: Store) -> None:
    found = recovery_by_day(store, ANALYST)

    assert found["days"].to_list() == list(range(91))
    assert found["cured_share"][0] == 0
    assert found["cured_share"].is_sorted()
    assert 0.5 < found["cured_share"][-1] < 1


def test_complaints_are_measured_by_late_accounts(store: Store) -> None:
    found = complaints_by_month(store, ANALYST)

    late_now = found.row(-1, named=True)
    owing = rows(store, "loan_position").filter(pl.col("days_past_due") > 0).height
    assert late_now["late_accounts"] == owing
    assert found["complaints"].sum() == rows(store, "complaint").height


def test_a_team_without_work_has_empty_figures(tmp_path: Path) -> None:
    quiet = a_book(tmp_path / "quiet.duckdb", late)

    frames = [read(quiet, ANALYST) for read in (promises_by_month, contacts_by_month, collectors)]
    assert [frame.height for frame in frames] == [0, 0, 0]
    assert recovery_by_day(quiet, ANALYST).is_empty()


def test_the_team_is_not_for_everybody(store: Store) -> None:
    with pytest.raises(NotAllowed):
        collectors(store, VIEWER)
