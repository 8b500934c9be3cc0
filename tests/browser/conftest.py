"""A running console and a browser in front of it, as a person has them."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from lending_core.access.permissions import SYSTEM, Role
from lending_core.operations.accounts import AccountOrder, open_account
from lending_core.settings import PROJECT_ROOT
from lending_core.store.engine import open_store
from tests.browser.provider import CLIENT_ID, CLIENT_SECRET, Provider

RESULTS = PROJECT_ROOT / "test-results"
START_SECONDS_MAX = 60
EXPECT_MS_MAX = 20_000
BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome")
# No sandbox, as root has none; nothing that calls home.
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TEST_FAILED = pytest.StashKey[bool]()

OpenPage = Callable[..., Page]


class House(NamedTuple):
    """A simulated book in which one analyst was just given an account, with her first password."""

    database: Path
    user_name: str
    first_password: str


@pytest.fixture(scope="package")
def house(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("console")
    database = Path(shutil.copy(simulated_book, folder / "book.duckdb"))
    store = open_store(database)
    order = AccountOrder("lin.ana", Role.ANALYST)
    password = open_account(store, SYSTEM, order, at=datetime.now(UTC))
    store.close()
    return House(database, order.user_name, password)


@pytest.fixture(scope="package")
def provider() -> Iterator[Provider]:
    """The identity provider of the house."""
    provider = Provider()
    yield provider
    provider.stop()


@pytest.fixture(scope="package")
def console(house: House, provider: Provider) -> Iterator[str]:
    """Address of a console over the house's book, shared by the run's tests and served as to a
    house: what its headers forbid is missed here first."""
    folder = house.database.parent
    port = free_port()
    address = f"http://localhost:{port}"
    environment = {
        "LENDING_DATABASE": str(house.database),
        "LENDING_DEMO": "on",
        "LENDING_PROVIDER": str(_secrets(folder, address, provider)),
    }
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "server:app", "--port", str(port)],
            cwd=PROJECT_ROOT,
            env=os.environ | environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_healthy(address, server, folder / "log")
        yield address
    finally:
        server.kill()
        server.wait()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium of the machine, or Playwright's own where it has none."""
    names = (os.environ.get("CHROMIUM", ""), *BROWSER_NAMES)
    executable = next((path for name in names if (path := shutil.which(name))), None)
    # The console shares two cores with the browser and with the other half of the tests.
    expect.set_options(timeout=EXPECT_MS_MAX)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, console: str, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """`open_page(path="/", locale="en-US", width=1280, height=900)`: a fresh visitor's page.

    A test that fails leaves a picture of each of its pages in test-results/.
    """
    pages: list[Page] = []
    with ExitStack() as contexts:

        def opened(
            path: str = "/", *, locale: str = "en-US", width: int = 1280, height: int = 900
        ) -> Page:
            context = browser.new_context(
                base_url=console, locale=locale, viewport={"width": width, "height": height}
            )
            contexts.callback(context.close)
            page = context.new_page()
            pages.append(page)
            page.goto(path)
            return page

        yield opened
        if request.node.stash.get(TEST_FAILED, False):
            _photograph(pages, request.node.name)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The console's first page, for a visitor who reads English."""
    return open_page()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[TEST_FAILED] = report.failed
    return report


def _photograph(pages: list[Page], test_name: str) -> None:
    name = re.sub(r"\W+", "_", test_name)
    for number, page in enumerate(pages, 1):
        page.screenshot(path=RESULTS / f"{name}_{number}.png", full_page=True)


def _secrets(folder: Path, address: str, provider: Provider) -> Path:
    """What the console has to know of the provider, in a file as the framework reads it."""
    path = folder / "secrets.toml"
    path.write_text(
        f"""[auth]
redirect_uri = "{address}/oauth2callback"
cookie_secret = "{secrets.token_urlsafe(32)}"
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{provider.metadata_url}"
"""
    )
    return path


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_healthy(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until the console answers; fails with its log where it does not start."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{address}/_stcore/health", trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"the console did not start:\n{log.read_text()}", pytrace=False)
