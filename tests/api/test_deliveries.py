"""Nobody waits for news because another mini-program's receiver does not answer."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from api.deliveries import Messenger
from lending_core.access.clients import actor_of, api_rules
from lending_core.access.permissions import SYSTEM
from lending_core.identity.id_number import check_digit
from lending_core.operations.api_clients import open_client
from lending_core.operations.origination import submit_application
from lending_core.store.engine import Store
from tests.api.doors import Door, a_door
from tests.api.postbox import NEWS, Postbox, apply, told
from tests.builders import AT, a_submission

DIGITS = ("99999919900101101", "99999919900101102", "99999919900101103")
LETTERS, PAUSE_SECONDS = 100, 0.05


@pytest.fixture
def dripping() -> Iterator[str]:
    """The origin of a receiver that answers one letter at a time, for five seconds."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_drip, args=(server,), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def _drip(server: socket.socket) -> None:
    came, _ = server.accept()
    # Who asked hangs up before the end.
    with came, suppress(OSError):
        for letter in "HTTP/1.1 200 OK\r\nx: ".ljust(LETTERS, "x"):
            came.send(letter.encode())
            time.sleep(PAUSE_SECONDS)


def listening_at(store: Store, origin: str) -> None:
    """A mini-program whose news go there, and that there is news for."""
    open_client(store, SYSTEM, "silent", origin, at=AT)
    wanted = {"url": f"{origin}/news", "kinds": NEWS}
    assert a_door(store, "silent").post("/webhooks", wanted).status_code == 201
    for digits in DIGITS:
        submission = a_submission(id_number=digits + check_digit(digits))
        submit_application(store, actor_of("silent"), submission, key=digits, at=AT)


def test_a_receiver_with_many_messages_leaves_room_for_others(
    store: Store,
    listening: Door,
    postbox: Postbox,
    messenger: Messenger,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("api.deliveries._ROUND", 2)
    listening_at(store, "http://127.0.0.1:9")
    told(listening, postbox)
    apply(store)

    tried = messenger.round()

    assert (tried, len(postbox.came)) == (2, 1)


def test_a_receiver_that_drips_its_answer_has_no_more_time_than_others(
    store: Store, dripping: str, messenger: Messenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(api_rules()["webhooks"], "timeout_seconds", 0.3)
    listening_at(store, dripping)
    began = time.monotonic()

    tried = messenger.round()

    assert tried == 3
    assert time.monotonic() - began < LETTERS * PAUSE_SECONDS / 2
