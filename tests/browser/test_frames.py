"""What a browser is sent, frame by frame, names nobody to who may not see it."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocket, expect

from lending_core.store.engine import open_store
from tests.browser.conftest import OpenPage


@pytest.fixture
def borrower(simulated_book: Path, tmp_path: Path) -> dict[str, Any]:
    """Who owes most in the book, in plain."""
    store = open_store(Path(shutil.copy(simulated_book, tmp_path / "copy.duckdb")))
    people = store.read_sql(
        "select customer.* from customer inner join loan using (customer_id) "
        "inner join loan_position using (loan_id) where loan_position.is_open "
        "order by loan_position.principal_fen desc limit 1"
    )
    plain = store.opened(people).row(0, named=True)
    store.close()
    return plain


def frames_of(page: Page) -> list[bytes]:
    """What is sent to the page from now on."""
    frames: list[bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: frames.append(_bytes(frame)))

    page.on("websocket", listen)
    return frames


def enter(page: Page, path: str, role: str) -> None:
    page.goto(path)
    page.locator(f".st-key-sign_in_{role} button").click()
    page.locator(f".st-key-sign_in_{role}").wait_for(state="detached")
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()


def test_no_frame_tells_a_viewer_or_a_lender_who_borrowed(
    open_page: OpenPage, borrower: dict[str, Any]
) -> None:
    page = open_page()
    frames = frames_of(page)

    enter(page, f"/customer?customer_id={borrower['customer_id']}", "viewer")
    to_viewer = b"".join(frames)
    enter(page, "/own_loans", "funder")
    to_all = b"".join(frames)

    seeds = [borrower[each].encode() for each in ("name", "id_number", "phone")]
    assert borrower["name"][0].encode() in to_viewer
    assert len(to_all) > len(to_viewer)
    assert [seed in to_all for seed in seeds] == [False] * 3


def _bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame
