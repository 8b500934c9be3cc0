"""Commands about who may sign in and what may leave, for whoever runs the machine."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from lending_core.command import Command, no_arguments


def _administrator(_: argparse.Namespace) -> None:
    from lending_core.access.accounts import one_time_days
    from lending_core.operations.accounts import FIRST_ADMINISTRATOR, recovered_administrator
    from lending_core.operations.console import open_console
    from lending_core.settings import from_environment

    store = open_console(from_environment())
    try:
        password = recovered_administrator(store, at=datetime.now(UTC))
    finally:
        store.close()
    print(
        f"Sign in as {FIRST_ADMINISTRATOR} with the password {password} "
        f"(it works once, within {one_time_days()} days)."
    )


def _out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, help="the file of the copy")


def _extract(arguments: argparse.Namespace) -> None:
    from lending_core.operations.extracting import extract
    from lending_core.settings import from_environment

    people = extract(from_environment(), arguments.out, at=datetime.now(UTC))
    print(f"{arguments.out}: {people:,} people replaced; nobody in it exists.")


def _by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", required=True, help="the account of who changes the key")


def _change_key(arguments: argparse.Namespace) -> None:
    from lending_core.operations.console import open_console
    from lending_core.operations.key_change import change_privacy_key
    from lending_core.operations.signing_in import person_named
    from lending_core.settings import from_environment

    store = open_console(from_environment())
    try:
        people = change_privacy_key(store, person_named(store, arguments.by), at=datetime.now(UTC))
        folder = store.key_folder
    finally:
        store.close()
    print(f"{people:,} keys are wrapped with a new key in {folder}: keep a copy of it elsewhere.")


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
    Command(
        "change-privacy-key",
        "draw another key for personal data; what is encrypted stays, and opens with the new one",
        _by,
        _change_key,
    ),
)
