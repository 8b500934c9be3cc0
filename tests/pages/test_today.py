"""The first screen: its figures, what needs a person, and the ways on from it."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lending_core.operations.closing import close_day
from lending_core.policy.document import opening_policy
from lending_core.portfolio.attention import MEASURES, Alert
from lending_core.store.engine import open_store
from pages.ui import alerts, links, session
from pages.ui.text import sentence
from tests.builders import ANALYST, AT, OPEN_ON, a_book
from tests.operations.journeys import submit
from tests.operations.policies import submitted
from tests.pages.conftest import OpenConsole

PAGE = "pages/overview/today.py"


def values(console: AppTest) -> dict[str, tuple[str, str]]:
    return {metric.label: (metric.value, metric.delta) for metric in console.metric}


def said(console: AppTest) -> str:
    return "\n".join(line.value for line in console.markdown)


def test_the_figures_are_those_of_the_newest_month(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE)

    shown = values(console)
    assert shown.pop("Funding room")[1] == "+0.0%"
    assert shown == {
        # 8,000 of which nothing was paid, and 7,200 after the first instalment of ten.
        "Balance": ("¥15,200", "-5.0%"),
        "Paid out": ("¥0", "-100.0%"),
        "Approval rate": ("—", ""),
        "30+ rate": ("0.00%", "+0.00pp"),
        "90+ rate": ("0.00%", "+0.00pp"),
    }


def test_a_month_that_is_not_over_is_told_up_to_the_newest_closed_day(
    open_console: OpenConsole, new_year_book: Path
) -> None:
    console = open_console(new_year_book, user_name="viewer", page=PAGE)

    shown = values(console)
    # A day of January is not compared with the whole of December; where loans stand is.
    assert shown["Paid out"] == ("¥0", "")
    assert shown["Balance"] == ("¥15,200", "+0.0%")
    assert shown["30+ rate"] == ("52.63%", "+52.63pp")
    assert any("As of the end of 2027-01-01" in line.value for line in console.caption)


def test_an_application_of_the_open_day_is_told_once_its_day_is_closed(
    open_console: OpenConsole, tmp_path: Path
) -> None:
    store = a_book(tmp_path / "first.duckdb")
    submit(store)
    store.close()

    console = open_console(tmp_path / "first.duckdb", user_name="analyst", page=PAGE)
    before = [box.value for box in console.info]
    close_day(session.store(), ANALYST, OPEN_ON, at=AT)
    console.run()

    assert before == [sentence("today.empty", "en")]
    assert values(console)["Approval rate"] == ("100.0%", "")


def test_a_quiet_book_says_that_nothing_needs_attention(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE)

    assert sentence("today.attention_none", "en") in said(console)


def test_a_draft_that_waits_for_approval_is_named_with_its_version(
    open_console: OpenConsole, late_book: Path
) -> None:
    save_draft(late_book)

    console = open_console(late_book, user_name="viewer", page=PAGE)

    assert "**A limit policy waits for approval** · 1 saved and not in force" in said(console)
    assert "the newest is version 2" in said(console)


def save_draft(database: Path) -> None:
    """A second version, submitted and not yet approved."""
    store = open_store(database)
    submitted(store, opening_policy())
    store.close()


def test_an_empty_book_says_what_to_do_first(open_console: OpenConsole, empty_book: Path) -> None:
    console = open_console(empty_book, user_name="wei", page=PAGE)

    assert console.info[0].value == sentence("today.empty", "en")
    assert not console.metric


def test_the_screen_speaks_chinese(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, locale="zh-CN")

    assert values(console)["在贷余额"] == ("1.5万", "-5.0%")


def test_a_history_of_a_year_opens_without_a_fault(
    open_console: OpenConsole, simulated_book: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copy(simulated_book, tmp_path / "year.duckdb"))

    console = open_console(copy, user_name="risk_approver", page=PAGE)

    assert [fault.value for fault in (*console.exception, *console.error)] == []
    assert len(console.metric) == 6


FACTS = {
    "reviews_waiting": {"applications": 3, "oldest_on": date(2026, 10, 30), "days": 1},
    "policy_waiting": {"versions": 1, "newest": 4},
    "policy_reverted": {
        "failed_version": 4,
        "policy_version": 3,
        "since_on": date(2026, 11, 1),
    },
    "policy_alarm": {"policy_version": 3, "measures": 1},
}
EVIDENCE = {
    "reviews_waiting": "3 in the queue, the oldest since 2026-10-30 (1 d)",
    "policy_waiting": "1 saved and not in force; the newest is version 4",
    "policy_reverted": "The guard found version 4 out of range; version 3 decides since 2026-11-01",
    "policy_alarm": "Version 3: 1 of 3 measures out of range",
}


@pytest.mark.parametrize("measure", MEASURES)
def test_evidence_is_one_line_in_words(measure: str) -> None:
    assert alerts.evidence(Alert(measure, "watch", FACTS[measure])) == EVIDENCE[measure]


@pytest.mark.parametrize(
    ("measure", "page", "query"),
    [
        ("reviews_waiting", links.APPLICATIONS_PAGE, {"outcome": "review"}),
        ("policy_waiting", links.POLICY_VERSIONS_PAGE, {"policy_version": "4"}),
        ("policy_reverted", links.POLICY_VERSIONS_PAGE, {"policy_version": "4"}),
        ("policy_alarm", links.POLICY_VERSIONS_PAGE, {"policy_version": "3"}),
    ],
)
def test_an_alert_leads_to_its_screen_with_the_filter_set(
    measure: str, page: str, query: dict[str, object]
) -> None:
    assert alerts.way(Alert(measure, "act", FACTS[measure])) == (page, query)
