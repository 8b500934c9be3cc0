"""Reports on Spark, over the files of a lake, answer as the store does."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.errors import InvalidState
from lending_core.operations import overdue
from lending_core.operations.listing import Asked, Order
from lending_core.operations.overdue import LoansAt
from lending_core.operations.reports import BookFilter
from lending_core.store import lake
from lending_core.store.engine import Store
from lending_core.store.lake_check import differences_counted
from lending_core.store.spark import SparkReports
from tests.store import spark_server

MISSING = spark_server.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)


def test_the_loans_behind_a_figure_are_paged_alike(spark_book: Store, spark: SparkReports) -> None:
    open_loans = LoansAt(BookFilter(), date(2026, 10, 31))
    page = Asked(Order("principal_fen"), rows_from=10, rows_max=20)
    expected = overdue.loans_of(spark_book, SYSTEM, open_loans, page)

    spark_book.engine = spark
    found = overdue.loans_of(spark_book, SYSTEM, open_loans, page)
    is_answered = spark_book.is_answered()
    spark_book.engine = None

    assert is_answered
    assert found.height == 20
    assert found.equals(expected)


def test_text_in_a_parameter_is_a_value_and_nothing_else(spark: SparkReports) -> None:
    part = BookFilter(product_codes=("') or 1 = 1 --",)).parameters()

    assert spark.read("bucket_by_month", **part).is_empty()


def test_a_session_that_the_server_closed_is_opened_again(spark: SparkReports) -> None:
    before = spark.read("month_end")
    assert spark._session is not None
    spark._session.client.release_session()

    assert spark.read("month_end").equals(before)


def test_a_lost_server_is_refused_in_a_sentence_and_the_store_answers_on(
    spark_book: Store, spark_lake: tuple[Path, str]
) -> None:
    lost = SparkReports(f"sc://127.0.0.1:{spark_server.free_port()}", *spark_lake)
    spark_book.engine = lost

    with pytest.raises(InvalidState) as refusal:
        overdue.month_ends(spark_book, SYSTEM)
    is_answered = spark_book.is_answered()
    spark_book.engine = None

    assert refusal.value.reason == "spark_lost"
    assert not is_answered
    assert "does not answer" in refusal.value.text("en")
    assert overdue.month_ends(spark_book, SYSTEM)[-1] == date(2026, 10, 31)


def test_what_is_written_rests_on_the_book_and_not_on_a_copy(
    spark_book: Store, tmp_path: Path
) -> None:
    spark_book.engine = SparkReports("sc://127.0.0.1:1", tmp_path, "no such book")

    with spark_book.transaction() as transaction:
        months = transaction.reports.read("month_end")
    with pytest.raises(InvalidState) as refusal:
        spark_book.reports.read("month_end")
    spark_book.engine = None

    assert months["month_end_on"][-1] == date(2026, 10, 31)
    assert refusal.value.reason == "lake_missing"


def test_rows_and_sums_of_every_file_are_counted_alike(
    spark_lake: tuple[Path, str], spark: SparkReports
) -> None:
    folder, name = spark_lake
    manifest = lake.exported(folder, name)
    tables = {name: manifest.tables[name] for name in ("loan", "loan_month", "tape_import")}

    found = differences_counted(replace(manifest, tables=tables), spark.totals, lambda *_: None)

    assert found == []


def test_a_file_that_is_not_as_the_manifest_says_is_refused_in_a_sentence(
    spark_lake: tuple[Path, str], spark: SparkReports, tmp_path: Path
) -> None:
    folder = shutil.copytree(spark_lake[0], tmp_path / "lake")
    lake.files_of(folder, lake.exported(folder, spark_lake[1]), "loan")[0].write_bytes(b"PAR1")
    other = SparkReports(spark._address, folder, spark_lake[1])

    with pytest.raises(InvalidState, match="is not what the manifest says: bytes 4"):
        other.read_sql("select loan_id from loan")
    other.close()
