"""Five hundred broken files of tapes: each is reported or refused, and nothing is half loaded."""

from collections import Counter
from pathlib import Path

from tests.operations.tape_mutations import fate

FILES = 500


def test_every_broken_file_is_reported_or_refused(tmp_path: Path) -> None:
    fates = [fate(tmp_path / f"{number}", number) for number in range(1_000, 1_000 + FILES)]

    print(Counter(found.refused or "imported" for found in fates))
    assert all(found.reconciles and found.rejects_kept for found in fates)
    assert all(found.left in ((), ("tape.duckdb",)) for found in fates)
    assert not any(found.left for found in fates if found.refused)
