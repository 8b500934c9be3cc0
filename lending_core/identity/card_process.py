"""Cards read in a process of its own, which gives way to the one that decides loans.

The recogniser takes a core for as long as it reads. In the process that decides it would share its
threads; behind it, it takes what is left of the machine, and what it crashes over ends it alone.
It holds neither the database nor a key.
"""

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO, cast

from lending_core.errors import InvalidInput
from lending_core.identity.card_text import SIDES, Side
from lending_core.identity.text_lines import Row
from lending_core.settings import PROJECT_ROOT

_MODULE = "lending_core.identity.card_worker"
# A photograph that takes longer is none of a card; a process that does is started anew.
SECONDS_MAX = 60.0
_ATTEMPTS = 2


class CardProcess:
    """Reads one side after the other; starts with the first, and again where it was lost."""

    def __init__(self, seconds_max: float = SECONDS_MAX) -> None:
        self._seconds_max = seconds_max
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def number(self) -> int | None:
        """The process's own; None before the first card."""
        return None if self._process is None else self._process.pid

    def read_side(self, photo: bytes, side: Side) -> list[Row]:
        """As `card_text.read_side`. Raises `InvalidInput`: what that refuses, and
        `photo_unreadable` for a photograph over which the process was lost twice."""
        name = next(name for name, each in SIDES.items() if each is side)
        for _ in range(_ATTEMPTS):
            with self._turn:
                answer = self._asked(name, photo)
            if answer is not None:
                return _rows(answer)
        raise InvalidInput("photo_unreadable")

    def close(self) -> None:
        """Ends the process."""
        with self._turn:
            self._end()

    def _asked(self, side: str, photo: bytes) -> str | None:
        """What the process answers; None where it was lost, and is started anew next time."""
        process = self._process = self._process or _started()
        watch = threading.Timer(self._seconds_max, process.kill)
        watch.start()
        try:
            asked = cast("IO[bytes]", process.stdin)
            asked.write(json.dumps({"side": side, "bytes": len(photo)}).encode() + b"\n" + photo)
            asked.flush()
            answer = cast("IO[bytes]", process.stdout).readline()
        except OSError:
            answer = b""
        finally:
            watch.cancel()
        if not answer.endswith(b"\n"):
            self._end()
            return None
        return answer.decode()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    cast("IO[bytes]", pipe).close()


def _started() -> "subprocess.Popen[bytes]":
    """A process that knows nothing of the house, as it opens what strangers send."""
    told = {name: text for name, text in os.environ.items() if not name.startswith("LENDING_")}
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", _MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=PROJECT_ROOT,
        env=told,
    )


def _rows(answer: str) -> list[Row]:
    told = json.loads(answer)
    if "refused" in told:
        raise InvalidInput(told["refused"], **told["facts"])
    return [Row(text, confidence) for text, confidence in told["rows"]]
