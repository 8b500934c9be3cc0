"""Files that people send in are kept for a while, apart from each other, and go again."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lending_core.errors import InvalidInput, NotAllowed
from lending_core.operations import tape_uploads
from lending_core.operations.tape_uploads import discard_upload, keep_upload, sweep_uploads
from tests.builders import ANALYST, VIEWER

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TWO_DAYS = 172_800


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files of this test are kept."""
    monkeypatch.setattr(tape_uploads, "uploads_folder", lambda: tmp_path / "kept")
    return tmp_path / "kept"


def test_two_files_of_one_name_are_kept_apart() -> None:
    first = keep_upload(ANALYST, "tape.csv", b"a", at=AT)
    second = keep_upload(ANALYST, "tape.csv", b"b", at=AT)

    assert [first.name, second.name] == ["tape.csv", "tape.csv"]
    assert [first.read_bytes(), second.read_bytes()] == [b"a", b"b"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\passwd", "/etc/passwd"])
def test_a_name_leads_nowhere_else(folder: Path, name: str) -> None:
    kept = keep_upload(ANALYST, name, b"a", at=AT)

    assert kept.name == "passwd"
    assert kept.parent.parent == folder


def test_a_file_goes_when_it_is_not_needed_any_more(folder: Path) -> None:
    kept = keep_upload(ANALYST, "tape.csv", b"a", at=AT)

    discard_upload(kept)

    assert not list(folder.iterdir())


def test_only_what_was_kept_here_is_ever_taken_away(tmp_path: Path) -> None:
    other = tmp_path / "other" / "tape.csv"
    other.parent.mkdir()
    other.write_bytes(b"a")

    discard_upload(other)

    assert other.exists()


def test_what_was_forgotten_goes_with_the_next_file(folder: Path) -> None:
    old = keep_upload(ANALYST, "old.csv", b"a", at=AT)
    os.utime(old.parent, (AT.timestamp() - TWO_DAYS,) * 2)

    new = keep_upload(ANALYST, "new.csv", b"b", at=AT)

    assert [each.name for each in folder.glob("*/*")] == [new.name]


def test_what_a_server_kept_that_runs_no_more_goes_at_the_next_start(folder: Path) -> None:
    here = keep_upload(ANALYST, "here.csv", b"a", at=AT)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    here.parent.with_name(f"{ended.pid}-left").mkdir()

    sweep_uploads(at=AT)

    assert list(folder.iterdir()) == [here.parent]


def test_a_file_of_any_size_is_not_taken(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(tape_uploads, "UPLOAD_BYTES_MAX", 3)

    with pytest.raises(InvalidInput):
        keep_upload(ANALYST, "tape.csv", b"abcd", at=AT)
    with pytest.raises(NotAllowed):
        keep_upload(VIEWER, "tape.csv", b"abc", at=AT)
    assert not folder.exists()
