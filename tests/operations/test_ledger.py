"""The ledger is verified page by page, and says where it was changed."""

from pathlib import Path

import polars as pl
import pytest

from lending_core.errors import NotAllowed
from lending_core.ledger.chain import Break
from lending_core.operations.ledger import (
    all_events,
    count_events,
    event,
    events_of,
    verify_chain,
)
from lending_core.operations.ledger import events as page_of_events
from lending_core.operations.listing import Asked, Order
from lending_core.operations.origination import submit_application
from lending_core.store.engine import Store
from tests.builders import ANALYST, AT, VIEWER, a_book, a_submission


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A started book with one application: four events."""
    store = a_book(tmp_path / "book.duckdb")
    submit_application(store, ANALYST, a_submission(), key="first", at=AT)
    return store


def events(store: Store) -> pl.DataFrame:
    return pl.concat(all_events(store, ANALYST))


def rewrite(store: Store, rows: pl.DataFrame) -> None:
    """What somebody with a hand on the file could do."""
    with store.transaction() as transaction:
        transaction.clear("event")
        transaction.append("event", rows)


def test_an_untouched_ledger_is_whole_whatever_the_page(store: Store) -> None:
    seen: list[tuple[int, int]] = []

    broken = verify_chain(store, ANALYST, lambda *step: seen.append(step), page_events=3)

    assert broken is None
    assert seen == [(3, 7), (6, 7), (7, 7)]


def test_a_changed_fact_is_found_at_its_event(store: Store) -> None:
    recorded = events(store)
    forged = pl.when(pl.col("event_id") == 2).then(pl.lit("{}")).otherwise(pl.col("payload"))

    rewrite(store, recorded.with_columns(payload=forged))

    broken = verify_chain(store, ANALYST, page_events=1)
    assert isinstance(broken, Break)
    assert (broken.event_id, broken.found_hash) == (2, recorded["hash"][1])


def test_a_removed_event_is_found_at_the_one_after_it(store: Store) -> None:
    recorded = events(store)

    rewrite(store, recorded.filter(pl.col("event_id") != 2))

    assert verify_chain(store, ANALYST) == Break(
        event_id=3, expected_hash=recorded["hash"][0], found_hash=recorded["hash"][1]
    )


def test_events_are_listed_newest_first_and_counted(store: Store) -> None:
    newest = page_of_events(store, ANALYST)
    second = page_of_events(store, ANALYST, None, Asked(Order("business_on"), 2, 2))

    assert newest["event_id"].to_list() == [7, 6, 5, 4, 3, 2, 1]
    # The latest day first; of events of one day the number decides.
    by_day = events(store).sort("business_on", "event_id", descending=[True, False])
    assert second.equals(by_day.slice(2, 2))
    assert count_events(store, ANALYST) == events(store).height == 7


def test_what_happened_to_one_thing_is_told_from_its_start(store: Store) -> None:
    of_application = events_of(store, VIEWER, "application", 1)

    kept = events(store).filter(subject_kind="application", subject_id=1)
    assert of_application.equals(kept)
    assert event(store, ANALYST, 2) == events(store).row(1, named=True)


def test_a_viewer_may_not_verify(store: Store) -> None:
    with pytest.raises(NotAllowed):
        verify_chain(store, VIEWER)
