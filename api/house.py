"""What the interface stands on: the book and the clock, handed over by the server that opens it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lending_core.identity.card_reader import ReadSide
from lending_core.identity.card_text import read_side
from lending_core.operations.console import Store


@dataclass(frozen=True)
class House:
    """`store`: the handle on the book of what the house lent, the same as the screens'. `clock`: an
    instant with its zone, UTC. `read_side`: who reads photographs of cards."""

    store: Callable[[], Store]
    clock: Callable[[], datetime]
    read_side: ReadSide = read_side
