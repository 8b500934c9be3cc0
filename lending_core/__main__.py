"""The command line: `python -m lending_core <command>`. Each command imports what it needs."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

from lending_core.errors import LendingError

EXIT_REFUSED = 2


@dataclass(frozen=True)
class Command:
    """A subcommand: how it is called, what it takes, and what it does."""

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], None]


def _no_arguments(_: argparse.ArgumentParser) -> None:
    """For commands that read standard input only."""


def _schedule(_: argparse.Namespace) -> None:
    from lending_core.products.schedule import schedule
    from lending_core.products.terms_document import read_terms, write_schedule

    loan = read_terms(sys.stdin.buffer.read())
    print(write_schedule(schedule(loan.terms, loan.events)))


COMMANDS = (
    Command(
        "schedule",
        "print the repayment schedule of the loan whose terms stand on standard input as JSON",
        _no_arguments,
        _schedule,
    ),
)


def main(words: list[str] | None = None) -> int:
    """Runs one command; 0, or 2 after a refusal, whose sentence goes to standard error."""
    parser = argparse.ArgumentParser(prog="python -m lending_core")
    commands = parser.add_subparsers(metavar="command", required=True)
    for command in COMMANDS:
        added = commands.add_parser(command.name, help=command.help, description=command.help)
        command.add_arguments(added)
        added.set_defaults(run=command.run)
    arguments = parser.parse_args(words)
    try:
        arguments.run(arguments)
    except LendingError as refusal:
        print(refusal, file=sys.stderr)
        return EXIT_REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
