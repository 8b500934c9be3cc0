"""Holding a lake against its manifest, and its manifest against the book that it is of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState, NotFound
from lending_core.operations.console import book, has_book, open_console
from lending_core.operations.tape_books import book_path, open_book
from lending_core.settings import DUCKDB, SPARK, Settings
from lending_core.store import lake_check
from lending_core.store.engine import Store
from lending_core.store.lake import Manifest, Progress, exported
from lending_core.store.lake_check import Difference
from lending_core.store.lake_files import books_in

# The refusal to open what another process has open.
_IN_USE = "database_in_use"


@dataclass(frozen=True)
class LakeCheck:
    """What was held against what: the manifest, and every difference found; empty means none.

    `ledger`: whether the ledger of the book itself was asked (`asked`), or why not: nothing was
    sealed (`unsealed`), the book is not on this machine (`elsewhere`), or another process has it
    open (`in_use`).
    """

    manifest: Manifest
    differences: tuple[Difference, ...]
    ledger: str

    @property
    def rows(self) -> int:
        """Rows of all parts, as the manifest tells them."""
        tables = self.manifest.tables.values()
        return sum(part.rows for table in tables for part in table.parts)


def only_book(lake: Path) -> str:
    """The name of the book that a lake holds. Raises `InvalidInput` where it is to be said which:
    it holds several; `InvalidState` where it holds none."""
    names = books_in(lake)
    if not names:
        raise InvalidState("lake_empty", path=lake)
    if len(names) > 1:
        raise InvalidInput("lake_books", path=lake, names=", ".join(names))
    return names[0]


def check_lake(
    settings: Settings, actor: Actor, lake: Path, name: str, progress: Progress
) -> LakeCheck:
    """Counts every part of a book in a lake anew: on the embedded engine, and through Spark too
    where the settings choose it; and looks its ledger head up in the book, where that is here.

    Raises `NotAllowed`, and `InvalidState` where the lake has no such book, its manifest is not
    one, or Spark does not answer.
    """
    require(actor, Permission.EXPORT_BOOK)
    manifest = exported(lake, name)
    found = lake_check.differences(lake, manifest, progress, memory_limit=settings.memory_limit)
    if settings.engine == SPARK and not found:
        found += _on_spark(settings, lake, manifest, progress)
    ledger, others = _ledger(settings, manifest)
    return LakeCheck(manifest, (*found, *others), ledger)


def _on_spark(
    settings: Settings, lake: Path, manifest: Manifest, progress: Progress
) -> list[Difference]:
    from lending_core.store.spark import SparkReports

    spark = SparkReports(settings.spark_address, lake, manifest.book)
    try:
        return lake_check.differences_counted(manifest, spark.totals, progress)
    finally:
        spark.close()


def _ledger(settings: Settings, manifest: Manifest) -> tuple[str, list[Difference]]:
    if manifest.ledger is None:
        return "unsealed", []
    try:
        with _book_of(settings, manifest.book) as store:
            return "asked", lake_check.unknown_to_the_ledger(manifest.ledger, store)
    except NotFound:
        return "elsewhere", []
    except InvalidState as refusal:
        if refusal.reason != _IN_USE:
            raise
        return "in_use", []


@contextmanager
def _book_of(settings: Settings, name: str) -> Iterator[Store]:
    """The book of this name: the house's, or an imported one. Raises `NotFound`."""
    store = _opened(settings, name)
    try:
        yield store
    finally:
        store.close()


def _opened(settings: Settings, name: str) -> Store:
    # The book itself, whoever answers its reports.
    settings = replace(settings, engine=DUCKDB)
    if settings.database_path.exists():
        store = open_console(settings)
        if has_book(store) and book(store).name == name:
            return store
        store.close()
    try:
        is_here = book_path(settings, name).exists()
    except InvalidInput:
        is_here = False
    if not is_here:
        raise NotFound("book_unknown", name=name)
    return open_book(settings, name)
