"""Where things are: the project's folders, and what the environment says about them."""

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent
REFERENCE_FOLDER = PROJECT_ROOT / "data" / "reference"


@dataclass(frozen=True)
class Settings:
    """What a person may configure; every field has an environment variable of the README's table."""

    database_path: Path
    database_key: str | None
    memory_limit: str


def from_environment() -> Settings:
    """Settings read once, at the edge (`app.py`, the command line)."""
    return Settings(
        database_path=Path(
            os.environ.get("LENDING_DATABASE", PROJECT_ROOT / "data" / "lending.duckdb")
        ),
        database_key=os.environ.get("LENDING_DATABASE_KEY") or None,
        memory_limit=os.environ.get("LENDING_MEMORY_LIMIT", "4GB"),
    )


def reference_file(name: str) -> Path:
    """Path of a tracked reference document, for example `products.toml`."""
    return REFERENCE_FOLDER / name
