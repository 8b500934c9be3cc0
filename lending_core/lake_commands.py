"""Commands for other engines: writing the book as files that they read."""

import argparse
from datetime import UTC, date, datetime, time
from pathlib import Path

from lending_core.command import Command, no_arguments
from lending_core.errors import InvalidInput


def _lake(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lake", type=Path, help="the folder; without: that of LENDING_LAKE")
    parser.add_argument("--book", help="an imported book; without: what this house lent")


def _lake_and_catalogue(parser: argparse.ArgumentParser) -> None:
    _lake(parser)
    parser.add_argument(
        "--catalogue",
        help="register it in the catalogue postgres://account@host:5432/database too; the password "
        "stands in the file of PGPASSFILE",
    )


def _catalogue_checks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lake", type=Path, help="the folder; without: that of LENDING_LAKE")
    parser.add_argument("--catalogue", required=True, help="postgres://account@host:5432/database")
    parser.add_argument(
        "--forget-before",
        type=date.fromisoformat,
        help="give up the snapshots from before this day (UTC), except the newest",
    )


def _export(arguments: argparse.Namespace) -> None:
    from tqdm import tqdm

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
        with tqdm(unit="table", desc="Exporting") as bar:

            def show(done: int, of: int, table: str) -> None:
                bar.total = of
                bar.set_postfix_str(table, refresh=False)
                bar.update(done - bar.n)

            done = export_book(store, SYSTEM, lake, show, at=datetime.now(UTC))
    finally:
        store.close()
    print(
        f"{lake}: the book {done.book} up to {done.manifest.business_on}, event "
        f"{done.manifest.event_id}: {done.written} parts written, {done.kept} kept"
    )
    if catalogue is not None:
        found = register_book(SYSTEM, catalogue, lake, done.book)
        print(
            f"{catalogue}: snapshot {found.snapshot_id}, {found.added} parts added, "
            f"{found.removed} taken out"
        )


def _catalogue(arguments: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.lake_catalogue import check_books, forget_before, reached
    from lending_core.settings import from_environment

    lake = arguments.lake or from_environment().lake_path
    catalogue = reached(arguments.catalogue)
    if arguments.forget_before is not None:
        before = datetime.combine(arguments.forget_before, time())
        print(f"{catalogue}: {forget_before(SYSTEM, catalogue, lake, before)} snapshots given up")
    found = check_books(SYSTEM, catalogue, lake)
    places = [place for differences in found.values() for place in differences]
    for place in places:
        print(place)
    if places:
        raise InvalidInput("catalogue_wrong", catalogue=catalogue, places=len(places))
    print(f"{catalogue}: as the manifests of {lake} say: {', '.join(found)}")


def _portable(_: argparse.Namespace) -> None:
    from lending_core.operations.lake_export import not_portable

    places = not_portable()
    for place in places:
        print(place)
    if places:
        raise InvalidInput("not_portable", places=len(places))
    print("every report over the whole book runs on both engines")


COMMANDS = (
    Command(
        "portable",
        "list what in reports over the whole book only one engine understands: file and line",
        no_arguments,
        _portable,
    ),
    Command(
        "export",
        "write what reports read as Parquet files, for LENDING_ENGINE=spark",
        _lake_and_catalogue,
        _export,
    ),
    Command(
        "catalogue",
        "compare what is read through a catalogue with the manifests of a lake",
        _catalogue_checks,
        _catalogue,
    ),
)
