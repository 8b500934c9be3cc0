"""A cell of the policy changed in a browser, over a book of a million applications."""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import httpx
from playwright.sync_api import Locator, Page, expect, sync_playwright

from lending_core.settings import PROJECT_ROOT
from pages.ui.text import sentence
from tests.browser.conftest import BROWSER_FLAGS, BROWSER_NAMES

APPLICATIONS = 1_000_000
CHANGES = 7
SIZE = ("--customers", "1500", "--months", "12", "--seed", "7", "--until", "2026-10-31")
START_SECONDS_MAX = 60
FIRST_PAINT_MS_MAX = 180_000
ROW_HEIGHT = 32
FINGER_MILLISECONDS = 30
RISK_MAKER = 2
IS_OTHER = "([figure, before]) => figure.isConnected && figure.textContent !== before"

# Tables that a replay reads, with the numbers that tell one copy of the book from the next.
COPIED = {
    "application": ("application_id",),
    "application_feature": ("application_id",),
    "assessment": ("application_id",),
    "decision": ("application_id",),
    "review": ("application_id",),
    "credit_line": ("line_id", "application_id"),
    "limit_change": ("line_id",),
    "loan": ("loan_id", "application_id", "line_id"),
}


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        database = _book(Path(folder))
        with _console(database) as address:
            seconds = _changes(address)
    return [
        {
            "name": f"a changed cell repaints the page at {APPLICATIONS:,} applications, median",
            "figure": statistics.median(seconds),
            "aim": "at most 1",
            "unit": "seconds",
        }
    ]


def _book(folder: Path) -> Path:
    """A simulated book, its applications copied until there are enough."""
    database = folder / "book.duckdb"
    command = [sys.executable, "-m", "lending_core", "simulate", *SIZE]
    environment = os.environ | {"LENDING_DATABASE": str(database), "LENDING_DEMO": "on"}
    subprocess.run(command, cwd=PROJECT_ROOT, env=environment, check=True, capture_output=True)
    with duckdb.connect(str(database)) as connection:
        (held,) = connection.execute("select count(*) from application").fetchone() or (1,)
        for table, numbers in COPIED.items():
            shifted = ", ".join(f"{name} + copy * 10000000 as {name}" for name in numbers)
            connection.execute(
                f"insert into {table} select {table}.* replace ({shifted}) from {table} "
                f"cross join range(1, {APPLICATIONS // held}) as copies (copy)"
            )
    return database


@contextmanager
def _console(database: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=PROJECT_ROOT,
        env=os.environ | {"LENDING_DATABASE": str(database), "LENDING_DEMO": "on"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://localhost:{port}")
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/_stcore/health", trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(address)


def _changes(address: str) -> list[float]:
    """Seconds from leaving the limit of band C to the new figure or change of it."""
    names = (os.environ.get("CHROMIUM", ""), *BROWSER_NAMES)
    executable = next((path for name in names if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=BROWSER_FLAGS)
        page = browser.new_page(base_url=address, locale="en-US")
        page.goto("/limit_policies")
        page.get_by_role("button", name=sentence("sign_in.enter", "en")).nth(RISK_MAKER).click()
        figure = _figure(page)
        expect(figure).to_be_visible(timeout=FIRST_PAINT_MS_MAX)
        page.wait_for_timeout(5_000)
        _go_to_the_limit_of_band_c(page)
        found = [_change(page, figure, 60_000 + 1_000 * number) for number in range(CHANGES)]
        browser.close()
    return found


def _figure(page: Page) -> Locator:
    label = sentence("policy_replay.measure.limit_fen", "en")
    return page.get_by_test_id("stMetric").filter(has_text=label)


def _go_to_the_limit_of_band_c(page: Page) -> None:
    grid = page.get_by_test_id("stDataFrame").first
    grid.click(position={"x": 60, "y": ROW_HEIGHT * 1.5})
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)


def _change(page: Page, figure: Locator, yuan: int) -> float:
    shown, before = figure.element_handle(), figure.text_content()
    page.keyboard.press("Enter")
    field = page.locator("#portal input")
    expect(field).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type(str(yuan), delay=FINGER_MILLISECONDS)
    start = time.perf_counter()
    page.keyboard.press("Enter")
    # Looked at in every frame: an expectation would look again after half a second.
    page.wait_for_function(IS_OTHER, arg=[shown, before], polling="raf")
    seconds = time.perf_counter() - start
    page.wait_for_timeout(1_500)
    page.keyboard.press("ArrowUp")
    return seconds
