"""What a subcommand of the command line is, for every module that has some."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """A subcommand: how it is called, what it takes, and what it does."""

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], None]


def no_arguments(_: argparse.ArgumentParser) -> None:
    """For commands without options."""
