"""Commands about who may sign in, for whoever runs the machine."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime


def _no_arguments(_: argparse.ArgumentParser) -> None:
    """The command takes none."""


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


# Name, help, arguments, and what it does.
COMMANDS: tuple[
    tuple[
        str,
        str,
        Callable[[argparse.ArgumentParser], None],
        Callable[[argparse.Namespace], None],
    ],
    ...,
] = (
    (
        "administrator",
        "print a password that opens the administrator's account once, where the way in is lost",
        _no_arguments,
        _administrator,
    ),
)
