"""Who asks, and whether they may: tokens, scopes, and how often."""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Header, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.gate import asker
from api.house import House
from api.places import Desk
from lending_core.access.clients import Client, Scope, api_rules
from lending_core.access.permissions import Actor
from lending_core.errors import InvalidState, NotAllowed
from lending_core.operations.api_clients import recognised
from lending_core.operations.console import Store

_MINUTE = timedelta(minutes=1)
_bearer = HTTPBearer(
    auto_error=False,
    description="A token of the mini-program; each route names the scope that it needs",
)

IdempotencyKey = Annotated[
    str,
    Header(
        min_length=8,
        max_length=64,
        pattern=r"^[A-Za-z0-9_.:-]+$",
        description="Chosen by the client, one per step: the same key again books nothing and "
        "answers the same; with another body it is refused.",
    ),
]


@dataclass(frozen=True)
class Caller:
    """A recognised mini-program, the book, and the instant of the request."""

    client: Client
    house: House
    store: Store
    at: datetime

    @property
    def actor(self) -> Actor:
        return self.client.actor


class Rates:
    """How often each mini-program asked in this minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: Counter[str] = Counter()
        self._since: datetime | None = None

    def count(self, code: str, at: datetime) -> None:
        """Raises `InvalidState` where it was too often."""
        with self._lock:
            if self._since is None or not self._since <= at < self._since + _MINUTE:
                self._asked.clear()
                self._since = at
            self._asked[code] += 1
            if self._asked[code] > api_rules()["limits"]["requests_per_minute"]:
                left = self._since + _MINUTE - at
                raise InvalidState("api_too_many", seconds=int(left.total_seconds()) + 1)


class Underway:
    """Keys of applications being read: the same one sent twice at once is read once."""

    def __init__(self) -> None:
        self._waiting: Counter[str] = Counter()
        self._locks: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def alone(self, key: str) -> AsyncIterator[None]:
        """Nobody else is inside with this key; who waits holds no thread."""
        self._waiting[key] += 1
        try:
            async with self._locks.setdefault(key, asyncio.Lock()):
                yield
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key], self._locks[key]


def allowed(scope: Scope) -> Callable[..., Caller]:
    """The dependency of a route that a token opens whose scopes name this one."""

    def caller(
        request: Request,
        credentials: Annotated[
            HTTPAuthorizationCredentials | None, Security(_bearer, scopes=[scope.value])
        ],
    ) -> Caller:
        if credentials is None:
            raise NotAllowed("api_token_missing")
        house: House = request.app.state.house
        store, at = house.store(), house.clock()
        client = recognised(store, credentials.credentials, at=at)
        rates: Rates = request.app.state.rates
        rates.count(client.code, at)
        if scope not in client.scopes:
            raise NotAllowed("api_scope", scope=scope.value)
        _said_once(request)
        return Caller(client, house, store, at)

    return caller


def _said_once(request: Request) -> None:
    """Refuses parameters of the address that are said twice: one of them would be passed over."""
    times = Counter(name for name, _ in request.query_params.multi_items())
    twice = [name for name in times if times[name] > 1]
    if twice:
        raise RequestValidationError(
            [{"loc": ("query", name), "type": "repeated"} for name in twice]
        )


@dataclass(frozen=True)
class Line:
    """How a request that reads cards waits: for others with its key, for a reader, for a place."""

    keys: Underway
    desk: Desk
    asker: str


def line(request: Request) -> Line:
    """Where this request waits."""
    return Line(request.app.state.underway, request.app.state.desk, asker(request.scope))


InLine = Annotated[Line, Depends(line)]
Applying = Annotated[Caller, Depends(allowed(Scope.APPLY))]
Borrowing = Annotated[Caller, Depends(allowed(Scope.BORROW))]
Paying = Annotated[Caller, Depends(allowed(Scope.PAY))]
Reading = Annotated[Caller, Depends(allowed(Scope.READ))]
Listening = Annotated[Caller, Depends(allowed(Scope.WEBHOOKS))]
