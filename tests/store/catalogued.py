"""Small lakes for tests of a catalogue: three tables of a book of one loan, one of them empty."""

import shutil
from dataclasses import replace
from pathlib import Path

from lending_core.store import lake_files
from lending_core.store.lake_manifest import Manifest

BOOK = "simulated"
TABLES = ("loan", "loan_month", "promise")


def a_small_lake(of: Path, lake: Path, *, book: str, months: int = 3) -> Manifest:
    """Some tables of the book of a lake, in another lake under another name; of the month ends, so
    many."""
    whole = lake_files.exported(of, BOOK)
    tables = {name: whole.tables[name] for name in TABLES}
    ends = tables["loan_month"]
    tables["loan_month"] = replace(ends, parts=ends.parts[:months])
    small = replace(whole, book=book, event_id=100 + months, tables=tables)
    for name in TABLES:
        for there, here in zip(whole.paths(name), small.paths(name), strict=False):
            (lake / here).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(of / there, lake / here)
    lake_files.stand(lake, small)
    return small
