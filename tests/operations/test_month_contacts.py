"""The simulated book's collectors: within the rules, and never in the way of a payment."""

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.operations.console import book
from lending_core.operations.months import Course, run_month
from lending_core.operations.promises import promise_states
from lending_core.simulate.draws import Draws
from lending_core.simulate.economy import Economy
from lending_core.store.engine import Store, open_store
from tests.builders import AT
from tests.operations.attempts import broken_rules
from tests.operations.journeys import rows


@pytest.fixture(scope="module")
def store(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """For looking only."""
    folder = tmp_path_factory.mktemp("contacts")
    return open_store(Path(shutil.copy(simulated_book, folder / "book.duckdb")))


def test_every_months_contacts_are_in_the_ledger(store: Store) -> None:
    told = rows(store, "event").filter(action="contacts_recorded").sort("event_id")

    counts = [json.loads(payload) for payload in told["payload"]]
    assert sum(each["contacts"] for each in counts) == rows(store, "contact_attempt").height
    assert sum(each["promises"] for each in counts) == rows(store, "promise").height


def test_nobody_was_contacted_before_the_case_or_after_it(store: Store) -> None:
    ends = rows(store, "collection_case").join(
        rows(store, "collection_case_end"), on="case_id", how="left"
    )
    spans = ends.select("case_id", "opened_on", "closed_on")
    contacts = rows(store, "contact_attempt").join(spans, on="case_id")

    outside = contacts.filter(
        (pl.col("business_on") <= pl.col("opened_on"))
        | (pl.col("business_on") > pl.col("closed_on"))
    )
    assert contacts.height > 50
    assert outside.is_empty()


def test_no_simulated_attempt_breaks_a_rule(store: Store) -> None:
    attempts = rows(store, "contact_attempt").sort("contact_id").partition_by("customer_id")

    assert [broken_rules(each) for each in attempts] == [[]] * len(attempts)


def test_promises_of_payers_are_kept_and_others_broken(store: Store) -> None:
    found = promise_states(store)
    kept = found.filter(promise_state="kept")
    broken = found.filter(promise_state="broken")

    assert (kept["paid_fen"] * 100 >= kept["amount_fen"] * 95).all()
    assert (broken["paid_fen"] < broken["amount_fen"]).all()
    assert min(kept.height, broken.height) > 0


def test_simulated_people_sign_as_such(store: Store) -> None:
    who = pl.concat(
        rows(store, table)["recorded_by"] for table in ("contact_attempt", "promise", "complaint")
    )

    assert who.str.starts_with("simulated_collector_").all()


def test_a_future_that_is_tried_out_has_no_collectors(simulated_book: Path, tmp_path: Path) -> None:
    tried = open_store(Path(shutil.copy(simulated_book, tmp_path / "tried.duckdb")))
    before, current = rows(tried, "contact_attempt").height, book(tried)
    usual = Economy(current.open_on, ((0, 1.0),), ((0, 1.0),), 1.0)

    run_month(tried, SYSTEM, at=AT, course=Course(Draws(current.seed or 0), usual))

    assert rows(tried, "contact_attempt").height == before
