"""A file of figures, one line per size of book, engine and report: what is measured anew takes the
place of what was measured before."""

import csv
from pathlib import Path

from tests.bench.growth import Cost

MEASURED = ("cold_s", "warm_s", "processor_s", "memory_mib")
COLUMNS = ("loan_months", "engine", "report", *MEASURED)
Key = tuple[str, ...]


class Figures:
    """Figures by size, engine and report, written to `path` with each that is added."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._rows: dict[Key, dict[str, str]] = {}
        if path is not None and path.exists():
            with path.open(encoding="utf-8", newline="") as lines:
                for row in csv.DictReader(lines):
                    self._rows[_key(row)] = row

    def add(self, loan_months: int, engine: str, cost: Cost) -> None:
        """What a report or other work over a book of this size cost."""
        measured = {name: getattr(cost, name) for name in MEASURED}
        row = {"loan_months": str(loan_months), "engine": engine, "report": cost.report}
        told = {name: f"{value:.3f}" for name, value in measured.items() if value is not None}
        self._rows[_key(row)] = row | told
        self._write()

    def of(self, loan_months: int, engine: str, column: str) -> dict[str, float]:
        """What the reports took over a book of this size; without what is not known."""
        chosen = (row for row in self.rows() if _key(row)[:2] == (str(loan_months), engine))
        # Work beside the reports was done once, and never warm.
        asked = (row for row in chosen if row.get("warm_s"))
        return {row["report"]: float(row[column]) for row in asked if row.get(column)}

    def sizes(self) -> list[int]:
        """The sizes of books that were measured, the smallest first."""
        return sorted({int(size) for size, _, _ in self._rows})

    def rows(self) -> list[dict[str, str]]:
        """All of them, the smallest book first."""
        return sorted(self._rows.values(), key=lambda row: (int(row["loan_months"]), row["engine"]))

    def table(self) -> str:
        """All of them for people, in lines."""
        lines = [COLUMNS, *(tuple(row.get(name, "") for name in COLUMNS) for row in self.rows())]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )

    def _write(self) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, COLUMNS, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows())


def _key(row: dict[str, str]) -> Key:
    return row["loan_months"], row["engine"], row["report"]
