"""A person repays early in a browser: three ways side by side, one confirmed, the same after."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from lending_core.operations.listing import Asked, Order
from lending_core.operations.overdue import LoansAt, loans_of
from lending_core.operations.reports import BookFilter
from lending_core.store.engine import open_store
from pages.ui.text import sentence
from tests.browser.conftest import OpenPage
from tests.browser.test_journey import settle
from tests.builders import ANALYST

# Its loans have instalments of a size to keep, and the day after this one is open.
PRODUCT = "weilidai"
CLOSED_ON = date(2026, 10, 31)


@pytest.fixture
def loan_id(simulated_book: Path, tmp_path: Path) -> int:
    """The loan on time that owes most."""
    store = open_store(Path(shutil.copy(simulated_book, tmp_path / "book.duckdb")))
    on_time = LoansAt(BookFilter((PRODUCT,)), CLOSED_ON, ("C",))
    rows = loans_of(store, ANALYST, on_time, Asked(Order("principal_fen")))
    store.close()
    return int(rows["loan_id"][0])


def words(key: str) -> str:
    return sentence(key, "en")


def rows(card: Locator) -> dict[str, list[str]]:
    """The rows of a table: heading -> values."""
    cells = [line.locator("th, td").all_inner_texts() for line in card.locator("tr").all()]
    return {heading: values for heading, *values in cells}


def open_loan(open_page: OpenPage, loan_id: int) -> Page:
    page = open_page(f"/loan?loan_id={loan_id}", height=1200)
    page.locator(".st-key-sign_in_analyst button").click()
    expect(page.get_by_role("heading", name=f"Loan {loan_id}", exact=True)).to_be_visible()
    settle(page)
    return page


def figure(page: Page, label: str) -> Locator:
    metric = page.get_by_test_id("stMetric").filter(has_text=words(label))
    return metric.get_by_test_id("stMetricValue")


def test_an_early_repayment_leaves_what_its_preview_said(open_page: OpenPage, loan_id: int) -> None:
    page = open_loan(open_page, loan_id)
    dialog = page.get_by_role("dialog")
    owed = figure(page, "column.outstanding_fen").inner_text().strip("¥").replace(",", "")

    page.locator(".st-key-loan_desk_payment button").click()
    amount = dialog.locator("input[type=number]")
    amount.fill(f"{float(owed) / 2:.2f}")
    amount.press("Enter")
    settle(page)
    ways = dialog.get_by_test_id("stTable")
    expect(ways).to_have_count(3)
    fewer = rows(ways.nth(1))
    dialog.get_by_role("radio").nth(1).check(force=True)
    settle(page)
    # Impatient fingers book once: the dialog has one key.
    page.locator(".st-key-loan_desk_confirm button").dblclick()

    expect(page.get_by_text("Payment booked")).to_be_visible()
    expect(dialog).to_have_count(0)
    settle(page)
    known = page.locator(".st-key-loan_known_card").get_by_test_id("stTable")
    expect(known.get_by_text(words("loan_desk.instalments_left"))).to_be_visible()
    now = rows(known)
    same = [words(f"loan_desk.{name}") for name in ("instalments_left", "last_due")]
    same.append(words("loan.next_due"))
    assert [now[name][-1] for name in same] == [fewer[name][0] for name in same]
    assert float(fewer[words("loan_desk.interest_saved")][0].strip("¥").replace(",", "")) > 0
