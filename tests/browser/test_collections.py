"""A collector takes a case in a browser, records a promise, and finds both again in the queue."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lending_core.store.engine import open_store
from pages.ui.text import sentence
from tests.browser.conftest import OpenPage
from tests.browser.test_journey import settle


@pytest.fixture
def case_id(simulated_book: Path, tmp_path: Path) -> int:
    """The case that is open longest."""
    store = open_store(Path(shutil.copy(simulated_book, tmp_path / "book.duckdb")))
    cases = store.read("open_case", case_id=None, customer_id=None)
    store.close()
    return int(cases["case_id"].min())  # type: ignore[arg-type]


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} button").first.click()
    settle(page)


def figure(page: Page, key: str) -> str:
    metric = page.get_by_test_id("stMetric").filter(has_text=sentence(key, "en"))
    return metric.get_by_test_id("stMetricValue").inner_text()


def test_a_case_is_taken_a_promise_recorded_and_both_stand_in_the_queue(
    open_page: OpenPage, case_id: int
) -> None:
    page = open_page(f"/collection_case?case_id={case_id}", height=1400)
    page.locator(".st-key-sign_in_collector button").click()
    expect(page.get_by_text(sentence("collection_case.lock_free", "en"))).to_be_visible()
    settle(page)

    # Taking, promising and looking are allowed at any hour; calls would not be.
    press(page, "collection_case_take")
    expect(page.get_by_text("Yours until")).to_be_visible()
    press(page, "collection_step_promise")
    expect(page.get_by_role("dialog")).to_be_visible()
    # Impatient fingers record once: the dialog has one key.
    page.locator(".st-key-collection_desk_confirm button").dblclick()
    expect(page.get_by_role("dialog")).to_have_count(0)
    settle(page)

    assert figure(page, "collection_case.promise") == sentence("promise_state.open", "en")
    page.get_by_role("link", name=sentence("collection_case.way_queue", "en"), exact=True).click()
    expect(page.get_by_role("heading", name=sentence("collections.title", "en"))).to_be_visible()
    settle(page)
    assert int(figure(page, "collections.promised")) >= 1
    mine = sentence("collections.mine", "en", case_id=case_id)
    expect(page.get_by_role("link", name=mine)).to_be_visible()
