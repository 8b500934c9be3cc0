"""What a subcommand of the command line is, for every module that has some."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Command:
    """A subcommand: how it is called, what it takes, and what it does."""

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], None]


def no_arguments(_: argparse.ArgumentParser) -> None:
    """For commands without options."""


@contextmanager
def progress_bar(what: str, unit: str) -> Iterator[Callable[[int, int, object], None]]:
    """A progress bar that appears with the first step that is done: a refusal comes without one."""
    from tqdm import tqdm

    with ExitStack() as stack:
        bars: list[tqdm[Any]] = []

        def show(done: int, of: int, on: object) -> None:
            if not bars:
                bars.append(stack.enter_context(tqdm(total=of, unit=unit, desc=what)))
            bars[0].total = of or None
            bars[0].set_postfix_str(f"{on}", refresh=False)
            bars[0].update(done - bars[0].n)

        yield show
