"""How a database file is attached and read, what it may do then, and why it would not open."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import duckdb_extensions

# In a process of its own: closing a file here would give up the lock that keeps others out of it.
_COPY = "import shutil, sys; shutil.copyfile(*sys.argv[1:])"
# The form of the file; one of an older form takes this one on as it is written. The oldest, which
# the engine chooses by itself, takes half as much room again, and twice the time to open and to
# write lists of words.
_STORAGE = "v1.4.0"
# A long list of values in a condition is otherwise looked up by a join, whose rows come as threads
# bring them: rows of a file would then not be numbered as they stand in it.
IN_FILE_ORDER = "set disabled_optimizers = 'in_clause'"
_SCRATCH_SETTINGS = (
    "set wal_autocheckpoint = '1TB'",
    "set threads = 1",
    "pragma disable_checkpoint_on_shutdown",
)


def attach(
    connection: duckdb.DuckDBPyConnection, path: Path, key: str | None, name: str = "book"
) -> None:
    """Attaches the file as `book`, encrypted with a key. Raises `duckdb.Error`."""
    options = [f"storage_version '{_STORAGE}'"]
    if key is not None:
        options.append(f"encryption_key '{quoted(key)}'")
        _load_crypto(connection)
    connection.execute(f"attach '{quoted(str(path))}' as {name} ({', '.join(options)})")


# Where a cursor looks for tables: in the file.
IN_BOOK = "use book"


@contextmanager
def cursor_of(
    connection: duckdb.DuckDBPyConnection, place: str = IN_BOOK
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor of its own for one statement, over the book: a connection that threads share mixes
    up results."""
    cursor = connection.cursor()
    try:
        cursor.execute(place)
        yield cursor
    finally:
        cursor.close()


def rewrite(path: Path, *, key: str | None = None) -> None:
    """Writes a closed database anew, without what was changed or taken out of it, into its place.
    Raises `duckdb.Error` where it is open elsewhere."""
    fresh = path.with_suffix(".rewriting")
    fresh.unlink(missing_ok=True)
    with duckdb.connect(":memory:") as connection:
        attach(connection, path, key)
        attach(connection, fresh, key, name="fresh")
        connection.execute("copy from database book to fresh")
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
    fresh.replace(path)


def _load_crypto(connection: duckdb.DuckDBPyConnection) -> None:
    # Authenticated encryption of the file needs the crypto of this extension; it ships as a wheel.
    duckdb_extensions.import_extension("httpfs", con=connection)
    connection.execute("load httpfs")


def copy_file(source: Path, target: Path) -> None:
    """Copies a database that is open here. Raises `OSError` where it cannot be written."""
    command = [sys.executable, "-I", "-c", _COPY, str(source), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise OSError(done.stderr.strip().rpartition("\n")[2])


def ease(connection: duckdb.DuckDBPyConnection) -> None:
    """For a copy that is thrown away: commits stay in the log, and one thread works."""
    for setting in _SCRATCH_SETTINGS:
        connection.execute(setting)


def lock_down(
    connection: duckdb.DuckDBPyConnection, readable: Sequence[Path], folder: Path | None = None
) -> None:
    """After start-up no statement may read other files than the `readable` ones and those of a
    folder, load code or change these settings."""
    if readable:
        names = ", ".join(f"'{quoted(str(path.resolve()))}'" for path in readable)
        connection.execute(f"set allowed_paths = [{names}]")
    if folder is not None:
        connection.execute(f"set allowed_directories = ['{quoted(str(folder.resolve()))}']")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def quoted(text: str) -> str:
    """Text for between single quotes of a statement."""
    return text.replace("'", "''")


def reason(refusal: duckdb.Error, path: Path) -> str:
    """Why a file did not open, as a reason of `refusals.toml`."""
    # A folder may be called `blocks`, and a file `keys`.
    message = str(refusal).replace(str(path), "").lower()
    if "lock" in message:
        return "database_in_use"
    if "encrypt" in message or "key" in message:
        return "database_key"
    return "database_unreadable"
