"""The command line, as a person or program calls it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from lending_core.errors import LendingError
from lending_core.settings import PROJECT_ROOT
from tests.builders import a_book
from tests.operations.journeys import lent

TERMS = {
    "principal": "10000",
    "annual_rate": "0.12",
    "method": "equal_instalment",
    "instalments": 3,
    "every": {"months": 1},
    "disbursed_on": "2025-01-31",
    "day_count": "act/act",
}


def called(
    *words: str, given: str = "", database: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """`python -m lending_core` with `words`, and `given` on standard input."""
    return subprocess.run(
        [sys.executable, "-m", "lending_core", *words],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT_ROOT,
        env=os.environ | ({"LENDING_DATABASE": str(database)} if database else {}),
    )


def test_a_schedule_is_printed_as_json() -> None:
    answer = called("schedule", given=json.dumps(TERMS))

    printed = json.loads(answer.stdout)
    assert answer.returncode == 0
    assert printed["instalments"][2] == {
        "number": 3,
        "due_on": "2025-04-30",
        "principal": "3364.64",
        "interest": "33.19",
        "total": "3397.83",
        "balance": "0.00",
    }
    assert printed["totals"] == {"principal": "10000.00", "interest": "193.47", "total": "10193.47"}


def test_a_refusal_is_one_sentence_and_exit_code_2() -> None:
    answer = called("schedule", given=json.dumps(TERMS | {"method": "balloon"}))

    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr == (
        "method must be one of equal_instalment, equal_principal, interest_only, flat, "
        "not “balloon”.\n"
    )


def test_an_unknown_command_is_refused_with_exit_code_2() -> None:
    answer = called("conjure")

    assert answer.returncode == 2
    assert "invalid choice: 'conjure'" in answer.stderr


def test_days_are_closed_once_and_then_refused(tmp_path: Path) -> None:
    a_book(tmp_path / "book.duckdb", lent).close()

    first, second = (
        called("close", "--date", "2026-11-02", database=tmp_path / "book.duckdb") for _ in range(2)
    )

    assert (first.returncode, first.stdout) == (0, "")
    assert "2/2" in first.stderr
    assert second.returncode == 2
    assert second.stderr == (
        "2026-11-02 is closed already: the newest closed day is 2026-11-02. Close a later day.\n"
    )


def test_a_file_without_a_mapping_is_refused(tmp_path: Path) -> None:
    answer = called("train", "--file", str(tmp_path / "own.csv"))

    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith("A file of your own needs a mapping")


def test_a_book_too_young_to_train_on_is_refused_and_keeps_its_models(tmp_path: Path) -> None:
    database = tmp_path / "book.duckdb"
    a_book(database).close()

    answer = called("train", "--window-months", "3", database=database)

    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.strip() == LendingError(
        "training_outcomes_too_few", bads=0, goods=0, bads_min=120, goods_min=50
    ).text("en")


def test_whoever_signs_models_off_trains_none(tmp_path: Path) -> None:
    database = tmp_path / "book.duckdb"
    a_book(database).close()

    answer = called("train", "--by", "risk_approver", database=database)

    assert (answer.returncode, answer.stdout) == (2, "")
    assert "train_model" in answer.stderr
