"""Before the routes: how much one client may bring and ask at once, and what nobody foresaw."""

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.places import Desk
from lending_core.access.clients import api_rules
from lending_core.errors import InvalidInput, InvalidState, LendingError

_log = logging.getLogger(__name__)
# Waits for its places itself: first for a reader of cards, then for one to decide at.
_TAKES_PLACES = ("POST", "/applications")


class Gate:
    """Wraps the routes: bounds of `api.toml` before them, problem details for whatever breaks."""

    def __init__(self, inner: ASGIApp, desk: Desk) -> None:
        self._inner = inner
        self._desk = desk
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        try:
            async with self._counted(asker(scope)):
                body = await _whole_body(receive)
                async with self._placed(scope):
                    await self._routed(scope, _again(body, receive), send)
        except LendingError as refusal:
            await problems.answer(refusal, Headers(scope=scope))(scope, receive, send)

    @asynccontextmanager
    async def _counted(self, who: str) -> AsyncIterator[None]:
        bounds = api_rules()["limits"]
        if self._open[who] >= bounds["requests_open_per_client"]:
            raise InvalidState("api_too_many", seconds=1)
        if self._open.total() >= bounds["requests_open"]:
            raise InvalidState("api_busy", seconds=1)
        self._open[who] += 1
        try:
            yield
        finally:
            self._open[who] -= 1
            self._open += Counter()

    def _placed(self, scope: Scope) -> AbstractAsyncContextManager[None]:
        method, path = _TAKES_PLACES
        if scope["method"] == method and scope["path"].endswith(path):
            return nullcontext()
        return self._desk.places.taken(asker(scope))

    async def _routed(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def sent(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._inner(scope, receive, sent)
        except Exception as bug:
            # Its words may hold what somebody sent: where it happened is enough to find it.
            _log.error("%s at %s", type(bug).__name__, _place(bug))
            if not has_begun:
                raise InvalidState("api_bug") from None


def asker(scope: Scope) -> str:
    """One name per token, whoever it is of; of those without one, per address."""
    token = Headers(scope=scope).get("authorization", "")
    address = str(scope["client"][0]) if scope.get("client") else ""
    return hashlib.sha256((token or address).encode()).hexdigest()


async def _whole_body(receive: Receive) -> bytes:
    """What was sent. Raises `InvalidInput` for too much, before it is all here, and for what does
    not come in time: it keeps a place of those that may be open at once."""
    bounds = api_rules()["limits"]
    most, seconds = bounds["body_bytes_max"], bounds["body_seconds"]
    body = bytearray()
    is_more = True
    try:
        async with asyncio.timeout(seconds):
            while is_more:
                message = await receive()
                body += message.get("body", b"")
                is_more = bool(message.get("more_body", False))
                if len(body) > most:
                    raise InvalidInput("api_body_too_large", megabytes=most // 1_000_000)
    except TimeoutError:
        raise InvalidInput("api_body_slow", within=seconds) from None
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Hands out what was received already, then what comes after it."""
    waiting = [body]

    async def received() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return received


def _place(bug: BaseException) -> str:
    trace = bug.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
