"""The messenger: sends what mini-programs are to be told, in a thread of its own."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx

from api.house import House
from lending_core.access.clients import api_rules
from lending_core.access.signatures import signed_headers
from lending_core.errors import LendingError
from lending_core.operations import webhooks
from lending_core.operations.webhooks import Delivery

_log = logging.getLogger(__name__)
_PAUSE_SECONDS = 1.0
# Messages of one round, and how many at a time: a receiver that does not answer holds up no more
# than these, and none of them twice.
_ROUND = 64
_AT_ONCE = 8


class Messenger:
    """Looks for news every second, and sends what is due."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._seen_event_id = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="messenger", daemon=True)

    def start(self) -> None:
        """Begins to send, until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the round under way; what was not sent is sent after the next start."""
        self._stop.set()
        self._thread.join(timeout=api_rules()["webhooks"]["timeout_seconds"] + 1)

    def round(self) -> int:
        """One look for news, and one attempt for everything that is due; returns how many."""
        store, at = self._house.store(), self._house.clock()
        self._seen_event_id = webhooks.queue_news(store, self._seen_event_id, at=at)
        waiting = webhooks.due(store, at=at)[:_ROUND]
        if not waiting:
            return 0
        with (
            httpx.Client(
                timeout=api_rules()["webhooks"]["timeout_seconds"],
                follow_redirects=False,
                trust_env=False,
            ) as web,
            ThreadPoolExecutor(_AT_ONCE) as senders,
        ):
            answers = senders.map(lambda each: self._sent(web, each), waiting)
            tried = list(zip(waiting, answers, strict=True))
        webhooks.keep_attempts(store, tried, at=self._house.clock())
        return len(tried)

    def _sent(self, web: httpx.Client, message: Delivery) -> int | None:
        """The receiver's status; None where none came. What it says besides is not read."""
        headers = {
            "content-type": "application/json",
            **signed_headers(
                message.secrets, message.message_id, message.body, self._house.clock()
            ),
        }
        try:
            with web.stream("POST", message.url, content=message.body, headers=headers) as answer:
                return int(answer.status_code)
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            return None

    def _run(self) -> None:
        while not self._stop.wait(_PAUSE_SECONDS):
            try:
                self.round()
            except LendingError:
                # No book yet: there is nothing to tell of it.
                continue
            except Exception as bug:
                # The next round tries again; what breaks every time is seen in the log.
                _log.error("messenger: %s", type(bug).__name__)
