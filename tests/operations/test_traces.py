"""Who shares what is counted up to each application, alike for one and for a whole book."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from lending_core.identity.fingerprints import SHARED
from lending_core.identity.fraud import LINK_FEATURES
from lending_core.operations.traces import fingerprint_key
from lending_core.store.engine import Store, open_store
from tests.builders import a_book
from tests.operations.journeys import rows, run_to, submit

OTHERS = ("999999199001010032", "999999199001010059")
THINGS = {
    "device": "sim0000000000001",
    "phone": "13800000001",
    "bank_card": "6200000000000005",
    "address": "样本路1号",
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb")


def links(store: Store) -> list[tuple[int | None, ...]]:
    """The link features of every application, oldest first."""
    return rows(store, "application_feature").sort("application_id").select(LINK_FEATURES).rows()


def test_each_person_with_the_same_things_is_one_more(store: Store) -> None:
    submit(store, "first", **THINGS)
    submit(store, "second", id_number=OTHERS[0], **THINGS)
    submit(store, "third", id_number=OTHERS[1], **{**THINGS, "device": "", "address": ""})

    assert links(store) == [(1, 1, 1, 1, 1), (2, 2, 2, 2, 2), (None, 3, 3, None, 1)]


def test_a_person_who_comes_again_is_still_one_but_has_applied_twice(store: Store) -> None:
    submit(store, "first", **THINGS)
    submit(store, "again", **THINGS)

    assert links(store)[1] == (1, 1, 1, 1, 2)


def test_an_application_counts_for_seven_days(store: Store) -> None:
    submit(store, "on the 1st")
    run_to(store, date(2026, 11, 6))
    submit(store, "on the 7th")
    run_to(store, date(2026, 11, 7))
    submit(store, "on the 8th")

    assert [row[-1] for row in links(store)] == [1, 2, 2]


def test_the_same_thing_of_another_kind_links_nobody(store: Store) -> None:
    submit(store, "first", device="13800000001", phone="13900000001")
    submit(store, "second", id_number=OTHERS[0], phone="13800000001")

    assert links(store)[1][:2] == (None, 1)


def test_only_fingerprints_and_the_cards_last_digits_are_kept(store: Store) -> None:
    submit(store, **THINGS)

    trace = rows(store, "application_trace").row(0, named=True)

    assert trace["bank_card_last4"] == "0005"
    assert {len(trace[f"{kind}_fingerprint"]) for kind in ("person", *SHARED)} == {64}


def test_a_simulated_books_key_follows_from_its_seed(tmp_path: Path) -> None:
    keys = {key_of(a_book(tmp_path / name)) for name in ("one.duckdb", "other.duckdb")}

    assert len(keys) == 1


def test_a_real_books_key_is_drawn_once_and_kept(tmp_path: Path) -> None:
    one, other = (real_book(tmp_path / name) for name in ("one.duckdb", "other.duckdb"))

    assert key_of(one) == key_of(one) != key_of(other)


def real_book(path: Path) -> Store:
    store = a_book(path)
    with store.transaction() as transaction:
        book = transaction.read("book").with_columns(is_simulated=pl.lit(False))
        transaction.clear("book")
        transaction.append("book", book)
    return store


def key_of(store: Store) -> bytes:
    with store.transaction() as transaction:
        return fingerprint_key(transaction)


@pytest.fixture(scope="module")
def history(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """Every application of the simulated book with its traces and what was counted for it."""
    copy = shutil.copy(simulated_book, tmp_path_factory.mktemp("traces") / "book.duckdb")
    store = open_store(Path(copy))
    counted = store.read_sql(
        """
        select application_trace.*, application.applied_on,
            application_feature.* exclude (application_id)
        from application_trace
        inner join application using (application_id)
        inner join application_feature using (application_id)
        """
    )
    store.close()
    return counted


def earlier(history: pl.DataFrame, fingerprint: str) -> pl.DataFrame:
    """Each application beside every one up to it with the same fingerprint."""
    return history.join(history, on=fingerprint, suffix="_earlier").filter(
        pl.col("application_id_earlier") <= pl.col("application_id")
    )


@pytest.mark.parametrize("kind", SHARED)
def test_months_of_applicants_are_counted_as_by_hand(history: pl.DataFrame, kind: str) -> None:
    pairs = earlier(history, f"{kind}_fingerprint")
    person = "person_fingerprint_earlier"

    counted = pairs.group_by("application_id", f"people_on_{kind}").agg(pl.col(person).n_unique())

    assert counted.height == history.height
    assert (counted[person] == counted[f"people_on_{kind}"]).all()


def test_a_weeks_applications_are_counted_as_by_hand(history: pl.DataFrame) -> None:
    recent = pl.col("applied_on_earlier") > pl.col("applied_on") - timedelta(days=7)
    columns = ("application_id", "application_id_earlier", "applications_7d")
    pairs = pl.concat(
        earlier(history, f"{kind}_fingerprint").filter(recent).select(columns)
        for kind in ("person", "device")
    )

    counted = pairs.unique().group_by("application_id", "applications_7d").len()

    assert counted.height == history.height
    assert (counted["len"] == counted["applications_7d"]).all()
    assert counted["len"].max() > 1
