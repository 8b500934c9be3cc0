"""Collections on screen: the next case, what is allowed now, contacts, promises, holds, easings."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lending_core.operations.collection_cases import lock_of
from lending_core.operations.complaints import complaints_of
from lending_core.operations.promises import promise_states
from lending_core.store.engine import Store, open_store
from pages.ui import links, session
from tests.builders import AT, MAKER, a_book
from tests.operations.journeys import run_to
from tests.operations.late import CASE, OPEN_ON, THIRD, late, pay, try_once
from tests.pages.conftest import OpenConsole
from tests.pages.visits import opened, values

QUEUE = "pages/book/collections.py"
PAGE = "pages/book/collection_case.py"
TEAM = "pages/book/collection_team.py"
# Half past eleven in the evening where the borrower is.
NIGHT = datetime(2026, 11, 1, 15, 30, tzinfo=UTC)


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book whose one borrower is nine days late, at ten in the morning."""
    monkeypatch.setattr(session, "now", lambda: AT)
    path = tmp_path / "book.duckdb"
    a_book(path, late).close()
    return path


def paid_up(store: Store) -> None:
    """The borrower paid what was late on the day after: the case ended with it."""
    late(store)
    pay(store, 1_000_00)
    run_to(store, OPEN_ON)


def press(console: AppTest, key: str) -> AppTest:
    return console.button(key=key).click().run()


def buttons(console: AppTest) -> dict[str, bool]:
    """Key of each button of collections -> whether it may be pressed."""
    mine = [each for each in console.button if str(each.key).startswith("collection")]
    return {str(each.key): not each.disabled for each in mine}


def table(console: AppTest, column: str) -> list[object]:
    """The column of the first table that has it."""
    every = [*console.dataframe, *console.table]
    return next(each.value[column].to_list() for each in every if column in each.value)


def said(console: AppTest) -> str:
    """Every table of names and values on the page, as text."""
    return "\n".join(each.value.to_string() for each in console.table)


def happened(console: AppTest) -> list[tuple[object, object]]:
    """What the history says, newest first."""
    return list(zip(table(console, "case_entry"), table(console, "entry_detail"), strict=True))


def test_the_next_case_is_taken_and_a_promise_kept_with_two_clicks(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="collector", page=QUEUE)

    queued = values(console)
    listed = table(console, "case_why")
    press(console, "collections_next")
    taken = lock_of(session.store(), CASE, AT)
    opened(console, PAGE, case_id=str(CASE))
    whose = [badge.value for badge in console.markdown if "Yours until" in badge.value]
    press(console, "collection_outcome_promised")
    press(console, "collection_desk_confirm")

    assert [bug.value for bug in console.exception] == []
    assert queued["Open cases"] == "1"
    assert listed == ["60.0% comes in, not tried for 30 days"]
    assert taken is not None
    assert taken.locked_by == "collector"
    assert "until 10:30, borrower" in whose[0]
    assert console.success[0].value.startswith("Recorded: ")
    assert values(console)["Newest promise"] == "Open"
    assert promise_states(session.store())["promise_state"].to_list() == ["open"]
    assert ("Contact", "Call: Promised to pay") in happened(console)


def test_at_night_nobody_is_contacted_and_the_screen_says_until_when(
    open_console: OpenConsole, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "now", lambda: NIGHT)
    console = open_console(book, user_name="collector", page=QUEUE)

    is_open = buttons(console)["collections_next"]
    clock = [line.value for line in console.markdown if "quiet hours" in line.value]
    opened(console, PAGE, case_id=str(CASE))

    assert not is_open
    assert "23:30 where the borrowers are, quiet hours" in clock[0]
    assert not buttons(console)["collection_outcome_no_answer"]
    assert "(CO-01)" in console.warning[0].value
    assert "From 2026-12-11 08:00" in said(console)
    assert buttons(console)["collection_step_promise"]


def test_a_hold_shuts_every_way_until_it_is_lifted(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="risk_maker", page=PAGE, case_id=str(CASE))

    press(press(console, "collection_step_hold"), "collection_desk_confirm")
    placed, held = console.success[0].value, buttons(console)
    warned = console.warning[0].value
    press(press(console, "collection_case_lift"), "collection_desk_confirm")

    assert placed == "On hold: Dispute."
    assert warned.startswith("On hold until 2026-12-24")
    assert not held["collection_outcome_no_answer"]
    assert buttons(console)["collection_outcome_no_answer"]
    assert {what for what, _ in happened(console)} == {"Hold lifted", "Hold", "Case opened"}


def test_an_easing_is_granted_as_it_was_shown_or_shown_anew(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="risk_maker", page=PAGE, case_id=str(CASE))

    press(console, "collection_step_hardship")
    offered = table(console, "Easing")
    # Here a choice in a dialog closes it; in a browser it stays.
    console.session_state["collection_in_easing_en"] = 3
    console.run()
    would = table(console, "With it")
    pay(session.store(), 100_00)
    press(console, "collection_desk_confirm")
    refused, anew = console.error[0].value, table(console, "With it")
    press(console, "collection_desk_confirm")

    assert [bug.value for bug in console.exception] == []
    assert offered[3] == "Spread all that is owed over a new plan from today"
    assert would[0] == "0"
    assert refused.startswith("Loan 1 is not as it was when this was shown")
    assert anew != would
    assert "Granted to loan 1" in console.success[0].value
    assert happened(console)[0][0] == "Eased"
    assert values(console)["Days past due"] == "8"


def test_an_agency_is_refused_a_case_too_early_and_the_dialog_says_why(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="risk_maker", page=PAGE, case_id=str(CASE))

    press(console, "collection_step_agency")
    barred = [line.value for line in console.caption if "CO-0" in line.value]
    press(console, "collection_desk_confirm")

    assert [text[-8:] for text in barred] == ["(CO-08).", "(CO-09)."]
    assert console.error[0].value == "A case goes to an agency from 91 days past due on."
    assert console.button(key="collection_desk_confirm").label == "Confirm"


def test_somebody_else_is_called_once_the_borrower_is_lost_with_number_and_reason(
    open_console: OpenConsole, book: Path
) -> None:
    store = open_store(book)
    numbers = [try_once(store, at=AT), try_once(store, at=AT), try_once(store, at=AT)]
    store.close()
    console = open_console(book, user_name="collector", page=PAGE, case_id=str(CASE))

    console.button_group(key="collection_contact_way_1_en").set_value(3).run()
    console.text_input(key="collection_contact_number_1").set_value(THIRD)
    press(console, "collection_outcome_relayed")
    refused = console.error[0].value
    typed = console.text_input(key="collection_contact_number_1").value
    console.text_input(key="collection_contact_reason_1").set_value("Switched off for weeks")
    press(console, "collection_outcome_relayed")

    assert numbers == [1, 2, 3]
    assert refused == "Write a reason for this decision."
    assert typed == THIRD
    assert ("Contact", "Related person: Will pass it on") in happened(console)
    assert console.text_input(key="collection_contact_number_1").value == ""


def test_a_complaint_is_recorded_with_the_hold_that_it_asks_for(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(
        book, user_name="collector", page=PAGE, case_id=str(CASE), locale="zh-CN"
    )

    press(press(console, "collection_step_complaint"), "collection_desk_confirm")

    assert console.success[0].value.startswith("已记录投诉")
    assert {what for what, _ in happened(console)} == {"投诉", "停催", "立案"}


def test_who_only_looks_sees_masked_names_and_no_buttons(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="analyst", page=PAGE, case_id=str(CASE))

    assert buttons(console) == {}
    assert "*" in said(console)
    opened(console, TEAM)
    assert [bug.value for bug in console.exception] == []
    assert values(console)["Promises kept"] == "—"
    assert table(console, "agency")[0] == "Heyue Services"


def test_a_case_that_is_not_there_is_asked_for(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="collector", page=PAGE, case_id="404")

    assert console.error[0].value == "There is no case 404."
    assert buttons(console) == {"collection_case_next": True}


def test_who_paid_and_then_complains_is_heard_on_the_case_that_ended(
    open_console: OpenConsole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "now", lambda: AT)
    a_book(tmp_path / "paid.duckdb", paid_up).close()
    console = open_console(
        tmp_path / "paid.duckdb", user_name="collector", page="pages/book/customer.py"
    )

    opened(console, "pages/book/customer.py", customer_id="1")
    way = [link.label for link in console.page_link]
    opened(console, PAGE, case_id=str(CASE))
    possible, told = buttons(console), console.info[0].value
    press(press(console, "collection_step_complaint"), "collection_desk_confirm")

    assert [bug.value for bug in console.exception] == []
    assert "Collections case 1, ended" in way
    assert possible == {"collection_step_complaint": True}
    assert told.startswith("It ended on 2026-12-10: nothing of this customer was late")
    assert console.success[0].value.startswith("Recorded: a complaint")
    assert {"Complaint", "Case ended"} <= {what for what, _ in happened(console)}


def test_a_loan_and_its_customer_lead_to_the_case(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="collector", page="pages/book/loan.py", loan_id="1")

    of_loan = [link.label for link in console.page_link]
    opened(console, "pages/book/customer.py", customer_id="1")

    assert "Collections case 1" in of_loan
    assert "Collections case 1" in [link.label for link in console.page_link]


def test_an_agencys_contact_is_held_against_the_rules_and_a_customer_complains(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="risk_maker", page=PAGE, case_id=str(CASE))

    console.button(key="collection_step_report").click().run()
    console.button(key="collection_desk_confirm").click().run()
    logged = happened(console)
    opened(console, links.CUSTOMER_PAGE, customer_id="1")
    console.button(key="complaint_open").click().run()
    console.button(key="complaint_confirm").click().run()

    assert not [bug.value for bug in console.exception]
    told = "Breach: the agency did not have the case. Heyue Services, Call: No answer"
    assert ("Agency contact", told) in logged
    assert console.success[0].value.startswith("Recorded: a complaint")
    assert complaints_of(session.store(), MAKER, 1)["case_id"].to_list() == [CASE]
