"""What the environment may say, and what is refused."""

import subprocess
from pathlib import Path

import pytest

from lending_core import settings
from lending_core.errors import InvalidInput

VARIABLES = (
    "LENDING_DATABASE",
    "LENDING_DATABASE_KEY",
    "LENDING_DEMO",
    "LENDING_ENGINE",
    "LENDING_LAKE",
    "LENDING_LAKE_HOURS",
    "LENDING_LAKE_MINUTES",
    "LENDING_LANGUAGE",
    "LENDING_MEMORY_LIMIT",
    "LENDING_SPARK",
    "LENDING_THREADS",
)


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


def test_an_empty_environment_opens_the_database_of_the_repository_unencrypted() -> None:
    assert settings.from_environment() == settings.Settings(
        database_path=settings.PROJECT_ROOT / "data" / "lending.duckdb",
        database_key=None,
        memory_limit="4GB",
        language="auto",
    )


def test_every_variable_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENDING_DATABASE", "/books/other.duckdb")
    monkeypatch.setenv("LENDING_DATABASE_KEY", "a key")
    monkeypatch.setenv("LENDING_DEMO", "on")
    monkeypatch.setenv("LENDING_ENGINE", "spark")
    monkeypatch.setenv("LENDING_LAKE", "/lakes/one")
    monkeypatch.setenv("LENDING_SPARK", "sc://spark.house:15002")
    monkeypatch.setenv("LENDING_LANGUAGE", "zh")
    monkeypatch.setenv("LENDING_MEMORY_LIMIT", "16GB")

    assert settings.from_environment() == settings.Settings(
        database_path=Path("/books/other.duckdb"),
        database_key="a key",
        memory_limit="16GB",
        language="zh",
        is_demonstration=True,
        engine="spark",
        lake_path=Path("/lakes/one"),
        spark_address="sc://spark.house:15002",
    )


def test_an_engine_that_the_console_does_not_have_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LENDING_ENGINE", "hive")

    with pytest.raises(InvalidInput) as refusal:
        settings.from_environment()

    assert refusal.value.text("en") == (
        "The environment variable LENDING_ENGINE is “hive”, but only these are possible: "
        "duckdb, spark, lake."
    )


def test_a_language_without_texts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENDING_LANGUAGE", "fr")

    with pytest.raises(InvalidInput, match="auto, en, zh"):
        settings.from_environment()


def test_a_database_is_asked_by_as_many_threads_as_are_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LENDING_THREADS", "3")

    assert settings.engine_threads() == 3


def test_a_console_over_a_lake_has_a_file_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENDING_ENGINE", "lake")

    assert settings.from_environment().database_path.name == "lake_console.duckdb"


def test_a_period_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENDING_LAKE_MINUTES", "often")

    with pytest.raises(InvalidInput, match="“often”, which is no whole number"):
        settings.from_environment()


def test_nothing_that_is_made_beside_the_book_gets_into_the_repository(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LENDING_PRIVACY_KEYS")
    usual = settings.from_environment()
    made = (
        usual.database_path,
        usual.signing_key_path,
        settings.key_folder(usual.database_path) / "a.key",
        usual.database_path.with_name("lake_console.duckdb"),
        usual.database_path.parent / "books" / "one.duckdb",
        usual.lake_path / "manifest",
    )

    ignored = subprocess.run(
        ["git", "check-ignore", *made], cwd=settings.PROJECT_ROOT, capture_output=True, text=True
    )

    assert ignored.stdout.splitlines() == [str(path) for path in made]
