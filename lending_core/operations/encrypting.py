"""Books from before personal data was encrypted: encrypted in place, and written anew."""

import dataclasses
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl

from lending_core.access.permissions import SYSTEM
from lending_core.identity.fingerprints import PERSON, fingerprint
from lending_core.operations.console import book, has_book
from lending_core.operations.renewing import renew_commitments
from lending_core.operations.tape_books import FOLDER, SUFFIX
from lending_core.operations.traces import fingerprint_key
from lending_core.settings import Settings
from lending_core.store.engine import Transaction, open_store
from lending_core.store.events import Moment, append_events
from lending_core.store.opening import rewrite
from lending_core.store.vault import sealed_tables

_ANY_BLOCK = 2**62
Progress = Callable[[int, int, object], None]


def encrypt_books(
    settings: Settings, *, at: datetime, progress: Progress | None = None
) -> list[Path]:
    """Encrypts every book with plain personal data, the house's and imported ones, and writes each
    file anew, so that nothing plain is left in it. Returns their files.

    The file of before is taken away, but not wiped: copies of it are for whoever made them to
    destroy. Raises `InvalidState` where a book is open elsewhere.
    """
    imported = sorted((settings.database_path.parent / FOLDER).glob(f"*{SUFFIX}"))
    done = [
        path
        for path in (settings.database_path, *imported)
        if path.exists() and _encrypt(settings, path, at, progress)
    ]
    for path in done:
        rewrite(path, key=settings.database_key)
    return done


def _encrypt(settings: Settings, path: Path, at: datetime, progress: Progress | None) -> bool:
    """Whether there was anything to encrypt."""
    store = open_store(path, key=settings.database_key, memory_limit=settings.memory_limit)
    store.signing_key = dataclasses.replace(settings, database_path=path).signing_key_path
    try:
        if not store.has_plain():
            return False
        with store.transaction() as transaction:
            _encrypt_tables(transaction, at, progress)
        return True
    finally:
        store.close()


def _encrypt_tables(transaction: Transaction, at: datetime, progress: Progress | None) -> None:
    if not transaction.read("customer_fingerprint").is_empty():
        _find_people(transaction)
    tables = sorted(sealed_tables())
    counts = {}
    for number, table in enumerate(tables, start=1):
        counts[table] = transaction.seal(table)
        if progress:
            progress(number, len(tables), table)
    if has_book(transaction):
        moment = Moment(SYSTEM, book(transaction).open_on, at)
        for table in tables:
            sealed = transaction.read("ledger_row", table_name=table, last_block=_ANY_BLOCK)
            keys = sealed["row_key"].unique().to_list()
            if keys:
                renew_commitments(transaction, moment, table, keys)
        append_events(transaction, moment, "personal_data_encrypted", [("book", 1, counts)])


def _find_people(transaction: Transaction) -> None:
    """What finds a person by the ID number, for customers of before."""
    key = fingerprint_key(transaction)
    rows = transaction.opened(transaction.read("customer_fingerprint"))
    found_by = [fingerprint(key, PERSON, number) for number in rows["id_number"].to_list()]
    fresh = rows.select("customer_id", person_fingerprint=pl.Series(found_by, dtype=pl.String))
    transaction.overwrite("customer", "customer_id", fresh)
