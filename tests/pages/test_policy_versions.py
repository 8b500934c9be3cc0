"""Versions of the limit policy on the screen: read by all, answered by a second person, watched."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lending_core.operations.deciding import policy_in_force
from lending_core.operations.policy_guard import check_guard
from lending_core.operations.policy_trial import TrialOrder, start_trial
from lending_core.policy.document import opening_policy
from lending_core.store.engine import Store
from pages.ui import session
from tests.builders import ANALYST, APPROVER, AT, a_book
from tests.operations.decided import Past, remember
from tests.operations.journeys import submit
from tests.operations.policies import approved, halved_policy, submitted
from tests.pages.conftest import OpenConsole
from tests.pages.visits import opened

PAGE = "pages/risk/policy_versions.py"


def one_waits(store: Store) -> None:
    """An application decided by version 1; version 2 waits."""
    submit(store)
    submitted(store, halved_policy())


def one_was_sent_back(store: Store) -> None:
    """The guard sent version 2 back; version 3 is on trial against version 1."""
    version = approved(store, opening_policy())
    remember(store, Past(version, 300, approved_percent=10))
    check_guard(store, ANALYST, at=AT)
    tried = submitted(store, halved_policy())
    start_trial(store, APPROVER, TrialOrder(tried, 2_500, "Do lower limits cost us?"), at=AT)
    remember(store, Past(1, 400, 40), Past(tried, 400, 55))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    database = tmp_path / "book.duckdb"
    a_book(database, one_waits).close()
    return database


def texts(console: AppTest) -> str:
    said = (*console.markdown, *console.subheader, *console.caption, *console.error)
    return "\n".join(each.value for each in said)


def cells(console: AppTest) -> str:
    return "\n".join(table.value.to_csv() for table in console.table)


def keys(console: AppTest) -> list[str]:
    return [str(button.key) for button in console.button]


def test_a_second_person_reads_the_evidence_and_approves_for_a_day(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="risk_approver", page=PAGE)
    read, table = texts(console), cells(console)

    console.button(key="policy_approve_2").click().run()
    console.button(key="policy_confirm_approve_2").click().run()
    refused = [error.value for error in console.error]
    console.button(key="policy_approve_2").click().run()
    console.text_area(key="policy_reason_approve_2").set_value("Losses fall, few are lost")
    console.button(key="policy_confirm_approve_2").click().run()

    assert [bug.value for bug in console.exception] == []
    assert "Version 2: Waiting" in read
    assert "All 1 applications up to 2026-10-31: 0 would have fared better, 1 worse." in read
    assert "As the ledger recorded it" in read
    assert "Limits granted" in table
    assert refused == ["Write a note of at most 500 characters: why?"]
    assert [done.value for done in console.success] == ["Version 2 is approved."]
    assert policy_in_force(session.store())[0] == 2
    assert "Losses fall, few are lost" in texts(opened(console, PAGE, policy_version="2"))


def test_its_author_may_take_it_back_and_nothing_else(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="risk_maker", page=PAGE)
    offered = [key for key in keys(console) if key.endswith("_2")]

    console.button(key="policy_withdraw_2").click().run()
    console.text_area(key="policy_reason_withdraw_2").set_value("A mistake")
    console.button(key="policy_confirm_withdraw_2").click().run()

    assert offered == ["policy_withdraw_2"]
    assert [done.value for done in console.success] == ["Version 2 is taken back."]


def test_what_the_guard_did_and_what_a_trial_found_stands_in_words(
    open_console: OpenConsole, tmp_path: Path
) -> None:
    database = tmp_path / "sent_back.duckdb"
    a_book(database, one_was_sent_back).close()
    console = open_console(database, user_name="risk_approver", page=PAGE, policy_version="2")
    read, table = texts(console), cells(console)

    console.button(key="policy_versions_end_trial").click().run()
    console.text_area(key="policy_trial_reason_1").set_value("Seen enough")
    console.button(key="policy_versions_end_trial_confirm").click().run()

    assert [bug.value for bug in console.exception] == []
    assert "The guard found version 2 out of its range: version 1 decides again" in read
    assert "30 of 300 applications were approved at once" in read
    assert "Higher on trial" in table
    assert "+15.0pp" in table
    assert "policy_reinstate_2" in keys(console)
    assert [done.value for done in console.success] == ["The trial has ended."]


def test_a_viewer_reads_in_chinese_and_answers_nothing(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="viewer", page=PAGE, locale="zh-CN", policy_version="1")

    assert [bug.value for bug in console.exception] == []
    assert "版本 1：生效中" in texts(console)
    assert [key for key in keys(console) if key.endswith(("_1", "_2"))] == []


def test_a_book_without_a_policy_says_what_to_do(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="lin", page=PAGE)

    assert [bug.value for bug in console.exception] == []
    assert console.info[0].value.startswith("This book has no policy yet.")
