"""The screen of early warning: what fires, who has it, what is done; Today leads with it."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lending_core.operations import warning_reports
from lending_core.operations.early_warning import run_rules
from lending_core.operations.warning_reports import Warned
from lending_core.store.engine import open_store
from pages.ui import alerts, links, session
from pages.ui.text import sentence
from tests.builders import AT, MAKER, VIEWER
from tests.operations.warned import fill_up
from tests.pages.conftest import OpenConsole

PAGE = "pages/risk/early_warning.py"
TODAY = "pages/overview/today.py"
EVIDENCE = "95.0% over {units} loans; the limit is 90.0%"


@pytest.fixture(scope="module")
def warned_once(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year of a simulated book, one of whose lenders has hardly any room left."""
    path = Path(shutil.copy(simulated_book, tmp_path_factory.mktemp("warned") / "book.duckdb"))
    store = open_store(path)
    fill_up(store, 0.95)
    run_rules(store, MAKER, at=AT)
    store.close()
    return path


@pytest.fixture
def warned_book(warned_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(warned_once, tmp_path / "book.duckdb"))


def full(database: Path) -> Warned:
    store = open_store(database)
    found = warning_reports.alerts(store, VIEWER)
    store.close()
    return next(each for each in found if each.segment == "binhai_bank")


def said(console: AppTest) -> str:
    return "\n".join(line.value for line in (*console.markdown, *console.caption))


def faults(console: AppTest) -> list[str]:
    return [fault.value for fault in (*console.exception, *console.error)]


def test_an_alert_is_taken_and_settled_with_a_reason(
    open_console: OpenConsole, warned_book: Path
) -> None:
    warned = full(warned_book)
    number = warned.alert_id

    console = open_console(warned_book, user_name="risk_maker", page=PAGE, alert=str(number))
    evidence = said(console)
    console.button(key=f"alert_own_{number}").click().run()
    taken = [note.value for note in console.success]
    console.button(key=f"alert_resolve_{number}").click().run()
    console.text_area(key=f"early_warning_reason_resolve_{number}").set_value("Quota agreed")
    console.button(key=f"early_warning_confirm_resolve_{number}").click().run()

    assert "Funder nearly out of room** · Binhai Internet Bank" in evidence
    assert EVIDENCE.format(units=warned.facts["units"]) in evidence
    assert taken == [f"Alert {number} is yours."]
    after = warning_reports.alert(session.store(), VIEWER, number)
    assert (after.status, after.owner) == ("resolved", "risk_maker")
    assert faults(console) == []


def test_a_viewer_sees_alerts_and_changes_nothing(
    open_console: OpenConsole, warned_book: Path
) -> None:
    number = full(warned_book).alert_id

    console = open_console(
        warned_book, user_name="viewer", page=PAGE, locale="zh-CN", alert=str(number)
    )

    assert console.title[0].value == sentence("early_warning.title", "zh")
    keys = [button.key for button in console.button]
    assert [key for key in keys if key and key.startswith(("alert_", "early_warning_"))] == []
    assert faults(console) == []


def test_a_book_without_a_run_says_so_and_runs_the_rules_at_a_click(
    open_console: OpenConsole, late_book: Path
) -> None:
    store = open_store(late_book)
    with store.transaction() as transaction:
        transaction.clear("warning_run")
        transaction.clear("warning_reading")
    store.close()

    console = open_console(late_book, user_name="risk_maker", page=PAGE)
    empty = [box.value for box in console.info]
    console.button(key="early_warning_run_now").click().run()

    assert empty == [sentence("early_warning.empty", "en")]
    assert console.success[0].value.startswith("The rules ran:")
    assert [box.value for box in console.info] == [sentence("early_warning.none_open", "en")]


def test_an_unknown_alert_is_named_as_such(open_console: OpenConsole, warned_book: Path) -> None:
    console = open_console(warned_book, user_name="viewer", page=PAGE, alert="999")

    assert [fault.value for fault in console.error] == ["There is no alert 999."]


def test_today_leads_with_what_fires(open_console: OpenConsole, warned_book: Path) -> None:
    number = full(warned_book).alert_id

    console = open_console(warned_book, user_name="viewer", page=TODAY)

    assert "Funder nearly out of room** · Binhai Internet Bank · 95.0%" in said(console)
    first = warning_reports.alert(session.store(), VIEWER, number)
    assert alerts.warning_way(first) == (links.WARNING_PAGE, {"alert": str(number)})
    assert faults(console) == []


def test_alerts_of_a_rule_are_told_as_one_the_whole_book_first() -> None:
    part = warned(1, "roll_c_unusual", ("product_code", "fenfu"), severity="act")
    whole = warned(2, "roll_c_unusual", ("all", "all"), severity="act")
    eased = warned(3, "roll_c_unusual", ("all", "all"), severity="watch")
    lender = ("funder_code", "binhai_bank")
    aside = warned(4, "funder_full", lender, severity="watch", status="snoozed")

    told = alerts.by_rule([part, whole, eased, aside])

    assert told == [alerts.Told(whole, 2)]


def warned(alert_id: int, rule: str, segment: tuple[str, str], **facts: Any) -> Warned:
    on = AT.date()
    return Warned(
        alert_id=alert_id,
        rule=rule,
        measure="roll_c",
        segment_kind=segment[0],
        segment=segment[1],
        raised_on=on,
        status=facts.get("status", "open"),
        severity=facts["severity"],
        strength=3.0,
        facts={},
        owner=None,
        until_on=None,
        changed_on=on,
    )
