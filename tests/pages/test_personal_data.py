"""Nobody's name or number stands in plain where no right leads to it: searched for in the bytes of
the file, of tables, logs, exports, and of what a browser gets."""

import logging
import re
from pathlib import Path

import duckdb
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from lending_core.access.permissions import Actor, Role
from lending_core.operations.collections import QueueFilter, queue
from lending_core.operations.complaints import CustomerComplaint, complain
from lending_core.operations.compliance_answers import Attestation, attest
from lending_core.operations.compliance_reports import attestations_of_rule
from lending_core.operations.data_requests import erasure_preview
from lending_core.operations.listing import Order
from lending_core.operations.loan_events import LoanEvent, events_of_loan, record
from lending_core.operations.loan_triggers import TriggerOrder, record_trigger, triggers
from lending_core.operations.own_funding import all_own_loans
from lending_core.operations.reports import ApplicationFilter, all_applications
from lending_core.operations.unmasking import Wish, unmask
from lending_core.operations.warning_reports import alert_history
from lending_core.store.engine import Store, open_store
from lending_core.store.vault import sealed_tables
from tests.builders import ANALYST, APPROVER, AT, ID_NUMBER, MAKER, a_book
from tests.operations.late import OPEN_ON, late, try_once
from tests.pages.conftest import OpenConsole

NAME, PHONE, BIRTHDAY = "王小明", "13800101001", "1990-01-01"
WRITTEN = "欧阳无双 spoke for him"
SEEDS = (NAME, ID_NUMBER, PHONE, BIRTHDAY, WRITTEN)
# Why somebody settled an alert.
SETTLED = {
    **{"position": 1, "alert_id": 1, "kind": "resolved", "status": "resolved", "severity": "act"},
    **{"strength": 1.0, "facts": "{}", "reason": WRITTEN, "changed_by": "risk_maker"},
    **{"business_on": OPEN_ON, "recorded_at": AT.replace(tzinfo=None)},
}
# Columns of words that are nobody's own: of the product, of contracts and of imported files.
NOT_WRITTEN = {
    "agency_recall.reason": "a code of `RECALL_REASONS`",
    "account_password.user_name": "an account",
    "account_step.user_name": "an account",
    "personal_access.user_name": "an account",
    "sign_in.user_name": "an account",
    "user_account.user_name": "a role of the demonstration",
    "ledger_block.text": "hashes",
    "ledger_head.text": "hashes",
    "ledger_key.text": "public keys",
    "ledger_segment.text": "hashes",
    "ledger_witness.text": "hashes",
    "book.name": "the name of a file",
    "compliance_finding.detail": "a figure or a word of the product's lists",
    "compliance_finding.check_name": "a check of the register",
    "data_request.reason": "a code of `proofs`",
    "decision.reasons": "rules of the policy",
    "erased_item.reason": "a code of `erasing`",
    "funder_version.name_en": "a lender's name",
    "funder_version.name_zh": "a lender's name",
    "funding_left.reason": "a code of the matching",
    "guarantee_call.reason": "a code of the guarantee",
    "ledger_segment.table_name": "a table",
    "ledger_written.text": "hashes",
    "ledger_written_row.table_name": "a table",
    "limit_change.reason": "a code of the policy's life",
    "line_change.reason": "a code of `REASONS`",
    "line_proposal_answer.reason": "a code of `DECLINE_REASONS`",
    "migration.name": "a migration",
    "personal_access.reason": "a code of the list of reasons",
    "provision_loan.class_reason": "a rule of classes",
    "provision_loan.stage_reason": "a rule of stages",
    "review.reason": "a code of the list of reasons",
    "review_confirmation.reason": "a code of the list of reasons",
    "tape_import.file_name": "the name of a file",
    "tape_reject.reason": "a code of the checks of a tape",
}
WORDS = r"(^|_)(reasons?|note|words|statement|detail|comment|text|name(_en|_zh)?)$"
CUSTOMER = "pages/book/customer.py"
APPLICATION = "pages/origination/application.py"
CASE = "pages/book/collection_case.py"
OWN_LOANS = "pages/funding/own_loans.py"
LENDER = Actor("funder", Role.FUNDER, "binhai_bank")
# What looks like an ID number or a mobile number, wherever it stands.
NUMBERS = r"(^|[^0-9A-Za-z+/])([1-9][0-9]{16}[0-9X]|1[3-9][0-9]{9})([^0-9A-Za-z+/]|$)"


def written_about(store: Store) -> None:
    """The late borrower, of whom staff wrote what somebody said."""
    late(store)
    try_once(store, note=WRITTEN)
    complain(store, MAKER, CustomerComplaint(1, "tone", WRITTEN), key="said", at=AT)
    record_trigger(store, MAKER, TriggerOrder(1, "fraud", WRITTEN), at=AT)
    fee = LoanEvent(1, "fee", OPEN_ON, amount_fen=1, reason=WRITTEN)
    record(store, MAKER, fee, key="fee", at=AT)
    attest(store, APPROVER, Attestation("MK-03", f"he rang from {PHONE}"), at=AT)
    with store.transaction() as transaction:
        transaction.append("alert_step", pl.DataFrame([SETTLED]))


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


def test_whatever_staff_write_in_their_own_words_is_encrypted(simulated_book: Path) -> None:
    """Walks the schema: a new column of words is either encrypted or says here why it need not."""
    with duckdb.connect(str(simulated_book), read_only=True) as connection:
        texts = columns_of_text(connection)

    words = {f"{table}.{column}" for table, column in texts if re.search(WORDS, column)}
    sealed = {f"{table}.{name}" for table, kept in sealed_tables().items() for name in kept.columns}

    assert "loan_event.reason" in words & sealed
    assert sorted(words - sealed - NOT_WRITTEN.keys()) == []
    assert sorted(NOT_WRITTEN.keys() - words) == []


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


def test_no_seed_is_in_what_a_lender_takes_along(database: Path) -> None:
    store = open_store(database)

    [rows] = [rows for rows in all_own_loans(store, LENDER, Order("loan_id")) if rows.height]

    assert rows["loan_id"].to_list() == [1]
    assert found_in(str(rows.rows())) == []


def test_what_staff_wrote_of_a_loan_is_read_by_who_handles_personal_data(database: Path) -> None:
    store = open_store(database)

    read = [
        (
            events_of_loan(store, who, 1)["reason"].to_list()[-1],
            triggers(store, who)["reason"].to_list(),
            alert_history(store, who, 1)["reason"].to_list(),
        )
        for who in (MAKER, ANALYST)
    ]

    assert read == [(WRITTEN, [WRITTEN], [WRITTEN]), (None, [None], [None])]


def test_numbers_in_words_about_the_house_are_masked_for_who_may_not_see_them(
    database: Path,
) -> None:
    store = open_store(database)

    said = [attestations_of_rule(store, who, "MK-03") for who in (APPROVER, ANALYST)]

    assert [rows["statement"].item() for rows in said] == [
        f"he rang from {PHONE}",
        "he rang from ***",
    ]


@pytest.mark.parametrize(
    ("user_name", "page", "number", "shown", "may_see"),
    [
        ("viewer", APPLICATION, "application_id", "王", []),
        ("analyst", CASE, "case_id", "王", []),
        ("funder", OWN_LOANS, "loan_id", "8,000.00", []),
        # Who handles personal data reads what staff wrote; names and numbers nobody reads.
        ("risk_maker", CUSTOMER, "customer_id", "王", [WRITTEN]),
    ],
)
def test_no_seed_is_sent_to_a_browser_before_somebody_says_why(
    open_console: OpenConsole,
    database: Path,
    *,
    user_name: str,
    page: str,
    number: str,
    shown: str,
    may_see: list[str],
) -> None:
    console = open_console(database, user_name=user_name, page=page, **{number: "1"})

    sent = payload(console)
    assert shown.encode() in sent
    assert found_in(sent) == may_see
