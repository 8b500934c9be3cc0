"""The messenger: sends what mini-programs are to be told, in a thread of its own."""

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Sequence

import httpx

from api.house import House
from lending_core.access.clients import api_rules
from lending_core.access.signatures import signed_headers
from lending_core.errors import LendingError
from lending_core.operations import webhooks
from lending_core.operations.webhooks import Delivery

_log = logging.getLogger(__name__)
_PAUSE_SECONDS = 1.0
# Messages of one round, how many of them to one receiver, and how many at a time: one that does not
# answer holds up the others for two timeouts.
_ROUND = 64
_OF_ONE = 16
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
        """One look for news, and an attempt for the messages whose turn it is; returns how many."""
        store, at = self._house.store(), self._house.clock()
        self._seen_event_id = webhooks.queue_news(store, self._seen_event_id, at=at)
        waiting = _in_turn(webhooks.due(store, at=at))
        if not waiting:
            return 0
        tried = list(zip(waiting, asyncio.run(self._sent(waiting)), strict=True))
        webhooks.keep_attempts(store, tried, at=self._house.clock())
        return len(tried)

    async def _sent(self, messages: Sequence[Delivery]) -> list[int | None]:
        """What the receiver of each answered."""
        places, seconds = asyncio.Semaphore(_AT_ONCE), api_rules()["webhooks"]["timeout_seconds"]
        async with httpx.AsyncClient(
            timeout=seconds, follow_redirects=False, trust_env=False
        ) as web:

            async def sent(message: Delivery) -> int | None:
                async with places:
                    return await self._status(web, message, seconds)

            return await asyncio.gather(*map(sent, messages))

    async def _status(
        self, web: httpx.AsyncClient, message: Delivery, seconds: float
    ) -> int | None:
        """The receiver's status; None where none came in time. What it says besides is not read."""
        headers = {
            "content-type": "application/json",
            **signed_headers(
                message.secrets, message.message_id, message.body, self._house.clock()
            ),
        }
        asked = web.stream("POST", message.url, content=message.body, headers=headers)
        try:
            # For all of it: a receiver that goes on with its answer letter by letter is none.
            async with asyncio.timeout(seconds):
                async with asked as answer:
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


def _in_turn(waiting: Sequence[Delivery]) -> list[Delivery]:
    """The messages of a round: the first of every receiver, then the second of every one."""
    of_one: Counter[str] = Counter()
    turns: list[tuple[int, Delivery]] = []
    for each in waiting:
        turns.append((of_one[each.url], each))
        of_one[each.url] += 1
    soon = sorted((turn for turn in turns if turn[0] < _OF_ONE), key=lambda turn: turn[0])
    return [each for _, each in soon[:_ROUND]]
