"""Commands about who may sign in and what may leave, for whoever runs the machine."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from lending_core.command import Command, no_arguments


def _administrator(_: argparse.Namespace) -> None:
    from lending_core.operations.accounts import FIRST_ADMINISTRATOR, recovered_administrator
    from lending_core.operations.console import open_console
    from lending_core.settings import from_environment

    store = open_console(from_environment())
    try:
        password = recovered_administrator(store, at=datetime.now(UTC))
    finally:
        store.close()
    print(f"Sign in as {FIRST_ADMINISTRATOR} with the password {password} (it works once).")


def _out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, help="the file of the copy")


def _extract(arguments: argparse.Namespace) -> None:
    from lending_core.operations.extracting import extract
    from lending_core.settings import from_environment

    people = extract(from_environment(), arguments.out, at=datetime.now(UTC))
    print(f"{arguments.out}: {people:,} people replaced; nobody in it exists.")


COMMANDS = (
    Command(
        "administrator",
        "print a password that opens the administrator's account once, where the way in is lost",
        no_arguments,
        _administrator,
    ),
    Command(
        "extract",
        "write a copy of the book for tests, with simulated people in the place of its people",
        _out,
        _extract,
    ),
)
