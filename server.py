"""The console as an ASGI application for a server of the house: `uvicorn server:app`.

The same screens as `streamlit run app.py`, behind guards: headers of every answer, limits of what
one client may send and open, hosts that are answered at all, and addresses that tell whether the
console lives and is ready. It speaks plain HTTP on loopback; encryption is the proxy's in front.
"""

import functools
import tomllib
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import app as console
from api import problems
from api.app import PREFIX, interface
from api.deliveries import Messenger
from api.house import House
from lending_core.errors import LendingError
from lending_core.identity.card_process import CardProcess
from lending_core.settings import from_environment, reference_file
from pages.ui import reads, session

_HTTP, _WEBSOCKET = "http", "websocket"
# Closed for going against the rules of this house (RFC 6455, 7.4.1).
_POLICY_VIOLATION = 1008
_SECONDS = 60
# What counts sessions and requests of everybody is for the machine's own eyes.
_CLOSED = ("/_stcore/metrics",)
_SECURE_FOR = "max-age=31536000; includeSubDomains"


class TooMuch(Exception):
    """More bytes than one request, or one client within a minute, may bring: with the status that
    says so."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@functools.cache
def limits() -> Mapping[str, Any]:
    """What one client may ask for, and the headers of every answer (`server.toml`)."""
    return tomllib.loads(reference_file("server.toml").read_text("utf-8"))


class Guard:
    """Refuses what is too much, from the wrong host or not for visitors; adds the headers."""

    def __init__(self, inner: ASGIApp, hosts: frozenset[str] = frozenset()) -> None:
        self._inner = inner
        self._hosts = hosts
        self._asked: Counter[str] = Counter()
        self._brought: Counter[str] = Counter()
        self._minute = monotonic()
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or one session of a page."""
        if scope["type"] not in (_HTTP, _WEBSOCKET):
            await self._inner(scope, receive, send)
            return
        refused = self._refusal(scope)
        if scope["type"] == _WEBSOCKET:
            await self._session(scope, receive, send, refused)
        else:
            await self._request(scope, receive, _with_headers(scope, send), refused)

    async def _request(
        self, scope: Scope, receive: Receive, send: Send, refused: int | None
    ) -> None:
        if refused is not None:
            await _refused(scope, refused)(scope, receive, send)
            return
        try:
            await self._inner(scope, self._bounded(_client(scope), receive), send)
        except TooMuch as refusal:
            await _refused(scope, refusal.status)(scope, receive, send)

    async def _session(
        self, scope: Scope, receive: Receive, send: Send, refused: int | None
    ) -> None:
        client = _client(scope)
        bounds = limits()["limits"]
        if (
            refused is not None
            or self._open[client] >= bounds["sessions_per_client"]
            or self._open.total() >= bounds["sessions_max"]
        ):
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        self._open[client] += 1
        try:
            await self._inner(scope, receive, send)
        finally:
            self._open[client] -= 1
            self._open += Counter()

    def _refusal(self, scope: Scope) -> int | None:
        """The status of a request that is refused before anybody reads it."""
        bounds = limits()["limits"]
        headers = Headers(scope=scope)
        if self._hosts and headers.get("host", "").partition(":")[0] not in self._hosts:
            return 400
        if len(scope["path"]) + len(scope["query_string"]) > bounds["url_length_max"]:
            return 414
        if scope["path"].startswith(_CLOSED):
            return 404
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > bounds["body_bytes_max"]:
            return 413
        # The back end of a mini-program asks for all its borrowers from one address; how often each
        # may is counted by its token.
        part = "api" if _is_interface(scope) else "limits"
        asked = self._count(f"{part} {_client(scope)}")
        return 429 if asked > limits()[part]["requests_per_minute"] else None

    def _count(self, client: str) -> int:
        """How many requests of this client this minute, this one included."""
        now = monotonic()
        if now - self._minute >= _SECONDS:
            self._asked.clear()
            self._brought.clear()
            self._minute = now
        self._asked[client] += 1
        return self._asked[client]

    def _bounded(self, client: str, receive: Receive) -> Receive:
        """Counts what comes in, of this request and of this client within the minute: not everybody
        says beforehand how long it will be, and nobody has signed in yet where files arrive."""
        came = 0

        async def received() -> Message:
            nonlocal came
            message = await receive()
            length = len(message.get("body", b""))
            came += length
            self._brought[client] += length
            bounds = limits()["limits"]
            if came > bounds["body_bytes_max"]:
                raise TooMuch(413)
            if length and self._brought[client] > bounds["body_bytes_per_minute"]:
                raise TooMuch(429)
            return message

        return received


async def live(_: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("live")


async def ready(_: Request) -> Response:
    """The book opens and answers; else 503 with the reason's name, for whoever watches. What people
    sent in and forgot goes meanwhile."""
    try:
        await run_in_threadpool(session.tidy)
        await run_in_threadpool(reads.home_book)
    except LendingError as refusal:
        return JSONResponse({"ready": False, "reason": refusal.reason}, status_code=503)
    return JSONResponse({"ready": True})


@asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[None]:
    """Takes away, before the first visitor, what a server before left; sends news to mini-programs
    and hands the book to other engines for as long as this one runs."""
    session.tidy()
    sender, exporter = Messenger(_house), session.exporter()
    sender.start()
    exporter.start()
    yield
    await run_in_threadpool(exporter.stop)
    await run_in_threadpool(sender.stop)
    _cards.close()


def _client(scope: Scope) -> str:
    """Address of who asks: behind a proxy that is trusted, what that says."""
    return str(scope["client"][0]) if scope.get("client") else ""


def _is_interface(scope: Scope) -> bool:
    return str(scope["path"]).startswith(f"{PREFIX}/")


def _refused(scope: Scope, status: int) -> Response:
    """Only a status for browsers; who asks at the interface is told more."""
    if not _is_interface(scope):
        return Response(status_code=status)
    return problems.answer(problems.REFUSED_BEFORE[status], Headers(scope=scope))


def _with_headers(scope: Scope, send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in limits()["headers"].items():
                headers[name] = value
            if scope["scheme"] == "https":
                headers["strict-transport-security"] = _SECURE_FOR
        await send(message)

    return sent


def _secrets() -> dict[str, Any]:
    """What the framework has to know of the house's identity provider, from the file that
    `LENDING_PROVIDER` names: the section `[auth]` of its documentation."""
    path = from_environment().provider_path
    return tomllib.loads(path.read_text("utf-8")) if path else {}


_cards = CardProcess()
_house = House(session.home_store, session.now, _cards.read_side)
# Importing the entry settles the menu, as a server must before its first visitor.
app = st.App(
    Path(console.__file__),
    lifespan=_lifespan,
    secrets=_secrets(),
    routes=[
        Route("/health/live", live),
        Route("/health/ready", ready),
        Mount(PREFIX, app=interface(_house)),
    ],
    middleware=[Middleware(Guard, hosts=from_environment().hosts)],
)
