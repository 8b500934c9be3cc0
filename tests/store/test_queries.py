"""Every query file runs on an empty store, whatever its filters."""

import re
from datetime import date

import pytest

from lending_core.store.engine import Store, open_store
from lending_core.store.query_files import QUERY_FOLDER, query_text

QUERIES = sorted(path.stem for path in QUERY_FOLDER.glob("*.sql"))
NUMBERS = ("_max", "_months", "_past_due", "_id")
TEXTS = ("operation_key", "id_number")
# Counts and highest numbers: one row even where there is nothing.
ALWAYS_ONE_ROW = (
    "amount_unknown",
    "ledger_written_newest",
    "conduct_at",
    "summary_lent",
    "application_range",
    "joined_between",
    "loan_id_range",
    "newest_customer",
    "newest_event_id",
)
# What tells of the tables themselves, which are there from the start.
OF_TABLES = ("table_column",)


def value(parameter: str) -> object:
    """A plausible argument for a named parameter."""
    if parameter == "on" or parameter.endswith(("_on", "_until")):
        return date(2026, 1, 31)
    if parameter in TEXTS:
        return "none"
    return 1 if parameter.endswith(NUMBERS) else None


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One empty store for all queries: they only read."""
    return open_store(tmp_path_factory.mktemp("empty") / "book.duckdb")


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_runs_on_an_empty_store(query: str, store: Store) -> None:
    parameters = set(re.findall(r"\$(\w+)", query_text(query)))

    rows = store.read(query, **{name: value(name) for name in parameters})

    assert rows.height == (query in ALWAYS_ONE_ROW) or query in OF_TABLES
