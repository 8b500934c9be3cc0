"""A borrower's journey in a browser: a photographed card goes in, a loan comes out."""

import re
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from playwright.sync_api import Locator, Page, expect

from lending_core.identity import card_term
from lending_core.identity.card_trial import specimen_card
from lending_core.identity.specimen import (
    GOOD_LIGHT,
    BackFacts,
    CardFacts,
    draw_back,
    draw_card,
    photograph,
)
from lending_core.store.engine import open_store
from pages.ui.text import sentence
from tests.browser.conftest import OpenPage

NAME = "王小明"
ISSUED_ON = date(2020, 5, 6)
READING_MS_MAX = 60_000
# A click is on its way to the server for less than this.
BEGIN_MS = 300
# About every second drawn borrower gets an offer.
TRIES_MAX = 20


def photos(card: CardFacts, folder: Path) -> list[Path]:
    """Photos of both sides of a specimen card."""
    valid_to = card_term.valid_to(card.birth_on, ISSUED_ON)
    sides = draw_card(card), draw_back(BackFacts("样本市公安局", ISSUED_ON, valid_to))
    files = [folder / "front.jpg", folder / "back.jpg"]
    for file, side in zip(files, sides, strict=True):
        file.write_bytes(photograph(side, np.random.default_rng(7), GOOD_LIGHT))
    return files


def button(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-simulate_application_{name} button:visible")


def words(key: str) -> str:
    return sentence(f"simulate_application.{key}", "en")


def open_simulation(open_page: OpenPage) -> Page:
    page = open_page("/simulate_application")
    page.locator(".st-key-sign_in_analyst button").click()
    expect(button(page, "identify")).to_be_enabled()
    return page


def upload(page: Page, card: CardFacts, folder: Path) -> None:
    """The name and number of a card, and files of it, in place of the drawn borrower's."""
    pictures = [page.get_by_alt_text(words(f"card_alt_{side}")) for side in ("front", "back")]
    fill(page, words("name"), card.name)
    fill(page, words("id_number"), card.id_number)
    page.get_by_text(words("card_upload"), exact=True).click()
    settle(page)
    for place, file in enumerate(photos(card, folder)):
        page.locator("input[type=file]").nth(place).set_input_files(file)
        expect(pictures[place]).to_be_visible()


def identify(page: Page) -> None:
    button(page, "identify").click()
    # The first card waits for the recogniser to be loaded.
    expect(button(page, "apply")).to_be_visible(timeout=READING_MS_MAX)


def settle(page: Page) -> None:
    """Until the console has answered what was done last and asks nothing more."""
    page.wait_for_timeout(BEGIN_MS)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()


def fill(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Enter")
    settle(page)


def apply(page: Page) -> None:
    for box in page.locator("[data-testid=stCheckbox] label").all():
        box.click()
    button(page, "apply").click()
    expect(page.get_by_text(sentence("application.rules_title", "en"))).to_be_visible()


def until_offered(page: Page) -> None:
    """Draws borrowers, each with a specimen card of its own, until one gets an offer."""
    for _ in range(TRIES_MAX):
        button(page, "surprise").click()
        settle(page)
        identify(page)
        apply(page)
        if button(page, "sheet").count():
            return
    pytest.fail(f"none of {TRIES_MAX} borrowers got an offer")


def test_photographs_of_a_card_are_read_and_fit_what_was_typed(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_simulation(open_page)

    upload(page, specimen_card(0), tmp_path)
    identify(page)

    expect(page.get_by_text(words("identity_ok"))).to_be_visible()


def test_a_drawn_borrower_goes_from_card_and_consents_to_a_loan(open_page: OpenPage) -> None:
    page = open_simulation(open_page)
    until_offered(page)
    summary = page.locator(".st-key-simulate_application_summary")
    cost_before = summary.inner_text()

    page.get_by_role("slider").first.press("ArrowLeft")
    expect(summary).not_to_have_text(cost_before)
    button(page, "sheet").click()
    expect(button(page, "confirm")).to_be_disabled()
    expect(button(page, "confirm")).to_be_enabled(timeout=READING_MS_MAX)
    button(page, "confirm").click()
    page.get_by_role("link", name=words("to_loan")).click()

    expect(page).to_have_url(re.compile(r"/loan\?loan_id=\d+$"))


def test_a_picture_of_something_else_is_refused_and_what_was_typed_stays(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_simulation(open_page)
    wrong = tmp_path / "notes.jpg"
    wrong.write_bytes(b"these are no pixels")
    page.get_by_text(words("card_upload"), exact=True).click()
    fill(page, words("name"), NAME)

    page.locator("input[type=file]").first.set_input_files(wrong)
    button(page, "identify").click()

    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label(words("name"), exact=True)).to_have_value(NAME)


def test_the_loan_of_a_borrower_who_stops_paying_is_found_among_the_late(
    open_page: OpenPage, simulated_book: Path, tmp_path: Path
) -> None:
    loan_id = a_loan_due_next_month(simulated_book, tmp_path)
    page = open_page(f"/loan?loan_id={loan_id}")
    page.locator(".st-key-sign_in_analyst button").click()

    page.locator(".st-key-loan_stop button").click()
    page.locator(".st-key-loan_stop_confirm button").click()
    expect(page.get_by_text(sentence("loan.stop_done", "en"))).to_be_visible()
    run_a_month(page, "2026-11-30")
    run_a_month(page, "2026-12-31")
    # Due in November, so 31 to 60 days late at the end of the year.
    page.goto("/overdue_loans?bucket=M2")
    page.locator(".st-key-sign_in_analyst button").click()

    numbers = page.locator(f"[data-testid=stDataFrame] canvas [role=gridcell]:text-is('{loan_id}')")
    expect(numbers).to_have_count(1)


def a_loan_due_next_month(simulated_book: Path, folder: Path) -> int:
    """The largest loan of the book, closed on 31 October 2026, that is not late and due in
    November."""
    store = open_store(Path(shutil.copy(simulated_book, folder / "copy.duckdb")))
    loans = store.read("open_loan", closed_on=date(2026, 10, 31), to_on=date(2026, 11, 30))
    store.close()
    due = loans.filter(pl.col("days_past_due") == 0, pl.col("due_on").is_not_null())
    return int(due.sort("payoff_fen")["loan_id"][-1])


def run_a_month(page: Page, closed_on: str) -> None:
    next_month = page.locator(".st-key-loan_next_month button")
    # While the page is drawn anew, the button of the run before stands beside it.
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    expect(next_month).to_have_count(1)
    next_month.first.click()
    closed = sentence("loan.next_month_done", "en", on=closed_on)
    expect(page.get_by_text(closed)).to_be_visible(timeout=READING_MS_MAX)
