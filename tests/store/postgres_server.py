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
    port = free_port()
    settings = {
        "POSTGRES_FOLDER": str(folder),
        "POSTGRES_PORT": str(port),
        "POSTGRES_OPTIONS": "-c fsync=off",
    }
    environment = os.environ | settings
    before = os.environ.get("PGPASSFILE")
    os.environ["PGPASSFILE"] = str(folder / "pgpass")
    try:
        subprocess.run([SCRIPT, "start"], env=environment, check=True, timeout=300)
        yield CatalogueAddress("127.0.0.1", port, "lending", "lake")
    finally:
        subprocess.run([SCRIPT, "stop"], env=environment, check=True, timeout=60)
        shutil.rmtree(folder)
        os.environ.pop("PGPASSFILE")
        if before is not None:
            os.environ["PGPASSFILE"] = before
