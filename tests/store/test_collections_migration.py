"""A book of before collections has the cases that its days would have opened."""

import shutil
from pathlib import Path

import duckdb
import pytest

from lending_core.store.engine import Store, open_store

TABLES = (
    "collection_case",
    "collection_case_end",
    "case_lock",
    "contact_attempt",
    "promise",
    "collection_hold",
    "collection_hold_end",
    "complaint",
    "agency_placement",
    "agency_recall",
    "hardship_grant",
)


@pytest.fixture(scope="module")
def store(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The simulated book, taken back to before the migration and migrated anew."""
    path = Path(shutil.copy(simulated_book, tmp_path_factory.mktemp("old") / "book.duckdb"))
    with duckdb.connect(str(path)) as old:
        for view in ("open_case", "money_in"):
            old.execute(f"drop view {view}")
        for table in TABLES:
            old.execute(f"drop table {table}")
        old.execute("delete from migration where name = '0007_collections'")
    return open_store(path)


def test_whoever_is_late_has_a_case_and_nobody_else(store: Store) -> None:
    late = store.read("customer_owes", customer_id=None)["customer_id"].to_list()

    assert store.read("open_case", case_id=None, customer_id=None).height == len(late) > 0
    assert sorted(store.read_sql("select customer_id from open_case")["customer_id"]) == late


def test_no_customer_has_two_cases_at_once(store: Store) -> None:
    overlapping = store.read_sql(
        "select one.case_id from collection_case as one "
        "inner join collection_case_end as gone on one.case_id = gone.case_id "
        "inner join collection_case as other on one.customer_id = other.customer_id "
        "and other.case_id <> one.case_id "
        "and other.opened_on >= one.opened_on and other.opened_on < gone.closed_on"
    )

    assert overlapping.is_empty()


def test_cases_of_before_are_those_that_the_closes_found(
    store: Store, simulated_book: Path, tmp_path: Path
) -> None:
    closed = open_store(Path(shutil.copy(simulated_book, tmp_path / "closed.duckdb")))
    opened = "select distinct customer_id, last_day(opened_on) from collection_case order by all"

    assert set(closed.read_sql(opened).rows()) <= set(store.read_sql(opened).rows())
