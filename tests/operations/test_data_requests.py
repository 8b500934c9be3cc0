"""A person gets all data held, or has erased what the law lets go; the ledger stays whole."""

import json
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from lending_core.errors import InvalidState
from lending_core.operations.consents import withdraw_consent
from lending_core.operations.customers import customer_page
from lending_core.operations.data_requests import (
    Request,
    erase_person,
    erased_items,
    erasure_preview,
    export_person,
)
from lending_core.operations.ledger_checks import verify_ledger
from lending_core.operations.lines import LineOrder, set_line_status
from lending_core.operations.retention import retention_preview, retention_runs, run_retention
from lending_core.operations.sealing import seal_block
from lending_core.operations.unmasking import Wish, unmask
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, APPROVER, AT, ID_NUMBER, a_book
from tests.operations.journeys import rows, submit
from tests.operations.late import late, try_once

DECLINED = {"is_court_listed": True}
ASKED = Request(1, "in_person")
FIVE_YEARS_ON = pl.DataFrame({"name": ["simulated"], "business_on": [date(2032, 1, 1)]})


def declined(store: Store) -> None:
    """Somebody who applied and was declined: nothing goes on."""
    submit(store, **DECLINED)


def approved(store: Store) -> None:
    """Somebody with a line under which nothing was ever drawn."""
    submit(store)


def take_all_back(store: Store) -> None:
    """The consents that were given, all withdrawn."""
    for source in rows(store, "consent").filter(pl.col("is_granted"))["source"]:
        withdraw_consent(store, APPROVER, 1, source, at=AT)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = a_book(tmp_path / "book.duckdb", declined)
    opened.signing_key = tmp_path / "ledger-key"
    return opened


def test_a_copy_holds_everything_in_plain_and_is_kept_as_an_access(store: Store) -> None:
    copy = export_person(store, APPROVER, ASKED, at=AT)

    document = json.loads(copy.json)
    assert document["customer"][0]["id_number"] == ID_NUMBER
    assert {"application", "decision", "consent"} <= document.keys()
    assert rows(store, "personal_access")["reference"].to_list() == ["request 1"]


def test_who_never_borrowed_is_erased_whole_and_the_ledger_stays_whole(store: Store) -> None:
    seal_block(store, APPROVER, at=AT)

    gone = erase_person(store, APPROVER, ASKED, at=AT)

    assert [(each.item, each.is_erased) for each in gone] == [
        *(("identity", True), ("traces", True)),
        ("words", True),
    ]
    assert customer_page(store, ANALYST, 1)["name"] == "***"
    assert rows(store, "customer")["id_number"].to_list() == [None]
    left = store.read_sql("select customer_id from customer_key")["customer_id"].to_list()
    assert left == [0]
    assert rows(store, "application_trace")["phone_fingerprint"].to_list() == [None]
    assert verify_ledger(store, ANALYST).findings == ()
    with pytest.raises(InvalidState):
        erase_person(store, APPROVER, ASKED, at=AT)


def test_a_copy_of_the_rows_opens_no_more_once_the_key_is_gone(store: Store) -> None:
    kept = store.read_sql("select id_number from customer")

    erase_person(store, APPROVER, ASKED, at=AT)

    assert store.opened(kept)["id_number"].to_list() == [None]


def test_whoever_comes_back_is_a_new_customer(store: Store) -> None:
    erase_person(store, APPROVER, ASKED, at=AT)

    submit(store, "again")

    assert rows(store, "customer")["id_number"].to_list() == [None, ID_NUMBER]


def test_while_a_loan_goes_on_nothing_is_erased(tmp_path: Path) -> None:
    store = a_book(tmp_path / "late.duckdb", late)

    kept = erasure_preview(store, APPROVER, 1)

    assert {each.reason for each in kept} == {"relation_goes_on"}
    with pytest.raises(InvalidState) as refusal:
        erase_person(store, APPROVER, ASKED, at=AT)
    assert refusal.value.reason == "erasure_too_early"


def test_a_limit_that_was_never_used_is_closed_with_the_erasure(tmp_path: Path) -> None:
    store = a_book(tmp_path / "approved.duckdb", approved)

    gone = erase_person(store, APPROVER, ASKED, at=AT)

    assert [(each.item, each.reason) for each in gone] == [
        ("identity", "no_purpose"),
        ("lines", "line_unused"),
        ("traces", "no_purpose"),
        ("words", "no_purpose"),
    ]
    [closed] = rows(store, "line_change").to_dicts()
    assert (closed["status"], closed["reason"]) == ("frozen", "erasure")
    with pytest.raises(InvalidState) as refusal:
        set_line_status(store, APPROVER, LineOrder(1, "active", "customer_request"), at=AT)
    assert refusal.value.reason == "line_erased"


def test_of_who_paid_back_the_law_keeps_identity_and_transactions(
    simulated_book: Path, tmp_path: Path
) -> None:
    store = open_store(Path(shutil.copy(simulated_book, tmp_path / "book.duckdb")))
    standing = store.read("person_standing", customer_id=None)
    is_over = (pl.col("loans") > 0) & (pl.col("open_loans") == 0) & (pl.col("active_lines") == 1)
    paid_back = standing.filter(is_over).row(0, named=True)
    customer_id = paid_back["customer_id"]

    erase_person(store, APPROVER, Request(customer_id, "in_person"), at=AT)

    found = erased_items(store, ANALYST, customer_id).rows_by_key("item", unique=True, named=True)
    ended_on = paid_back["last_paid_on"]
    until_on = date(ended_on.year + 10, ended_on.month, min(ended_on.day, 28))
    kinds = ("identity", "traces", "lines")
    assert [found[kind]["is_erased"] for kind in kinds] == [False, True, True]
    assert found["identity"]["kept_until_on"].replace(day=until_on.day) == until_on
    assert customer_page(store, ANALYST, customer_id)["name"] != "***"


def test_rejected_applicants_go_after_half_a_year(simulated_book: Path, tmp_path: Path) -> None:
    store = open_store(Path(shutil.copy(simulated_book, tmp_path / "book.duckdb")))
    due = retention_preview(store, APPROVER).rows_by_key("retention_rule", unique=True, named=True)
    seen = []

    counts = run_retention(store, APPROVER, at=AT, progress=lambda *done: seen.append(done))

    assert counts["rejected"] == due["rejected"]["due"] > 0
    assert seen[-1][0] == seen[-1][1] == sum(counts.values())
    assert retention_preview(store, APPROVER)["due"].to_list() == [0] * 6
    assert retention_runs(store, APPROVER)["people"].sum() == sum(counts.values())


def test_consents_that_were_all_taken_back_end_the_purpose(store: Store) -> None:
    take_all_back(store)

    due = retention_preview(store, APPROVER).rows_by_key("retention_rule", unique=True, named=True)

    assert (due["withdrawn"]["due"], due["rejected"]["due"]) == (1, 0)


def test_words_tickets_and_late_payments_of_long_ago_are_emptied_and_the_ledger_stays_whole(
    tmp_path: Path,
) -> None:
    store = a_book(tmp_path / "late.duckdb", late)
    store.signing_key = tmp_path / "ledger-key"
    try_once(store, note="his wife rang")
    unmask(store, APPROVER, Wish(1, "complaint", "C-17"), at=AT)
    seal_block(store, APPROVER, at=AT)
    now = retention_preview(store, APPROVER)

    with store.transaction() as transaction:
        transaction.overwrite("book", "name", FIVE_YEARS_ON)
    due = retention_preview(store, APPROVER)
    counts = run_retention(store, APPROVER, at=AT)

    assert now["due"].to_list() == [0] * 6
    assert due["due"].to_list() == [0, 0, 0, 1, 1, 1]
    assert [counts[each] for each in ("collection_words", "access_log", "adverse")] == [1, 1, 1]
    assert rows(store, "contact_attempt")["note"].to_list() == [None]
    assert rows(store, "personal_access")["reference"].to_list() == [None]
    assert rows(store, "application_feature")["worst_status_24m"].to_list() == [None]
    assert verify_ledger(store, ANALYST).findings == ()
