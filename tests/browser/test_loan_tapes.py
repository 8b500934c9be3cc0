"""A loan tape comes in through the browser of somebody with an account, is looked at, and goes away
again: demonstration roles ask for no password, so they see no real data."""

from pathlib import Path

from playwright.sync_api import Page, expect

from pages.ui.text import sentence
from tests.browser.conftest import House, OpenPage

TAPE = "loan id,issue date,status,loan amount,int rate,last payment date\n" + "".join(
    f"A-{number},2010-0{number % 6 + 1}-15,{status},{number}000,12%,2011-01-15\n"
    for number, status in enumerate(["Fully Paid", "Charged Off", "Fully Paid"] * 4, start=1)
)
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


OWN_PASSWORD = "three brown foxes"


def enter(page: Page, user_name: str, password: str) -> None:
    """Signs in with an account."""
    page.locator(".st-key-sign_in_name input").fill(user_name)
    page.locator(".st-key-sign_in_password input").fill(password)
    press(page, "sign_in.send")


def choose_password(page: Page, so_far: str) -> None:
    """Puts an own password in the place of the one that was handed over."""
    page.locator(".st-key-own_old input").fill(so_far)
    page.locator(".st-key-own_new input").fill(OWN_PASSWORD)
    page.locator(".st-key-own_again input").fill(OWN_PASSWORD)
    press(page, "sign_in.save_password")


def press(page: Page, key: str) -> None:
    """Presses a button by its key, and waits until the page is drawn anew."""
    page.get_by_role("button", name=sentence(key, "en")).first.click()
    page.wait_for_timeout(200)
    page.wait_for_selector(SETTLED)


def test_a_tape_is_sent_in_imported_looked_at_and_removed(
    open_page: OpenPage, house: House, tmp_path: Path
) -> None:
    file = tmp_path / "walk.csv"
    file.write_text(TAPE)
    page = open_page("/loan_tapes")
    enter(page, house.user_name, house.first_password)
    choose_password(page, house.first_password)
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
    enter(page, house.user_name, OWN_PASSWORD)
    expect(page.get_by_text("as of 2011-01-15")).to_be_visible()
    assert "book=walk" in page.url

    page.get_by_role("link", name=sentence("menu.loan_tapes", "en")).click()
    press(page, "loan_tapes.remove")
    press(page, "loan_tapes.remove_confirm")
    expect(page.get_by_text(sentence("loan_tapes.none_yet", "en"))).to_be_visible()
    expect(page.get_by_text(sentence("bar.simulated_book", "en"))).to_be_visible()
