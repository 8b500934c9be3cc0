"""The command line, as a person or program calls it."""

import json
import subprocess
import sys

from lending_core.settings import PROJECT_ROOT

TERMS = {
    "principal": "10000",
    "annual_rate": "0.12",
    "method": "equal_instalment",
    "instalments": 3,
    "every": {"months": 1},
    "disbursed_on": "2025-01-31",
    "day_count": "act/act",
}


def called(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """`python -m lending_core` with `words`, and `given` on standard input."""
    command = [sys.executable, "-m", "lending_core", *words]
    return subprocess.run(
        command, input=given, capture_output=True, text=True, check=False, cwd=PROJECT_ROOT
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
