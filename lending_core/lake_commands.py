"""Commands for other engines: writing the book as files that they read."""

import argparse
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from lending_core.command import Command, no_arguments, progress_bar
from lending_core.errors import InvalidInput

if TYPE_CHECKING:
    from lending_core.operations.lake_catalogue import CatalogueAddress, Registered


def _lake(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lake", type=Path, help="the folder; without: that of LENDING_LAKE")


def _book_of_a_lake(parser: argparse.ArgumentParser) -> None:
    _lake(parser)
    parser.add_argument("--book", help="which book, where the lake holds several")


def _lake_and_catalogue(parser: argparse.ArgumentParser) -> None:
    _lake(parser)
    parser.add_argument("--book", help="an imported book; without: what this house lent")
    parser.add_argument(
        "--catalogue",
        help="register it in the catalogue postgres://account@host:5432/database too; the password "
        "stands in the file of PGPASSFILE",
    )


def _catalogue_checks(parser: argparse.ArgumentParser) -> None:
    _lake(parser)
    parser.add_argument("--catalogue", required=True, help="postgres://account@host:5432/database")
    parser.add_argument(
        "--register",
        action="store_true",
        help="register first what the lake holds: of a book on which a console works, too",
    )
    parser.add_argument(
        "--forget-before",
        type=date.fromisoformat,
        help="give up the snapshots from before this day (UTC), except the newest",
    )


def _export(arguments: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.console import open_console
    from lending_core.operations.lake_catalogue import reached, register_book
    from lending_core.operations.lake_export import export_book
    from lending_core.operations.tape_books import open_book
    from lending_core.settings import from_environment

    settings = from_environment()
    lake = arguments.lake or settings.lake_path
    # Asked first: an export may take long.
    catalogue = reached(arguments.catalogue) if arguments.catalogue else None
    store = open_book(settings, arguments.book) if arguments.book else open_console(settings)
    try:
        with progress_bar("Exporting", "table") as show:
            done = export_book(store, SYSTEM, lake, show, at=datetime.now(UTC))
    finally:
        store.close()
    print(
        f"{lake}: the book {done.book} up to {done.manifest.business_on}, event "
        f"{done.manifest.event_id}: {done.written} parts written, {done.kept} kept"
    )
    if catalogue is not None:
        print(_registered(catalogue, register_book(SYSTEM, catalogue, lake, done.book)))


def _registered(catalogue: "CatalogueAddress", found: "Registered") -> str:
    return (
        f"{catalogue}: snapshot {found.snapshot_id}, {found.added} parts added, "
        f"{found.removed} taken out"
    )


def _catalogue(arguments: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.lake_catalogue import (
        check_books,
        forget_before,
        reached,
        register_lake,
    )
    from lending_core.settings import from_environment

    lake = arguments.lake or from_environment().lake_path
    catalogue = reached(arguments.catalogue)
    if arguments.register:
        for registered in register_lake(SYSTEM, catalogue, lake).values():
            print(_registered(catalogue, registered))
    if arguments.forget_before is not None:
        before = datetime.combine(arguments.forget_before, time(), UTC)
        print(f"{catalogue}: {forget_before(SYSTEM, catalogue, lake, before)} snapshots given up")
    found = check_books(SYSTEM, catalogue, lake)
    places = [place for differences in found.values() for place in differences]
    for place in places:
        print(place)
    if places:
        raise InvalidInput("catalogue_wrong", catalogue=catalogue, places=len(places))
    print(f"{catalogue}: as the manifests of {lake} say: {', '.join(found)}")


_LEDGER = {
    "asked": "the book's ledger has the head that the manifest names",
    "unsealed": "nothing of this book was sealed",
    "elsewhere": "the book is not here: its ledger was not asked",
    "in_use": "another process has the book open: its ledger was not asked",
}


def _check(arguments: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.lake_checks import check_lake, only_book
    from lending_core.settings import from_environment

    settings = from_environment()
    lake = arguments.lake or settings.lake_path
    name = arguments.book or only_book(lake)
    with progress_bar("Checking", "part") as show:
        done = check_lake(settings, SYSTEM, lake, name, show)
    for each in done.differences:
        print(each)
    told, parts = done.manifest, len(done.manifest.all_paths())
    print(
        f"{lake}: the book {name} up to {told.business_on}, event {told.event_id}, exported "
        f"{told.exported_at} UTC: {parts} parts, {done.rows} rows"
    )
    if done.differences:
        raise InvalidInput("lake_differences", path=lake, differences=len(done.differences))
    print(f"every part is as the manifest says; {_LEDGER[done.ledger]}")


def _copy(parser: argparse.ArgumentParser) -> None:
    _book_of_a_lake(parser)
    parser.add_argument("--to", type=Path, required=True, help="the database that is made")


def _import_lake(arguments: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.lake_checks import only_book
    from lending_core.operations.lake_copies import CopyOrder, copy_lake
    from lending_core.settings import from_environment

    settings = from_environment()
    lake = arguments.lake or settings.lake_path
    name = arguments.book or only_book(lake)
    with progress_bar("Importing", "table") as show:
        told = copy_lake(settings, SYSTEM, CopyOrder(lake, name, arguments.to), show)
    print(
        f"{arguments.to}: the book {name} up to {told.business_on}, event {told.event_id}, as of "
        f"{told.exported_at} UTC, without personal columns; rows, sums and fingerprints are those "
        f"of the manifest. Read it with LENDING_DATABASE={arguments.to}"
    )


def _portable(_: argparse.Namespace) -> None:
    from lending_core.operations.portable import not_portable

    places = not_portable()
    for place in places:
        print(place)
    if places:
        raise InvalidInput("not_portable", places=len(places))
    print("every report, policy and scorecard over the whole book runs on both engines")


COMMANDS = (
    Command(
        "portable",
        "list what in reports, policies and cards only one engine understands: file and line",
        no_arguments,
        _portable,
    ),
    Command(
        "export",
        "write the book as Parquet files, for consoles over a lake, Spark and catalogues",
        _lake_and_catalogue,
        _export,
    ),
    Command(
        "lake-check",
        "count every file of a lake anew, and hold it against the manifest and the book's ledger",
        _book_of_a_lake,
        _check,
    ),
    Command(
        "import-lake",
        "make a database of a lake, to analyse it elsewhere: without personal columns, read only",
        _copy,
        _import_lake,
    ),
    Command(
        "catalogue",
        "compare what is read through a catalogue with the manifests of a lake",
        _catalogue_checks,
        _catalogue,
    ),
)
