"""The overdue screen in a browser, over a book of ten million month ends of loans.

A person who is signed in and looks at Today chooses the screen in the menu; it is ready when all
figures are drawn, the list has rows and can be clicked. Every role comes three times: the first
person of all waits for the figures of the whole book, the others for their list.
"""

import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from pages.ui.text import sentence
from tests.bench.bench_policy_page import _console
from tests.bench.loan_months import LOAN_MONTHS, filled_book
from tests.browser.conftest import BROWSER_FLAGS, BROWSER_NAMES

ROLES = ("viewer", "analyst", "risk_maker", "risk_approver", "auditor")
FIGURES = 6
READY_MS_MAX = 180_000
VISITS = 3
# Drawn figures, rows in the list, and a script that has come to its end.
IS_READY = """([path, figures, lists]) =>
    location.pathname === path
    && document.querySelectorAll('.js-plotly-plot .main-svg').length >= figures
    && document.querySelectorAll('[data-testid=stDataFrame] canvas').length >= lists
    && document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'
"""
TODAY, OVERDUE = ("/", 2, 0), ("/overdue_loans", FIGURES, 1)
SETTLED_MS = 1_500


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        database = filled_book(Path(folder))
        with _console(database) as address:
            first, *seconds = _visits(address)
    return [
        {
            "name": f"the overdue screen is ready over {LOAN_MONTHS:,} loan-months, median of "
            f"{len(seconds) + 1} visits (the first of all {first:.1f} s)",
            "figure": statistics.median([first, *seconds]),
            "aim": "at most 1.5",
            "unit": "seconds",
        }
    ]


def _visits(address: str) -> list[float]:
    """Seconds of each visit, in their order."""
    names = (os.environ.get("CHROMIUM", ""), *BROWSER_NAMES)
    executable = next((path for name in names if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=BROWSER_FLAGS)
        seconds = [second for role in ROLES for second in _of(browser, address, role)]
        browser.close()
    return seconds


def _of(browser: Browser, address: str, role: str) -> list[float]:
    page = browser.new_page(base_url=address, locale="en-US")
    page.goto("/")
    page.locator(f".st-key-sign_in_{role} button").click(timeout=READY_MS_MAX)
    seconds = []
    for _ in range(VISITS):
        _wait(page, TODAY)
        page.wait_for_timeout(SETTLED_MS)
        start = time.perf_counter()
        page.get_by_role("link", name=sentence("menu.overdue_loans", "en")).first.click()
        _wait(page, OVERDUE)
        seconds.append(time.perf_counter() - start)
        page.get_by_role("link", name=sentence("menu.today", "en")).first.click()
    page.close()
    return seconds


def _wait(page: Page, screen: tuple[str, int, int]) -> None:
    page.wait_for_function(IS_READY, arg=list(screen), polling="raf", timeout=READY_MS_MAX)
