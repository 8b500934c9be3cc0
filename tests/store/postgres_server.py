"""A PostgreSQL server for tests, with a database for a catalogue: as `make lake` starts one, but it
does not wait for the disk."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from lending_core.settings import PROJECT_ROOT
from lending_core.store.catalogue_address import CatalogueAddress
from tests.store.spark_server import free_port

SCRIPT = PROJECT_ROOT / "tools" / "postgres.sh"


def missing() -> str:
    """What a test over a catalogue needs and this machine lacks; empty: nothing."""
    if find_spec("duckdb_extension_ducklake") is None:
        return "DuckLake is not installed: pip install -r requirements-lake.txt"
    found = list(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb")
    return "" if found else "no PostgreSQL: apt-get install postgresql"


@contextmanager
def running() -> Iterator[CatalogueAddress]:
    """The address of a server that runs for as long as the block, for the account that writes;
    passwords are read from its file."""
    # Not in a folder of pytest, which the server's own user may not enter.
    folder = Path(tempfile.mkdtemp(prefix="lending-postgres-"))
    address = CatalogueAddress("127.0.0.1", free_port(), "lending", "lake")
    before = os.environ.get("PGPASSFILE")
    os.environ["PGPASSFILE"] = str(folder / "pgpass")
    try:
        told(address, "start")
        yield address
    finally:
        told(address, "stop")
        shutil.rmtree(folder)
        os.environ.pop("PGPASSFILE")
        if before is not None:
            os.environ["PGPASSFILE"] = before


def told(address: CatalogueAddress, what: str) -> None:
    """Tells the running server to start or to stop."""
    settings = {
        "POSTGRES_FOLDER": str(Path(os.environ["PGPASSFILE"]).parent),
        "POSTGRES_PORT": str(address.port),
        "POSTGRES_OPTIONS": "-c fsync=off",
    }
    subprocess.run([SCRIPT, what], env=os.environ | settings, check=True, timeout=300)
