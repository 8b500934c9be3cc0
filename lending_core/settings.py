"""Where things are: the project's folders, and what the environment says about them."""

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent
REFERENCE_FOLDER = PROJECT_ROOT / "data" / "reference"

# The first of each is what an unset variable means.
ENGINES = ("duckdb", "spark", "lake")
# Spark answers reports over a lake; `lake` reads all from it, and writes nothing of the book.
DUCKDB, SPARK, LAKE = ENGINES
# The file beside which the rest lies; that of a console over a lake has accounts only.
_DATABASES = {DUCKDB: "lending.duckdb", SPARK: "lending.duckdb", LAKE: "lake_console.duckdb"}
LANGUAGE_CHOICES = ("auto", "en", "zh")
DEMO_CHOICES = ("off", "on")
# A copy of the book that is older than so many hours is told in another colour.
LAKE_AGE_HOURS = 24
# Where `make spark` lets a server listen.
SPARK_ADDRESS = "sc://127.0.0.1:15002"


@dataclass(frozen=True)
class Settings:
    """What a person may configure; the README lists the environment variable of each field."""

    database_path: Path
    database_key: str | None
    memory_limit: str
    language: str
    is_demonstration: bool = False
    hosts: frozenset[str] = frozenset()
    provider_path: Path | None = None
    ledger_key_path: Path | None = None
    engine: str = ENGINES[0]
    lake_path: Path = PROJECT_ROOT / "data" / "lake"
    spark_address: str = SPARK_ADDRESS
    lake_age_hours: int = LAKE_AGE_HOURS
    # Minutes between exports by the server, where something has changed; 0: none.
    lake_minutes: int = 0

    @property
    def signing_key_path(self) -> Path:
        """The key that signs the ledger: beside the database, never in it, unless said."""
        return self.ledger_key_path or self.database_path.with_suffix(".ledger-key")


def from_environment() -> Settings:
    """Settings read once, at the edge (`app.py`, the command line).

    Refuses an engine or a language that the console does not have.
    """
    engine = _one_of("LENDING_ENGINE", ENGINES)
    return Settings(
        database_path=Path(
            os.environ.get("LENDING_DATABASE") or PROJECT_ROOT / "data" / _DATABASES[engine]
        ),
        database_key=os.environ.get("LENDING_DATABASE_KEY") or None,
        memory_limit=os.environ.get("LENDING_MEMORY_LIMIT") or "4GB",
        language=_one_of("LENDING_LANGUAGE", LANGUAGE_CHOICES),
        is_demonstration=_one_of("LENDING_DEMO", DEMO_CHOICES) == "on",
        provider_path=Path(path) if (path := os.environ.get("LENDING_PROVIDER")) else None,
        hosts=frozenset(os.environ.get("LENDING_HOSTS", "").replace(",", " ").split()),
        ledger_key_path=Path(key) if (key := os.environ.get("LENDING_LEDGER_KEY")) else None,
        engine=engine,
        lake_path=Path(os.environ.get("LENDING_LAKE") or PROJECT_ROOT / "data" / "lake"),
        spark_address=os.environ.get("LENDING_SPARK") or SPARK_ADDRESS,
        lake_age_hours=_whole("LENDING_LAKE_HOURS", LAKE_AGE_HOURS),
        lake_minutes=_whole("LENDING_LAKE_MINUTES", 0),
    )


def _one_of(variable: str, choices: tuple[str, ...]) -> str:
    """The variable's value, the first choice when it is unset; else a refusal."""
    # Imported here because the sentences of refusals are found through this module.
    from lending_core.errors import InvalidInput

    value = os.environ.get(variable) or choices[0]
    if value not in choices:
        raise InvalidInput(
            "setting_unknown", variable=variable, value=value, choices=", ".join(choices)
        )
    return value


def _whole(variable: str, unset: int) -> int:
    """The variable as a whole number, `unset` where there is none; else a refusal."""
    from lending_core.errors import InvalidInput

    value = os.environ.get(variable)
    if value and not value.isdecimal():
        raise InvalidInput("setting_number", variable=variable, value=value)
    return int(value) if value else unset


def engine_threads() -> int:
    """How many threads answer a question over a database; all of the machine's unless said."""
    named = os.environ.get("LENDING_THREADS", "")
    return max(int(named), 1) if named.isdigit() else os.cpu_count() or 1


def key_folder(database: Path) -> Path:
    """The folder with the keys that open personal data: beside the database, never in it, unless
    said; of all databases there. A key's file is named in its database."""
    named = os.environ.get("LENDING_PRIVACY_KEYS")
    return Path(named) if named else database.parent / "privacy-keys"


def reference_file(name: str) -> Path:
    """Path of a tracked reference document, for example `products.toml`."""
    return REFERENCE_FOLDER / name
