"""Mini-programs at the HTTP interface: their names, what a token opens, and how it is kept."""

import functools
import hashlib
import hmac
import re
import secrets
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from lending_core.access.permissions import Actor, Role
from lending_core.errors import InvalidInput
from lending_core.settings import reference_file

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,30}[a-z0-9]")
# Says what it is to whoever finds one in a log or a mail, and to programs that look for such.
_TOKEN_PREFIX = "lct_"  # noqa: S105
# As the name of whoever acts: no account of a person can be called so.
_ACTOR_PREFIX = "api:"
_SECRET_BYTES = 32
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Scope(StrEnum):
    """What a token opens; named after what the borrower does."""

    APPLY = "apply"
    """Send applications, give and take back consents."""
    BORROW = "borrow"
    """Accept offers, draw under lines."""
    PAY = "pay"
    """Report payments."""
    READ = "read"
    """See how applications and loans stand."""
    WEBHOOKS = "webhooks"
    """Say where news are sent to."""


@dataclass(frozen=True)
class Client:
    """A mini-program as its token shows it. `key_seed` never leaves the house."""

    code: str
    scopes: frozenset[Scope]
    key_seed: str
    callback_origin: str | None = None

    @property
    def actor(self) -> Actor:
        """The mini-program at work."""
        return actor_of(self.code)

    def operation_key(self, key: str) -> str:
        """The operation key of a key that the client chose: nobody else's, and nothing that a
        client can aim at, as draws by chance follow from it."""
        return hmac.new(self.key_seed.encode(), key.encode(), hashlib.sha256).hexdigest()


def actor_of(code: str) -> Actor:
    """The mini-program of this name at work."""
    return Actor(f"{_ACTOR_PREFIX}{code}", Role.MINI_PROGRAM, client_code=code)


def client_code_of(text: str) -> str:
    """The name of a mini-program: lower case. Raises `InvalidInput` for what is none."""
    code = text.strip().lower()
    if not _CODE.fullmatch(code):
        raise InvalidInput("api_client_code")
    return code


def scopes_of(names: str) -> tuple[Scope, ...]:
    """The scopes named, apart by commas. Raises `InvalidInput` for none and for unknown ones."""
    known = {scope.value: scope for scope in Scope}
    asked = [name.strip() for name in names.split(",") if name.strip()]
    if not asked or not set(asked) <= known.keys():
        raise InvalidInput("api_scopes", choices=", ".join(known))
    return tuple(scope for name, scope in known.items() if name in asked)


def callback_origin_of(text: str) -> str:
    """Scheme, host and port of where webhooks may go. Raises `InvalidInput` but for https; plain
    http reaches this machine only."""
    origin = text.strip().rstrip("/")
    if origin != _origin(origin):
        raise InvalidInput("api_callback")
    return origin


def check_callback(url: str, origin: str | None) -> None:
    """Raises `InvalidInput` for an address outside of the origin that the house has agreed to."""
    if origin is None or _origin(url) != origin:
        raise InvalidInput("api_callback")


def new_token() -> str:
    """A token nobody can guess, to be shown once."""
    return _TOKEN_PREFIX + secrets.token_urlsafe(_SECRET_BYTES)


def new_seed() -> str:
    """What a client's keys or an address's signatures are made with."""
    return secrets.token_hex(_SECRET_BYTES)


def token_hash(token: str) -> str:
    """SHA-256 as hex: a token is long and random, so nothing slower protects it better."""
    return hashlib.sha256(token.encode()).hexdigest()


@functools.cache
def api_rules() -> dict[str, Any]:
    """Bounds of the interface and what is told to whom (`api.toml`)."""
    return tomllib.loads(reference_file("api.toml").read_text("utf-8"))


def _origin(url: str) -> str | None:
    """Of an address that webhooks may go to at all; None of another."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = parts.netloc.rpartition(":")[0] if port is not None else parts.netloc
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not is_safe or not host or "@" in host or parts.fragment:
        return None
    return f"{parts.scheme}://{parts.netloc}"
