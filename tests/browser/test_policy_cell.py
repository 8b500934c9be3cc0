"""A person edits one cell of the policy in the grid, sees the figures move, and saves."""

import re

from playwright.sync_api import Locator, Page, expect

from pages.ui.text import sentence
from tests.browser.conftest import OpenPage

RISK_MAKER = 2
ROW_HEIGHT = 32
FINGER_MILLISECONDS = 50


def limits_granted(page: Page) -> Locator:
    label = sentence("policy_replay.measure.limit_fen", "en")
    return page.get_by_test_id("stMetric").filter(has_text=label)


def go_to_the_limit_of_band_c(page: Page) -> Locator:
    """Clicks the first name in the first grid, beside the place where a row is chosen, and goes on
    by keyboard: two down, three right."""
    grid = page.get_by_test_id("stDataFrame").first
    grid.click(position={"x": 60, "y": ROW_HEIGHT * 1.5})
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    return grid.get_by_test_id("glide-cell-4-2")


def type_into_cell(page: Page, text: str) -> None:
    """Opens the chosen cell, replaces what it holds at the speed of fingers, and leaves it."""
    page.keyboard.press("Enter")
    field = page.locator("#portal input")
    expect(field).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type(text, delay=FINGER_MILLISECONDS)
    expect(field).to_have_value(text)
    page.keyboard.press("Enter")


def test_a_cell_moves_the_figures_and_is_saved(open_page: OpenPage) -> None:
    page = open_page("/limit_policies")
    page.get_by_role("button", name=sentence("sign_in.enter", "en")).nth(RISK_MAKER).click()
    figure = limits_granted(page)
    expect(figure).to_be_visible()
    before = figure.get_by_test_id("stMetricValue").inner_text()

    cell = go_to_the_limit_of_band_c(page)
    expect(cell).to_have_text("50000")
    type_into_cell(page, "70000")
    expect(figure.get_by_test_id("stMetricDelta")).to_have_text(re.compile(r"\+¥"))
    after = figure.get_by_test_id("stMetricValue").inner_text()

    page.get_by_label(sentence("limit_policies.note_label", "en")).fill("More for band C")
    page.get_by_role("button", name=sentence("limit_policies.save", "en")).click()

    # Other visitors of the shared console may have saved versions of their own.
    saved, _ = sentence("limit_policies.saved", "en", version="|").split("|")
    expect(page.get_by_text(re.compile(saved + r"\d+\."))).to_be_visible()
    assert after != before
