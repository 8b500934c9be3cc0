"""The way into the console, as a visitor meets it."""

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from pages.ui.text import sentence
from tests.browser.conftest import OpenPage


def test_a_visitor_chooses_a_role_and_sees_today(page: Page) -> None:
    page.get_by_role("button", name=sentence("sign_in.enter", "en")).first.click()

    expect(page.get_by_role("heading", name=sentence("today.title", "en"))).to_be_visible()


def test_a_page_opened_by_its_address_asks_who_is_there_first(open_page: OpenPage) -> None:
    page = open_page("/today")

    expect(page.get_by_role("heading", name=sentence("sign_in.title", "en"))).to_be_visible()
    expect(page.get_by_role("heading", name=sentence("today.title", "en"))).to_have_count(0)


def test_a_chinese_browser_is_greeted_in_chinese(open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN")

    expect(page.get_by_role("heading", name=sentence("sign_in.title", "zh"))).to_be_visible()


def test_nothing_is_fetched_from_another_machine_and_nothing_forbidden(open_page: OpenPage) -> None:
    page = open_page()
    hosts: set[str | None] = set()
    forbidden: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.on("console", lambda said: forbidden.append(said.text) if said.type == "error" else None)

    page.reload()
    page.get_by_role("button", name=sentence("sign_in.enter", "en")).first.click()
    expect(page.get_by_role("heading", name=sentence("today.title", "en"))).to_be_visible()

    assert hosts == {"localhost"}
    # What the headers of the server forbid, the browser reports as an error.
    assert forbidden == []
