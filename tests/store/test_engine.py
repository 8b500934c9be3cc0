"""The store: all or nothing, one writer, a file that tells nothing without its key."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from lending_core.errors import InvalidState
from lending_core.store.engine import Store, open_store
from lending_core.store.kept import KEPT_MAX

BUCKETS = pl.DataFrame(
    {"bucket": ["C", "M1"], "position": [0, 1], "days_past_due_from": [0, 1]},
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "book.duckdb")


def count_buckets(store: Store) -> int:
    return store.read_sql("select count(*) as n from bucket")["n"][0]


def append_then_fail(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.append("bucket", BUCKETS)
        raise RuntimeError


def append_the_same_twice(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.append("bucket", BUCKETS.head(1))
        transaction.append("bucket", BUCKETS.head(1))


def test_a_transaction_keeps_all_its_rows(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.append("bucket", BUCKETS)

    assert count_buckets(store) == 2


def test_an_exception_leaves_no_trace(store: Store) -> None:
    with pytest.raises(RuntimeError):
        append_then_fail(store)

    assert count_buckets(store) == 0


def test_a_broken_constraint_leaves_no_trace_and_the_next_transaction_works(store: Store) -> None:
    with pytest.raises(duckdb.ConstraintException):
        append_the_same_twice(store)

    with store.transaction() as transaction:
        transaction.append("bucket", BUCKETS.tail(1))

    assert count_buckets(store) == 1


def test_numbers_go_on_from_the_highest(store: Store) -> None:
    with store.transaction() as transaction:
        first = transaction.next_id("bucket", "position")
        transaction.append("bucket", BUCKETS)
        second = transaction.next_id("bucket", "position")

    assert (first, second) == (1, 2)


def test_a_statement_reads_given_frames(store: Store) -> None:
    asked = pl.DataFrame({"limit_fen": [100, 250]})

    answer = store.evaluate("select sum(limit_fen) as total from asked", asked=asked)

    assert answer["total"].to_list() == [350]


def test_no_statement_reads_files(store: Store) -> None:
    with pytest.raises(duckdb.Error):
        store.read_sql("select * from read_csv('/etc/passwd')")


def test_no_statement_changes_the_settings(store: Store) -> None:
    with pytest.raises(duckdb.Error):
        store.read_sql("set enable_external_access = true")


def test_a_second_opening_keeps_the_rows_and_applies_nothing_twice(tmp_path: Path) -> None:
    first = open_store(tmp_path / "book.duckdb")
    with first.transaction() as transaction:
        transaction.append("bucket", BUCKETS)
    first.close()

    second = open_store(tmp_path / "book.duckdb")

    assert count_buckets(second) == 2


def test_an_encrypted_file_holds_no_plain_text(tmp_path: Path) -> None:
    store = open_store(tmp_path / "book.duckdb", key="a key with a ' quote")
    with store.transaction() as transaction:
        transaction.append(
            "bucket", BUCKETS.with_columns(bucket=pl.lit("SEEDED") + pl.col("bucket"))
        )
    store.close()

    written = b"".join(path.read_bytes() for path in tmp_path.glob("book.duckdb*"))

    assert b"SEEDED" not in written


def test_the_wrong_key_is_refused(tmp_path: Path) -> None:
    open_store(tmp_path / "book.duckdb", key="right").close()

    with pytest.raises(InvalidState) as refusal:
        open_store(tmp_path / "book.duckdb", key="wrong")

    assert refusal.value.reason == "database_key"


def test_why_a_file_does_not_open_is_not_taken_from_its_name(tmp_path: Path) -> None:
    path = tmp_path / "blocks" / "keys.duckdb"
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1_000)

    with pytest.raises(InvalidState) as refusal:
        open_store(path)

    assert refusal.value.reason == "database_unreadable"


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "book.duckdb").write_text("this is a letter, not a database, and a long one" * 200)

    with pytest.raises(InvalidState) as refusal:
        open_store(tmp_path / "book.duckdb")

    assert refusal.value.reason == "database_unreadable"


@pytest.mark.parametrize("key", [None, "correct horse"])
def test_a_copy_holds_what_was_committed_and_opens_with_the_same_key(
    tmp_path: Path, key: str | None
) -> None:
    store = open_store(tmp_path / "book.duckdb", key=key)
    with store.transaction() as transaction:
        transaction.append("bucket", BUCKETS)

    store.copy_to(tmp_path / "copy.duckdb")

    copy = open_store(tmp_path / "copy.duckdb", key=key, is_scratch=True)
    assert count_buckets(copy) == 2


def test_what_is_written_to_a_copy_stays_in_the_copy(store: Store, tmp_path: Path) -> None:
    store.copy_to(tmp_path / "copy.duckdb")
    copy = open_store(tmp_path / "copy.duckdb", is_scratch=True)

    with copy.transaction() as transaction:
        transaction.append("bucket", BUCKETS)

    assert (count_buckets(copy), count_buckets(store)) == (2, 0)


def test_a_copied_database_is_still_held_against_other_processes(
    store: Store, tmp_path: Path
) -> None:
    store.copy_to(tmp_path / "copy.duckdb")

    other = f"import duckdb; duckdb.connect({str(store.path())!r})"
    opened = subprocess.run([sys.executable, "-c", other], capture_output=True, check=False)

    assert b"lock" in opened.stderr


def test_a_copy_that_finds_no_room_says_so(store: Store, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file or directory"):
        store.copy_to(tmp_path / "nowhere" / "copy.duckdb")


def test_a_kept_answer_is_made_once_per_key_and_not_in_the_file(store: Store) -> None:
    with store.kept("one", "select 1 as n") as first, store.kept("one", "select 2 as n") as again:
        held = store.read_sql(f"select n from {first}")["n"].to_list()

    tables = store.read_sql("select table_name from duckdb_tables() where database_name = 'book'")
    assert first == again
    assert held == [1]
    assert not tables["table_name"].str.starts_with("kept_").any()


def test_computed_rows_are_kept_as_well_and_computed_once(store: Store) -> None:
    computed: list[pl.DataFrame] = []

    def compute() -> pl.DataFrame:
        computed.append(pl.DataFrame({"n": [7]}))
        return computed[-1]

    with store.kept("two", compute) as first, store.kept("two", compute) as again:
        held = store.read_sql(f"select n from {first}")["n"].to_list()

    assert (first, held, len(computed)) == (again, [7], 1)


def test_the_longest_unused_answer_makes_room_and_one_in_use_stays(store: Store) -> None:
    with store.kept("used", "select 0 as n") as used:
        names = [hold(store, number) for number in range(KEPT_MAX)]

        still = store.read_sql("select table_name from duckdb_tables()")["table_name"].to_list()
        held = store.read_sql(f"select n from {used}")["n"].to_list()

    kept = {f"memory.main.{name}" for name in still if name.startswith("kept_")}
    assert held == [0]
    assert kept == {used, *names[1:]}


def hold(store: Store, number: int) -> str:
    with store.kept(f"number {number}", f"select {number} as n") as name:
        return name


def opened_up(store: Store, table: str) -> tuple[str, ...]:
    with store.transaction() as transaction:
        return transaction.open_up(table)


def fill_months(store: Store, standing: str, checks: tuple[str, ...]) -> None:
    on = {"disbursed_on": "2026-10-01", "month_end_on": "2026-10-31"}
    row = {"loan_id": 1, **on, "months_on_book": 0, "standing": standing}
    entered = dict.fromkeys(("entered_30", "entered_90", "entered_default"), False)
    with store.transaction() as transaction:
        transaction.append("loan_month", pl.DataFrame([{**row, **entered}]))
        transaction.check("loan_month", checks)


def fill_loans(store: Store, *numbers: int) -> None:
    loan = {"reference": "T1", "disbursed_on": "2026-10-01"}
    with store.transaction() as transaction:
        loans = pl.DataFrame([{"loan_id": number, **loan} for number in numbers])
        transaction.append("tape_loan", loans)
        transaction.make_key("tape_loan", "loan_id")


def test_a_table_filled_without_its_checks_is_held_against_them_at_the_end(store: Store) -> None:
    checks = opened_up(store, "loan_month")
    fill_months(store, "open", checks)

    with pytest.raises(duckdb.ConstraintException, match="standing"):
        fill_months(store, "forgotten", checks)

    assert store.read_sql("select standing from loan_month")["standing"].to_list() == ["open"]


def test_a_key_that_is_made_at_the_end_finds_what_came_twice(store: Store) -> None:
    opened_up(store, "tape_loan")

    with pytest.raises(duckdb.Error, match="duplicate key"):
        fill_loans(store, 1, 2, 1)
    fill_loans(store, 1, 2)

    assert store.read_sql("select loan_id from tape_loan")["loan_id"].to_list() == [1, 2]


def test_a_long_frame_is_written_in_its_order_however_many_threads_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LENDING_THREADS", "2")
    store = open_store(tmp_path / "book.duckdb")
    numbers = pl.DataFrame({"n": pl.int_range(300_000, eager=True)})

    with store.transaction() as transaction:
        transaction.stage("numbers", "select cast(0 as bigint) as n limit 0")
        transaction.append("numbers", numbers)
        written = transaction.evaluate("select n from numbers")

    assert store.read_sql("select current_setting('threads') as n").item() == 2
    assert written.equals(numbers)


def start_book(store: Store, *, then_fail: bool = False) -> None:
    day = date(2026, 10, 31)
    book = {
        "name": "Small book",
        "is_simulated": True,
        "seed": 1,
        "currency": "CNY",
        "first_business_on": day,
        "business_on": day,
    }
    with store.transaction() as transaction:
        transaction.append("book", pl.DataFrame([book]))
        if then_fail:
            raise RuntimeError


def test_what_is_remembered_is_read_again_after_a_write_and_only_then(store: Store) -> None:
    before = [store.remembered("book") for _ in range(2)]

    start_book(store)

    assert before[0] is before[1]
    assert before[0].is_empty()
    assert store.remembered("book")["name"].to_list() == ["Small book"]


def test_what_was_taken_back_is_not_remembered(store: Store) -> None:
    with pytest.raises(RuntimeError):
        start_book(store, then_fail=True)

    assert store.remembered("book").is_empty()
