"""The commands over a book: JSON on standard output and nothing else, refusals in a sentence."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lending_core.__main__ import main
from lending_core.settings import reference_file
from tests.store.loans import a_book_of_july, close, lend


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of one loan that never pays, up to September, and the same as an imported one."""
    folder = tmp_path_factory.mktemp("books")
    for name in ("lending.duckdb", "books/second.duckdb"):
        store = a_book_of_july(folder / name)
        lend(store, 1)
        close(store, date(2026, 9, 30))
        store.close()
    return folder


@pytest.fixture
def said(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command line: its exit code and what it wrote, standard output as JSON if there is."""
    monkeypatch.setenv("LENDING_DATABASE", str(folder / "lending.duckdb"))

    def run(*words: str) -> tuple[int, Any, str]:
        code = main(list(words))
        written = capsys.readouterr()
        return code, json.loads(written.out) if written.out else None, written.err

    return run


@pytest.mark.parametrize("book", [(), ("--book", "second")])
def test_a_vintage_is_said_as_json(said: Any, book: tuple[str, ...]) -> None:
    words = ("vintage", "--by", "quarter", "--measure", "ever30", "--weight", "amount", "--json")
    code, found, error = said(*words, *book)

    assert (code, error) == (0, "")
    assert found[0]["cohort"] == "2026Q3"
    assert found[0]["points"][-1] == {"mob": 2, "bad": 1000.0, "rate": 1.0}


def test_roll_rates_and_summary_are_said_as_json(said: Any) -> None:
    _, overall, _ = said("roll-rates", "--json")
    _, by_month, _ = said("roll-rates", "--by", "month", "--where", "band = 'B'", "--json")
    _, summary, _ = said("summary", "--as-of", "2026-08-31", "--json")

    assert [each["to"] for each in overall] == ["M1", "M2"]
    assert [each["month"] for each in by_month] == ["2026-08", "2026-09"]
    assert (summary["as_of"], summary["balance"]) == ("2026-08-31", 1000.0)


def test_a_policy_is_replayed_beside_the_one_in_force(
    said: Any, simulated_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = shutil.copy(simulated_book, tmp_path / "lending.duckdb")
    monkeypatch.setenv("LENDING_DATABASE", str(copy))

    code, found, error = said("replay", "--policy", str(reference_file("policy.toml")), "--json")

    assert (code, error) == (0, "")
    assert found["applications"] > 1_000
    assert found["today"] == found["draft"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("vintage", "--where", "phone = '1'"), "No loan has a column “phone”."),
        (("vintage", "--where", "band > 5"), "The condition “band > 5” does not suit the loans"),
        (("roll-rates", "--where", "ln(-lent_fen) > 0"), "The condition “ln(-lent_fen) > 0” does"),
        (("summary", "--book", "none"), "There is no imported book named “none”."),
        (("summary", "--book", "../lending"), "“../lending” cannot be the name of a book"),
        (("replay", "--policy", "none.toml"), "The document none.toml cannot be read"),
        (("summary", "--as-of", "2020-01-01"), "Nothing is known of this book on 2020-01-01"),
    ],
)
def test_a_refusal_is_a_sentence_and_exit_code_2(
    said: Any, words: tuple[str, ...], sentence: str
) -> None:
    code, found, error = said(*words)

    assert (code, found) == (2, None)
    assert error.startswith(sentence)
