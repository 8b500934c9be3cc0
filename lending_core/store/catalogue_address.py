"""Where a catalogue is: a database on a PostgreSQL server, and how it is spoken of without its
password."""

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from lending_core.errors import InvalidInput

_SCHEMES = ("postgres", "postgresql")
_PORT = 5432
# Nobody waits longer for a machine that does not answer.
_SECONDS_MAX = "10"
# What an address may say beside: how the connection is encrypted, and how long one waits for it.
_OPTIONS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout")
_WORD = re.compile(r"[\w./~:-]{1,200}")


@dataclass(frozen=True)
class CatalogueAddress:
    """A database on a PostgreSQL server and the account there. Without a password here, the server
    is given the one that `PGPASSFILE` or `PGPASSWORD` has."""

    host: str
    port: int
    user: str
    database: str
    password: str | None = field(default=None, repr=False)
    options: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """For people: without the password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"postgres://{self.user}@{host}:{self.port}/{self.database}"

    def connection(self) -> str:
        """The options as the server's client takes them."""
        options = {"connect_timeout": _SECONDS_MAX, **dict(self.options)}
        return " ".join(f"{name}={value}" for name, value in options.items())

    def account(self) -> dict[str, str]:
        """Who signs in where, by the names that a secret of the engine has for them."""
        named = {"host": self.host, "port": str(self.port), "user": self.user}
        secret = {} if self.password is None else {"password": self.password}
        return {**named, "database": self.database, **secret}


def catalogue_address(text: str) -> CatalogueAddress:
    """The address that was typed: postgres://user[:password]@host[:port]/database[?sslmode=require].

    Raises `InvalidInput`, which does not repeat what was typed: a password may stand in it.
    """
    try:
        return _read(urlsplit(text))
    except ValueError:
        raise InvalidInput("catalogue_address") from None


def _read(parts: SplitResult) -> CatalogueAddress:
    options = tuple(parse_qsl(parts.query, strict_parsing=True)) if parts.query else ()
    database = unquote(parts.path.removeprefix("/"))
    is_known = all(name in _OPTIONS and _WORD.fullmatch(value) for name, value in options)
    is_whole = parts.scheme in _SCHEMES and parts.hostname and parts.username and database
    if not is_whole or not is_known or parts.fragment or "/" in database:
        raise ValueError
    return CatalogueAddress(
        host=parts.hostname or "",
        port=parts.port or _PORT,
        user=unquote(parts.username or ""),
        database=database,
        password=None if parts.password is None else unquote(parts.password),
        options=options,
    )
