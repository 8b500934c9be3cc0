"""`make bench`: runs every `bench_*.py` of this folder, and says which aims are met; or those that
are named (`python -m tests.bench growth throughput`).

Each has `run()`, which returns a list of dictionaries with `name`, `figure`, `aim` and `unit`.
A figure that compares is a ratio of two times taken in one run, so that it means the same on any
machine; plain seconds are for two cores. An aim is text: `at most 10`, `at least 50`.
"""

import importlib
import operator
import os
import platform
import sys
from pathlib import Path
from typing import Any

Row = dict[str, Any]
COMPARISONS = {"at most": operator.le, "at least": operator.ge}


def is_met(row: Row) -> bool:
    """Whether the figure keeps its aim."""
    words, bound = row["aim"].rsplit(" ", 1)
    return COMPARISONS[words](row["figure"], float(bound))


def table(rows: list[Row]) -> str:
    """One line per figure, under a heading."""
    lines = [("what", "figure", "aim", "unit", "")]
    lines += [
        (row["name"], f"{row['figure']:,.2f}", row["aim"], row["unit"], verdict(row))
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def verdict(row: Row) -> str:
    return "met" if is_met(row) else "MISSED"


def main() -> int:
    """Exit code 1 when an aim is missed."""
    rows: list[Row] = []
    found = (file.stem for file in Path(__file__).parent.glob("bench_*.py"))
    for name in [f"bench_{each}" for each in sys.argv[1:]] or sorted(found):
        print(f"running {name} ...", file=sys.stderr, flush=True)
        rows += importlib.import_module(f"tests.bench.{name}").run()
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(table(rows))
    return 0 if all(map(is_met, rows)) else 1


if __name__ == "__main__":
    sys.exit(main())
