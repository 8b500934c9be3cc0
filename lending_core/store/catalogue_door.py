"""Opening a DuckLake catalogue on PostgreSQL: the engine's extensions from installed packages, one
writer at a time, and why it would not open as a refusal without a password."""

import functools
import importlib.util
import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import duckdb_extensions

from lending_core.errors import InvalidState
from lending_core.settings import engine_threads
from lending_core.store.catalogue_address import CatalogueAddress
from lending_core.store.opening import quoted

_EXTENSIONS = ("ducklake", "postgres_scanner")
# Nothing is fetched at run time.
_OFFLINE = ("autoinstall_known_extensions", "autoload_known_extensions")
# Whoever registers holds this lock of the database until it is done; a number of our own.
_LOCK = 3_900_036
_WAIT = "select set_config('lock_timeout', '120s', true), pg_advisory_xact_lock({lock})"
# Also true for who may not look into it.
_IS_MADE = "select (to_regclass('public.ducklake_metadata') is not null)::int"
# Snapshots and files are given up by what `forget` does, not by the catalogue's own upkeep.
_MADE_WITH = ("'expire_older_than', '1000 years'", "'delete_older_than', '1000 years'")
# Databases have their names in the whole engine: one catalogue at a time.
_ALONE = threading.Lock()
# What the server, its client or the engine says, and the reason of `refusals.toml` that it is.
_REASONS = (
    (r"password|authentication|pg_hba|role .* does not exist", "catalogue_password"),
    (r"database .* does not exist", "catalogue_database"),
    (r"version mismatch", "catalogue_format"),
    (r"permission denied|read-only", "catalogue_denied"),
    (r"lock timeout", "catalogue_busy"),
    (r"unable to connect|connection|terminat|query \"rollback\"", "catalogue_lost"),
)


def check_packages() -> None:
    """Raises `InvalidState` where the packages are missing that a catalogue needs."""
    if any(importlib.util.find_spec(f"duckdb_extension_{name}") is None for name in _EXTENSIONS):
        raise InvalidState("catalogue_packages")


@contextmanager
def opened(
    address: CatalogueAddress, *, is_writing: bool = False, own_files: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the catalogue attached as `lake`. Who writes to it waits until no other
    does, and makes it where there is none if it is told where it would keep files of its own.

    Whatever the server or the engine refuses is `InvalidState`, and nothing stands of what was not
    committed.
    """
    check_packages()
    with _ALONE, _refusing(address), closing(_engine().cursor()) as connection:
        try:
            _sign_in(connection, address)
            with closing(connection.cursor()) as door:
                if is_writing:
                    # Given up with the connection, also when this process is killed.
                    door.execute("begin")
                    asked(door, _WAIT.format(lock=_LOCK))
                _attach(connection, address, own_files, is_writing=is_writing)
                yield connection
        finally:
            _leave(connection)


@functools.cache
def _engine() -> duckdb.DuckDBPyConnection:
    """An engine in memory with the extensions, whose loading takes longer than what it is asked."""
    bounds: dict[str, Any] = {"threads": engine_threads()}
    connection = duckdb.connect(":memory:", config=bounds)
    for setting in _OFFLINE:
        connection.execute(f"set {setting} = false")
    for name in _EXTENSIONS:
        duckdb_extensions.import_extension(name, con=connection)
        connection.execute(f"load {name}")
    return connection


def reach(address: CatalogueAddress) -> None:
    """Raises `InvalidState` where the server does not answer or refuses the account, or has a
    catalogue of another format."""
    try:
        with opened(address):
            pass
    except InvalidState as refusal:
        # The first export makes it.
        if refusal.reason != "catalogue_empty":
            raise


def asked(connection: duckdb.DuckDBPyConnection, statement: str) -> list[tuple[Any, ...]]:
    """What the server itself answers: what the engine looks up in all databases takes it longer."""
    return connection.execute("select * from postgres_query('door', ?)", [statement]).fetchall()


def reason(message: str) -> str:
    """Why a catalogue did not do what it was asked, as a reason of `refusals.toml`."""
    for pattern, found in _REASONS:
        if re.search(pattern, message.lower()):
            return found
    return "catalogue_failed"


def _sign_in(connection: duckdb.DuckDBPyConnection, address: CatalogueAddress) -> None:
    # A secret of this connection alone: no message and no list of databases has what is in it.
    named = ", ".join(f"{name} '{quoted(value)}'" for name, value in address.account().items())
    connection.execute(f"create temporary secret account (type postgres, {named})")
    told = quoted(address.connection())
    connection.execute(f"attach '{told}' as door (type postgres, secret 'account', read_only)")


def _leave(connection: duckdb.DuckDBPyConnection) -> None:
    with suppress(duckdb.Error):
        connection.execute("rollback")
    connection.execute("use memory")
    for name in ("lake", "door"):
        connection.execute(f"detach database if exists {name}")
    connection.execute("drop secret if exists account")


def _attach(
    connection: duckdb.DuckDBPyConnection,
    address: CatalogueAddress,
    own_files: Path | None,
    *,
    is_writing: bool,
) -> None:
    is_made = bool(asked(connection, _IS_MADE)[0][0])
    if not is_made and own_files is None:
        raise InvalidState("catalogue_empty", catalogue=address)
    options = ["meta_secret 'account'"]
    if not is_made:
        options.append(f"data_path '{quoted(str(own_files))}'")
    if not is_writing:
        options.append("read_only")
    told = quoted(address.connection())
    connection.execute(f"attach 'ducklake:postgres:{told}' as lake ({', '.join(options)})")
    for setting in () if is_made else _MADE_WITH:
        connection.execute(f"call lake.set_option({setting})")


@contextmanager
def _refusing(address: CatalogueAddress) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as refusal:
        raise InvalidState(
            reason(str(refusal)), catalogue=address, said=_said(refusal, address)
        ) from None


def _said(refusal: duckdb.Error, address: CatalogueAddress) -> str:
    said = str(refusal).partition("\n")[0]
    return said.replace(address.password, "***") if address.password else said
