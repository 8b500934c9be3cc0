"""Processes that run futures of a book side by side, each on copies of its own."""

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any, TextIO, cast

from lending_core.errors import InvalidState
from lending_core.settings import PROJECT_ROOT
from lending_core.store.engine import Store

# Copies stand beside the database: there is room for it, and the same people may read it.
FOLDER_PREFIX = ".fast-forward-"
# The copy that all futures start from and one for each policy; and what two months, one of each
# policy, add to the logs at most, in parts of the book.
COPIES, PARTS_A_MONTH = 3, 2
# How long nothing may happen before whoever listens hears so.
BEAT_SECONDS = 0.5
_MODULE = "lending_core.operations.futures_worker"
# One core for each process: more threads would only wait for each other.
_ONE_CORE = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

# A month of a side; None: nothing happened for a while.
Month = dict[str, Any] | None


@contextmanager
def copied(store: Store, months: int) -> Iterator[Path]:
    """The database as it stands now, in a folder that is gone afterwards. Raises `InvalidState`
    without room for so many months."""
    source = store.path()
    for left_over in source.parent.glob(f"{FOLDER_PREFIX}*"):
        shutil.rmtree(left_over, ignore_errors=True)
    size = source.stat().st_size
    needed = COPIES * size + months * size // PARTS_A_MONTH
    if shutil.disk_usage(source.parent).free < needed:
        raise InvalidState("no_room_for_copies", megabytes=f"{needed // 10**6:,}")
    with tempfile.TemporaryDirectory(prefix=FOLDER_PREFIX, dir=source.parent) as folder:
        database = Path(folder) / "today.duckdb"
        store.copy_to(database)
        yield database


@contextmanager
def running(database: Path, orders: Mapping[str, dict[str, Any]]) -> Iterator[Iterator[Month]]:
    """The months of all orders by the name of their side, as they are done; the processes end with
    the block. An order: `futures_worker.work`, without database and folder."""
    with ExitStack() as stack:
        workers = {}
        for side, order in orders.items():
            folder = Path(tempfile.mkdtemp(dir=database.parent, prefix=f"{side}-"))
            places = {"database": str(database), "folder": str(folder)}
            workers[side] = stack.enter_context(_worker(order | places, folder / "error.txt"))
        yield _months(workers)


@dataclass(frozen=True)
class _Worker:
    process: "subprocess.Popen[str]"
    error: Path

    def check(self) -> None:
        """Waits for the end. Raises `InvalidState` where it was not the end of the order."""
        if self.process.wait():
            last = self.error.read_text("utf-8").strip().rpartition("\n")[2]
            raise InvalidState("fast_forward_failed", detail=last)


def _months(workers: Mapping[str, _Worker]) -> Iterator[Month]:
    lines: queue.Queue[tuple[str, str | None]] = queue.Queue()
    for side, worker in workers.items():
        Thread(target=_listen, args=(side, worker, lines), daemon=True).start()
    working = set(workers)
    while working:
        try:
            side, line = lines.get(timeout=BEAT_SECONDS)
        except queue.Empty:
            yield None
            continue
        if line is None:
            workers[side].check()
            working.remove(side)
        else:
            month = json.loads(line)
            ended_on = date.fromisoformat(month.pop("month_end_on"))
            yield {"side": side, "month_end_on": ended_on, **month}


def _listen(side: str, worker: _Worker, lines: "queue.Queue[tuple[str, str | None]]") -> None:
    with cast(TextIO, worker.process.stdout) as said:
        for line in said:
            lines.put((side, line))
    lines.put((side, None))


def _keys(order: Mapping[str, Any]) -> dict[str, str]:
    """Where the copies in other folders find the key that opens personal data."""
    return {"LENDING_PRIVACY_KEYS": order["keys"]} if "keys" in order else {}


@contextmanager
def _worker(order: dict[str, Any], error: Path) -> Iterator[_Worker]:
    with error.open("w") as said:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            cwd=PROJECT_ROOT,
            env=os.environ | _ONE_CORE | _keys(order),
        )
    try:
        with cast(TextIO, process.stdin) as told:
            told.write(json.dumps(order))
        yield _Worker(process, error)
    finally:
        process.kill()
        process.wait()
