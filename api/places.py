"""Places to work at: so many at once, and who waits for one is let in client by client."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from lending_core.access.clients import api_rules
from lending_core.errors import InvalidState

Answer = TypeVar("Answer")
_COME_AGAIN_SECONDS = 5


class Places:
    """So many places of one kind, and a bounded line before them. Whoever waits holds no thread."""

    def __init__(self, count: int, waiting_max: int) -> None:
        self._free = count
        self._waiting_max = waiting_max
        # Who waits, by client: the client whose turn is next stands first.
        self._lines: dict[str, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def taken(self, asker: str) -> AsyncIterator[None]:
        """A place, after those who are before. Raises `InvalidState` where too many wait already,
        or none came free in time."""
        await self._enter(asker)
        try:
            yield
        finally:
            self._leave()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(map(len, self._lines.values()))

    async def _enter(self, asker: str) -> None:
        if self._free and not self._lines:
            self._free -= 1
            return
        if self.waiting >= self._waiting_max:
            raise InvalidState("api_busy", seconds=_COME_AGAIN_SECONDS)
        turn = asyncio.get_running_loop().create_future()
        self._lines.setdefault(asker, deque()).append(turn)
        try:
            async with asyncio.timeout(api_rules()["limits"]["wait_seconds"]):
                await turn
        except BaseException as end:
            if turn.done() and not turn.cancelled():
                # It came in the moment in which nobody waited for it any more.
                self._leave()
            else:
                self._forget(asker, turn)
            if isinstance(end, TimeoutError):
                raise InvalidState("api_busy", seconds=_COME_AGAIN_SECONDS) from None
            raise

    def _leave(self) -> None:
        """Hands the place to the next client's first; that client is then behind the others."""
        while self._lines:
            asker = next(iter(self._lines))
            line = self._lines.pop(asker)
            turn = line.popleft()
            if line:
                self._lines[asker] = line
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _forget(self, asker: str, turn: "asyncio.Future[None]") -> None:
        line = self._lines.get(asker, deque())
        if turn in line:
            line.remove(turn)
        if not line:
            self._lines.pop(asker, None)


class Desk:
    """Where requests are worked on: `places` for what takes a moment, `cards` for photographs."""

    def __init__(self) -> None:
        bounds = api_rules()["limits"]
        self.places = Places(bounds["places"], bounds["requests_open"])
        self.cards = Places(bounds["card_places"], bounds["cards_waiting"])

    async def at_a_place(self, asker: str, work: Callable[[], Answer]) -> Answer:
        """What a call answers, made at a place. Raises as `Places.taken`, and what it raises."""
        async with self.places.taken(asker):
            return await run_in_threadpool(work)

    async def at_the_reader(self, asker: str, work: Callable[[], Answer]) -> Answer:
        """The same of a call that reads a card."""
        async with self.cards.taken(asker):
            return await run_in_threadpool(work)
