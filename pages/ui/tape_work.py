"""Reading a tape beside the page, so that a click ends it within a moment.

A script is drawn anew at its next word to the page, and the engine may be busy for long without
one: it works in a thread, and the page says a few times a second how far it has come.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from streamlit.delta_generator import DeltaGenerator

from lending_core.operations.tape_halt import Halt
from lending_core.operations.tape_shapes import Progress
from pages.ui import tape_words

_SECONDS_BETWEEN = 0.25


Answer = TypeVar("Answer")


def run(work: Callable[[Progress], Answer], place: DeltaGenerator) -> Answer:
    """What `work` comes to, with its progress in `place`. `work` may not touch the page; whatever
    ends this script ends it too, before anything else is drawn."""
    began, reached = time.monotonic(), (0, 0, "reading")

    def hear(done: int, of: int, what: str) -> None:
        nonlocal reached
        reached = (done, of, what)

    halt = Halt(hear)
    with ThreadPoolExecutor(1) as threads:
        working = threads.submit(work, halt)
        try:
            while not wait([working], _SECONDS_BETWEEN).done:
                done, of, what = reached
                seconds = int(time.monotonic() - began)
                text = tape_words.step(done, of, what, seconds)
                place.progress(min(done / max(of, 1), 1.0), text=text)
            return working.result()
        finally:
            while not working.done():
                halt.ask()
                wait([working], _SECONDS_BETWEEN)
