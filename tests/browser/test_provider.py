"""Signing in with the house's own identity provider, through the browser."""

from playwright.sync_api import Page, expect

from pages.ui.text import sentence
from tests.browser.conftest import OpenPage
from tests.browser.provider import Provider

SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


def vouched(page: Page) -> None:
    """Asks the provider, and waits until the console is drawn."""
    page.locator(".st-key-sign_in_provider button").click()
    page.wait_for_selector(SETTLED)


def test_the_providers_word_opens_the_console_until_the_person_leaves(
    open_page: OpenPage, provider: Provider
) -> None:
    provider.person = {"sub": "7", "preferred_username": "mei", "roles": ["lending:auditor"]}
    page = open_page()

    vouched(page)
    expect(page.get_by_role("heading", name=sentence("today.title", "en"))).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name=sentence("today.title", "en"))).to_be_visible()
    page.get_by_role("button", name=sentence("role.auditor", "en")).click()
    page.locator(".st-key-sign_out button").click()

    expect(page.get_by_role("heading", name=sentence("sign_in.title", "en"))).to_be_visible()
    expect(page.locator(".st-key-sign_in_provider")).to_be_visible()


def test_whom_the_provider_gives_no_role_is_told_so_and_may_leave(
    open_page: OpenPage, provider: Provider
) -> None:
    provider.person = {"sub": "8", "preferred_username": "nobody", "roles": ["mail:user"]}
    page = open_page()

    vouched(page)

    expect(page.get_by_text("names 0 roles of this console")).to_be_visible()
    page.locator(".st-key-leave_provider button").click()
    expect(page.locator(".st-key-sign_in_provider")).to_be_visible()
