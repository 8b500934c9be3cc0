"""A process that runs futures of a book for the console: `python -m` this, the order on its input.

Copies are run here and not in the console, whose screens stay quick, and one policy on each core.
Each line of the output is one month of one future as JSON; the files it writes it takes away.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from lending_core.operations.futures import Future, run_future
from lending_core.policy.document import read_policy
from lending_core.simulate.economy import from_facts
from lending_core.store.engine import Store, open_store

# Parts of an order that are those of each of its futures.
PLAN = ("months", "quota_percent", "newcomers_from_months", "has_readings")
# Behind the console, which answers people.
NICENESS = 5


def work(order: dict[str, Any], output: TextIO) -> None:
    """Runs every future of an order, each on a copy of its own.

    `order`: database (a file nobody writes), folder, key, memory_limit, policy (TOML), economy
    (`economy.facts`), months, quota_percent, newcomers_from_months, has_readings, futures
    (numbers).
    """
    policy = read_policy(order["policy"])
    plan = {name: order[name] for name in PLAN}
    for number in order["futures"]:
        future = Future(number=number, economy=from_facts(order["economy"]), **plan)
        with _copy(order, number) as copy:
            for month in run_future(copy, policy, future):
                line = json.dumps({"future": number, **month}, default=str)
                print(line, file=output, flush=True)


@contextmanager
def _copy(order: dict[str, Any], number: int) -> Iterator[Store]:
    path = Path(order["folder"]) / f"future_{number}.duckdb"
    shutil.copyfile(order["database"], path)
    log = Path(f"{order['database']}.wal")
    if log.exists():
        shutil.copyfile(log, f"{path}.wal")
    store = open_store(path, key=order["key"], memory_limit=order["memory_limit"], is_scratch=True)
    try:
        yield store
    finally:
        store.close()
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()


if __name__ == "__main__":
    os.nice(NICENESS)
    work(json.load(sys.stdin), sys.stdout)
