"""Nobody's name or number stands in plain where no right leads to it: searched for in the bytes of
the file, of tables, logs, exports, and of what a browser gets."""

import logging
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from lending_core.operations.collections import QueueFilter, queue
from lending_core.operations.complaints import CustomerComplaint, complain
from lending_core.operations.data_requests import erasure_preview
from lending_core.operations.listing import Order
from lending_core.operations.reports import ApplicationFilter, all_applications
from lending_core.operations.unmasking import Wish, unmask
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, APPROVER, AT, ID_NUMBER, MAKER, a_book
from tests.operations.late import late, try_once
from tests.pages.conftest import OpenConsole

NAME, PHONE, BIRTHDAY = "王小明", "13800101001", "1990-01-01"
WRITTEN = "欧阳无双 spoke for him"
SEEDS = (NAME, ID_NUMBER, PHONE, BIRTHDAY, WRITTEN)
CUSTOMER = "pages/book/customer.py"
APPLICATION = "pages/origination/application.py"
CASE = "pages/book/collection_case.py"
# What looks like an ID number or a mobile number, wherever it stands.
NUMBERS = r"(^|[^0-9A-Za-z+/])([1-9][0-9]{16}[0-9X]|1[3-9][0-9]{9})([^0-9A-Za-z+/]|$)"


def written_about(store: Store) -> None:
    """The late borrower, of whom staff wrote what somebody said."""
    late(store)
    try_once(store, note=WRITTEN)
    complain(store, MAKER, CustomerComplaint(1, "tone", WRITTEN), key="said", at=AT)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "seeded.duckdb"
    a_book(path, written_about).close()
    return path


def found_in(text: str | bytes) -> list[str]:
    """The seeds that stand in a text."""
    return [seed for seed in SEEDS if (seed if isinstance(text, str) else seed.encode()) in text]


def columns_of_text(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return connection.execute(
        "select table_name, column_name from duckdb_columns() where data_type like 'VARCHAR%' "
        "and not internal and table_name in (select table_name from duckdb_tables())"
    ).fetchall()


def payload(console: AppTest) -> bytes:
    """Everything that was sent to the browser: each element and table as it goes over the wire."""
    protos = [getattr(node, "proto", None) for node in console._tree]
    return b"\n".join(proto.SerializeToString() for proto in protos if proto is not None)


def test_the_seeds_are_in_the_book_for_who_may_see_them(database: Path) -> None:
    plain = unmask(open_store(database), MAKER, Wish(1, "complaint"), at=AT)

    assert (plain.name, plain.id_number, plain.phone, plain.birth_on) == SEEDS[:4]


def test_no_seed_is_in_the_file_nor_beside_it(database: Path) -> None:
    store = open_store(database)
    unmask(store, MAKER, Wish(1, "complaint"), at=AT)

    beside = [path for path in database.parent.rglob("*") if path.is_file()]

    assert database in beside
    assert [found_in(path.read_bytes()) for path in beside] == [[]] * len(beside)


def test_no_seed_is_in_any_row_of_any_table(database: Path) -> None:
    """The file is compressed: what its bytes hide would show here."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = sorted({table for table, _ in columns_of_text(connection)})
        rows = [str(connection.execute(f'select * from "{table}"').fetchall()) for table in tables]

    assert "customer" in tables
    assert found_in("\n".join(rows)) == []


def test_nothing_in_a_simulated_book_looks_like_a_number_of_a_person(simulated_book: Path) -> None:
    with duckdb.connect(str(simulated_book), read_only=True) as connection:
        texts = columns_of_text(connection)
        counts = {
            f"{table}.{column}": connection.execute(
                f'select count(*) from "{table}" '
                f"where regexp_matches(cast(\"{column}\" as varchar), '{NUMBERS}')"
            ).fetchone()
            for table, column in texts
        }

    assert "customer.id_number" in counts
    assert {name: found for name, found in counts.items() if found != (0,)} == {}


def test_no_seed_is_logged_or_printed(
    database: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        store = open_store(database)
        unmask(store, MAKER, Wish(1, "complaint"), at=AT)
        erasure_preview(store, APPROVER, 1)

    assert found_in("".join([caplog.text, *capfd.readouterr()])) == []


@pytest.mark.parametrize("who", [ANALYST, MAKER], ids=lambda who: who.user_name)
def test_no_seed_is_in_an_export(database: Path, who: object) -> None:
    store = open_store(database)
    listed = [
        *all_applications(store, who, ApplicationFilter(), Order("application_id")),  # type: ignore[arg-type]
        queue(store, who, QueueFilter(), at=AT).rows,  # type: ignore[arg-type]
    ]

    texts = [str(frame.rows()) for frame in listed if frame.height]

    assert [NAME[0] in text for text in texts] == [True] * len(texts)
    assert [found_in(text) for text in texts] == [[]] * len(texts)


@pytest.mark.parametrize(
    ("user_name", "page", "number", "may_see"),
    [
        ("viewer", APPLICATION, "application_id", []),
        ("analyst", CASE, "case_id", []),
        # Who handles personal data reads what staff wrote; names and numbers nobody reads.
        ("risk_maker", CUSTOMER, "customer_id", [WRITTEN]),
    ],
)
def test_no_seed_is_sent_to_a_browser_before_somebody_says_why(
    open_console: OpenConsole,
    database: Path,
    *,
    user_name: str,
    page: str,
    number: str,
    may_see: list[str],
) -> None:
    console = open_console(database, user_name=user_name, page=page, **{number: "1"})

    sent = payload(console)
    assert "王".encode() in sent
    assert found_in(sent) == may_see
