"""Whatever is done to a row of the facts or of the ledger is found, and its place is named."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from lending_core.errors import InvalidState, NotAllowed
from lending_core.ledger.blocks import Finding
from lending_core.ledger.signing import made_key
from lending_core.ledger.tables import fact_tables, left_out
from lending_core.operations.catching_up import close_through
from lending_core.operations.console import record_migrated
from lending_core.operations.ledger_checks import verify_ledger
from lending_core.operations.origination import submit_application
from lending_core.operations.sealing import seal_block, signing_key
from lending_core.store.engine import Store
from lending_core.store.fact_rows import schema
from tests.builders import (
    ANALYST,
    APPROVER,
    AT,
    OPEN_ON,
    VIEWER,
    a_book,
    a_submission,
)
from tests.tampering import KINDS, LEDGER_TABLES, filled, mend, put, rows_of, tamper, widen


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A book with two applications, sealed after each: two blocks."""
    folder = tmp_path_factory.mktemp("sealed")
    store = a_book(folder / "book.duckdb")
    store.signing_key = folder / "keys" / "ledger-key"
    submit_application(store, ANALYST, a_submission(), key="first", at=AT)
    seal_block(store, APPROVER, at=AT)
    submit_application(store, ANALYST, a_submission(), key="second", at=AT)
    seal_block(store, APPROVER, at=AT)
    return store


def test_an_untouched_book_is_whole(store: Store) -> None:
    seen: list[tuple[int, int, str]] = []

    found = verify_ledger(store, ANALYST, lambda *step: seen.append(step))

    assert found.findings == ()
    assert found.blocks == 2
    assert sum(found.waiting.values()) == 0
    assert seen[-1][0] == seen[-1][1] == found.rows


def test_every_table_is_facts_or_left_out_with_a_reason(store: Store) -> None:
    named = {*fact_tables(), *left_out()}

    forgotten = set(schema(store)) - named

    assert forgotten == set()


def test_every_column_that_names_a_row_or_is_left_out_is_there(store: Store) -> None:
    columns = {table: {one.name for one in found} for table, found in schema(store).items()}

    missing = {
        name: {*table.key, *table.state} - columns[name]
        for name, table in fact_tables().items()
        if name in columns
    }

    assert {name: gone for name, gone in missing.items() if gone} == {}


@pytest.mark.parametrize(("kind", "rows_min"), [(kind, 1 + (kind == "moved")) for kind in KINDS])
def test_what_was_done_to_any_table_of_facts_is_found_where_it_was_done(
    store: Store, kind: str, rows_min: int
) -> None:
    tables = filled(store, rows_min)
    draws = np.random.default_rng(1)

    before = {table: tamper(store, table, kind, draws) for table in tables}

    found = verify_ledger(store, ANALYST)
    mend(store, before)
    assert {one.table for one in found.findings} == set(tables)


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("ledger_block", "changed"),
        ("ledger_segment", "moved"),
        ("ledger_row", "deleted"),
        ("ledger_commitment", "changed"),
        ("ledger_salt", "changed"),
        ("ledger_head", "inserted"),
    ],
)
def test_what_was_done_to_the_ledger_is_found_where_it_was_done(
    store: Store, table: str, kind: str
) -> None:
    before = tamper(store, table, kind, np.random.default_rng(1))

    found = verify_ledger(store, ANALYST)

    put(store, table, before)
    assert table in {one.table for one in found.findings}


def test_a_newest_block_that_is_taken_away_with_all_that_is_its_own_is_missed(
    store: Store,
) -> None:
    before = {table: rows_of(store, table) for table in LEDGER_TABLES}
    of_first = before["ledger_segment"].filter(block_number=1)["segment_id"].implode()
    kept = {table: rows.filter(_OF_FIRST[table](of_first)) for table, rows in before.items()}
    in_use = kept["ledger_commitment"]["commitment_id"].implode()
    kept["ledger_salt"] = before["ledger_salt"].filter(pl.col("commitment_id").is_in(in_use))
    mend(store, kept)

    found = verify_ledger(store, ANALYST)

    mend(store, before)
    assert found.findings == (Finding("ledger_block", "2", "deleted"),)


def test_a_changed_row_is_named_by_its_key_and_block(store: Store) -> None:
    before = rows_of(store, "application")
    put(store, "application", before.with_columns(amount_asked_fen=pl.lit(1)))

    found = verify_ledger(store, ANALYST)

    put(store, "application", before)
    assert found.findings == (
        Finding("application", "1", "changed", 1),
        Finding("application", "2", "changed", 2),
    )


def test_nothing_new_makes_no_block(store: Store) -> None:
    assert seal_block(store, APPROVER, at=AT) is None


def test_a_viewer_may_neither_seal_nor_verify(store: Store) -> None:
    with pytest.raises(NotAllowed):
        verify_ledger(store, VIEWER)
    with pytest.raises(NotAllowed):
        seal_block(store, VIEWER, at=AT)


def test_with_another_key_nothing_is_written_or_sealed(store: Store, tmp_path: Path) -> None:
    own, store.signing_key = store.signing_key, tmp_path / "other"
    made_key(store.signing_key)

    with pytest.raises(InvalidState) as refusal:
        submit_application(store, ANALYST, a_submission(), key="other", at=AT)

    store.signing_key = own
    assert refusal.value.reason == "ledger_key_other"


def test_the_key_is_its_owners_only(store: Store) -> None:
    path = signing_key(store)

    assert path.stat().st_mode & 0o777 == 0o600


def test_a_store_without_a_key_is_not_sealed(tmp_path: Path) -> None:
    copy = a_book(tmp_path / "book.duckdb")

    with pytest.raises(InvalidState) as refusal:
        seal_block(copy, APPROVER, at=AT)

    assert refusal.value.reason == "ledger_not_kept"


def test_a_closed_day_is_sealed_and_columns_that_come_later_are_sealed_with_it(
    tmp_path: Path,
) -> None:
    store = a_book(tmp_path / "book.duckdb")
    store.signing_key = tmp_path / "ledger-key"
    submit_application(store, ANALYST, a_submission(), key="first", at=AT)
    close_through(store, ANALYST, OPEN_ON, at=AT)
    widen(store, "customer", "later")
    close_through(store, ANALYST, OPEN_ON + timedelta(days=1), at=AT)

    whole = verify_ledger(store, ANALYST)
    put(store, "customer", rows_of(store, "customer").with_columns(later=pl.lit("forged")))
    forged = verify_ledger(store, ANALYST)

    assert (whole.blocks, whole.findings) == (2, ())
    assert [(one.table, one.row_key, one.kind) for one in forged.findings] == [
        ("customer", "1", "changed")
    ]


def test_what_was_done_on_the_open_day_is_found_and_not_sealed(store: Store) -> None:
    submit_application(store, ANALYST, a_submission(), key="third", at=AT)
    submit_application(store, ANALYST, a_submission(), key="fourth", at=AT)
    tables = ("application", "decision", "assessment", "event", "ledger_written_row")
    before = {table: rows_of(store, table) for table in tables}
    last = {table: rows[-2:] for table, rows in before.items()}
    slipped_in = last["event"][:1].with_columns(event_id=pl.lit(999, pl.Int64))
    done = {
        "application": last["application"].with_columns(pl.col("amount_asked_fen") + 1),
        "decision": last["decision"][1:],
        "assessment": last["assessment"].reverse(),
        "event": pl.concat([slipped_in, last["event"]]),
        "ledger_written_row": last["ledger_written_row"].with_columns(row_key=pl.lit("other")),
    }
    mend(store, {table: pl.concat([before[table][:-2], rows]) for table, rows in done.items()})

    found = verify_ledger(store, ANALYST)
    with pytest.raises(InvalidState) as refusal:
        seal_block(store, APPROVER, at=AT)

    mend(store, before)
    third, fourth = (str(number) for number in last["application"]["application_id"])
    assert set(found.findings) == {
        Finding("application", third, "changed"),
        Finding("application", fourth, "changed"),
        Finding("decision", third, "deleted"),
        Finding("assessment", third, "moved"),
        Finding("event", "999", "inserted"),
    } | {one for one in found.findings if one.table == "ledger_written_row"}
    assert {one.kind for one in found.findings if one.table == "ledger_written_row"} == {"changed"}
    assert refusal.value.facts == {"table": "application"}
    assert seal_block(store, APPROVER, at=AT) == found.blocks + 1


def test_a_record_of_the_open_day_that_is_gone_is_missed_and_its_rows_are_not_blamed(
    store: Store,
) -> None:
    submit_application(store, ANALYST, a_submission(), key="fifth", at=AT)
    before = rows_of(store, "ledger_written")
    put(store, "ledger_written", before[:-1])

    found = verify_ledger(store, ANALYST)

    put(store, "ledger_written", before)
    number = str(before["number"][-1])
    assert found.findings == (Finding("ledger_written", number, "deleted"),)


def test_rows_that_a_migration_brings_are_recorded(store: Store) -> None:
    brought = pl.DataFrame({"customer_id": [1], "stopped_on": [OPEN_ON]})
    put(store, "simulated_stop", brought)
    store.migrated["simulated_stop"] = 1

    record_migrated(store)

    assert verify_ledger(store, ANALYST).findings == ()


_OF_FIRST: dict[str, Callable[[pl.Series], pl.Expr]] = {
    **dict.fromkeys(("ledger_block", "ledger_head"), lambda _: pl.col("block_number") == 1),
    **dict.fromkeys(
        ("ledger_segment", "ledger_row", "ledger_commitment"),
        lambda of_first: pl.col("segment_id").is_in(of_first),
    ),
    **dict.fromkeys(
        ("ledger_salt", "ledger_written", "ledger_written_row"), lambda _: pl.lit(value=True)
    ),
}
