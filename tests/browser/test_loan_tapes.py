"""A loan tape comes in through the browser, is looked at, and goes away again."""

from pathlib import Path

from playwright.sync_api import Page, expect

from pages.ui.text import sentence
from tests.browser.conftest import OpenPage

TAPE = "loan id,issue date,status,loan amount,int rate,last payment date\n" + "".join(
    f"A-{number},2010-0{number % 6 + 1}-15,{status},{number}000,12%,2011-01-15\n"
    for number, status in enumerate(["Fully Paid", "Charged Off", "Fully Paid"] * 4, start=1)
)
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


def press(page: Page, key: str) -> None:
    """Presses a button by its key, and waits until the page is drawn anew."""
    page.get_by_role("button", name=sentence(key, "en")).first.click()
    page.wait_for_timeout(200)
    page.wait_for_selector(SETTLED)


def test_a_tape_is_sent_in_imported_looked_at_and_removed(
    open_page: OpenPage, tmp_path: Path
) -> None:
    file = tmp_path / "walk.csv"
    file.write_text(TAPE)
    page = open_page("/loan_tapes")
    page.locator(".st-key-sign_in_analyst button").click()
    page.locator(".st-key-tape_file input[type=file]").set_input_files(file)
    expect(page.get_by_text("walk.csv")).to_be_visible()

    press(page, "loan_tapes.read")
    press(page, "loan_tapes.check")
    expect(page.get_by_text("12 rows in = 12 to load + 0 rejected.")).to_be_visible()
    page.get_by_role("button", name="Import 12 rows").click()
    expect(page.get_by_text("The book walk is here and shown now")).to_be_visible()

    page.locator(".st-key-book_screens a").first.click()
    expect(page.get_by_role("heading", name=sentence("vintage.title", "en"))).to_be_visible()
    page.reload()
    page.locator(".st-key-sign_in_analyst button").click()
    expect(page.get_by_text("as of 2011-01-15")).to_be_visible()
    assert "book=walk" in page.url

    page.get_by_role("link", name=sentence("menu.loan_tapes", "en")).click()
    press(page, "loan_tapes.remove")
    press(page, "loan_tapes.remove_confirm")
    expect(page.get_by_text(sentence("loan_tapes.none_yet", "en"))).to_be_visible()
    expect(page.get_by_text(sentence("bar.simulated_book", "en"))).to_be_visible()
