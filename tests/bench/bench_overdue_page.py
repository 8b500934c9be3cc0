"""The overdue screen in a browser, over a book of ten million month ends of loans."""

import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.bench.bench_policy_page import _console
from tests.bench.loan_months import LOAN_MONTHS, filled_book
from tests.browser.conftest import BROWSER_FLAGS, BROWSER_NAMES

ROLES = ("viewer", "analyst", "risk_maker", "risk_approver", "auditor")
FIGURES = 6
READY_MS_MAX = 180_000
# Drawn figures, rows in the list, and a script that has come to its end.
IS_READY = """figures =>
    document.querySelectorAll('.js-plotly-plot .main-svg').length >= figures
    && document.querySelector('[data-testid=stDataFrame] canvas') !== null
    && document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'
"""


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        database = filled_book(Path(folder))
        with _console(database) as address:
            first, seconds = _visits(address)
    return [
        {
            "name": f"the overdue screen is ready over {LOAN_MONTHS:,} loan-months, median of "
            f"visits that ask anew (first of the process {first:.1f} s)",
            "figure": statistics.median(seconds),
            "aim": "at most 1.5",
            "unit": "seconds",
        }
    ]


def _visits(address: str) -> tuple[float, list[float]]:
    """Seconds of the first visit to the console, and of one by each role: answers are kept by role,
    so every one of them asks the whole book anew."""
    names = (os.environ.get("CHROMIUM", ""), *BROWSER_NAMES)
    executable = next((path for name in names if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=BROWSER_FLAGS)
        first = _visit(browser, address, ROLES[0], "?region=44")
        seconds = [_visit(browser, address, role) for role in ROLES]
        browser.close()
    return first, seconds


def _visit(browser: Browser, address: str, role: str, asked: str = "") -> float:
    """Seconds from entering to the screen that can be read and clicked."""
    page = browser.new_page(base_url=address, locale="en-US")
    page.goto(f"/overdue_loans{asked}")
    enter = page.locator(f".st-key-sign_in_{role} button")
    enter.wait_for(timeout=READY_MS_MAX)
    start = time.perf_counter()
    enter.click()
    page.wait_for_function(IS_READY, arg=FIGURES, polling="raf", timeout=READY_MS_MAX)
    seconds = time.perf_counter() - start
    page.close()
    return seconds
