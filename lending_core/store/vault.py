"""Keys of people: who has one in the database, wrapped by a key in a file outside it.

Each customer has a data key. Whoever destroys it has erased what it encrypted, wherever copies of
the rows lie. The key that opens all of them is a file in a folder of keys, named in the database.
"""

import functools
import os
import secrets
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from lending_core.errors import InvalidState
from lending_core.settings import reference_file
from lending_core.store import cipher

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Cursor = duckdb.DuckDBPyConnection
# Whose key encrypts what belongs to nobody in particular.
THE_BOOK = 0
_OWNER = "owner_id"
_OWNER_ONLY = 0o600
# Folder for keys that gave way to others.
RETIRED = "retired"
_ROWS_BETWEEN = 1_000
_KEYS_OF = """
    select customer_id as owner_id, wrapped_key from customer_key
    inner join owner on customer_key.customer_id = owner.owner_id
"""
# Of few, whose numbers are handed over: to register a frame takes longer than to find the keys.
_FEW = 50
_KEYS_OF_FEW = """
    select customer_id as owner_id, wrapped_key from customer_key
    where customer_id in (select unnest(cast($owners as bigint[])))
"""

_WRAP_ANEW = """
    update customer_key set wrapped_key = fresh.wrapped_key from fresh
    where customer_key.customer_id = fresh.customer_id
"""
# Keys done, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rewrapped:
    """A change of the key of a database: which gave way to which, and for how many people."""

    old_key_id: str
    new_key_id: str
    people: int


@dataclass(frozen=True)
class Sealed:
    """Encrypted columns of a table, how a row leads to its owner, and values that are words of the
    product and stay as they are."""

    columns: tuple[str, ...]
    owner: str | None = None
    through: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    def written(self, rows: pl.DataFrame) -> list[str]:
        """The columns in which any of these rows has something to encrypt."""
        known = [*self.codes, None]
        return [
            name
            for name in self.columns
            if name in rows.columns and not rows[name].is_in(known, nulls_equal=True).all()
        ]


@functools.cache
def sealed_tables() -> dict[str, Sealed]:
    """Encrypted columns by table, from `privacy.toml`."""
    told = tomllib.loads(reference_file("privacy.toml").read_text("utf-8"))["sealed"]
    return {
        table: Sealed(
            tuple(each["columns"]),
            each.get("owner"),
            tuple(each.get("through", ())),
            tuple(each.get("codes", ())),
        )
        for table, each in told.items()
    }


class Vault:
    """Encrypts rows on their way into one database, and opens what comes out of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def seal(self, cursor: Cursor, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows as the table keeps them: its personal columns encrypted, each with the key of
        whom it speaks of, which is made where there is none. Raises `InvalidState` where the key
        of this database is missing."""
        kept = sealed_tables().get(table)
        columns = kept.written(rows) if kept else []
        if kept is None or not columns:
            return rows
        owners = _owners(cursor, kept, rows)
        keys = self._keys(cursor, owners.unique().sort(), is_made=True)
        return rows.with_columns(_sealed(rows[name], owners, keys, kept.codes) for name in columns)

    def open(self, cursor: Cursor, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with every encrypted text in plain; null where the owner's key is destroyed."""
        columns = [each.name for each in rows if each.dtype == pl.String and _is_sealed(each)]
        if not columns:
            return rows
        tokens = pl.concat([rows[name].rename("token") for name in columns])
        owners = _owners_of(tokens).drop_nulls().unique().sort()
        keys = self._keys(cursor, owners, is_made=False)
        return rows.with_columns(_opened(rows[name], keys) for name in columns)

    def seal_table(self, cursor: Cursor, table: str) -> int:
        """Encrypts what the table keeps in plain, in place; returns how many rows had any."""
        kept = sealed_tables()[table]
        rows = cursor.execute(
            f'select *, rowid as place from "{table}" where {_plain(kept)}'  # noqa: S608
        ).pl()
        if rows.is_empty():
            return 0
        fresh = self.seal(cursor, table, rows).select("place", *kept.columns)
        cursor.register("fresh", fresh)
        columns = ", ".join(f'"{name}" = fresh."{name}"' for name in kept.columns)
        cursor.execute(
            f'update "{table}" set {columns} from fresh where "{table}".rowid = fresh.place'  # noqa: S608
        )
        cursor.unregister("fresh")
        return rows.height

    def has_plain(self, cursor: Cursor) -> bool:
        """Whether any personal column is not encrypted yet: the book is from before."""
        return any(
            cursor.execute(
                f'select 1 from "{table}" where {_plain(kept)} limit 1'  # noqa: S608
            ).fetchone()
            for table, kept in sealed_tables().items()
        )

    def check(self, cursor: Cursor) -> None:
        """Raises `InvalidState` where the key of this database is missing or another's."""
        key_id = _key_id(cursor)
        if key_id is not None:
            self._wrapping(key_id)

    def rewrap(self, cursor: Cursor, progress: Progress) -> Rewrapped:
        """Draws another key for this database and wraps every key of people with it; what these
        encrypted stays as it is. The file of before stays in its place: `retire` it once this is
        written for good. Raises `InvalidState` where there is no key yet, or it is missing."""
        old_id = _key_id(cursor)
        if old_id is None:
            raise InvalidState("privacy_key_none")
        over = cipher.cipher(self._wrapping(old_id))
        known = cursor.execute("select * from customer_key order by customer_id").pl()
        new_id = self._drawn()
        under = cipher.cipher(self._wrapping(new_id))
        wrapped = []
        for done, (owner, token) in enumerate(known.iter_rows(), start=1):
            wrapped.append(cipher.sealed(under, owner, self._unwrapped_hex(over, owner, token)))
            if done % _ROWS_BETWEEN == 0 or done == known.height:
                progress(done, known.height)
        fresh = known.with_columns(wrapped_key=pl.Series(wrapped, dtype=pl.String))
        cursor.register("fresh", fresh)
        cursor.execute(_WRAP_ANEW)
        cursor.unregister("fresh")
        cursor.execute("update privacy_key set key_id = $key_id", {"key_id": new_id})
        return Rewrapped(old_id, new_id, known.height)

    def retire(self, key_ids: Iterable[str]) -> None:
        """Puts the files of keys that gave way aside, where nothing looks for them: for backups of
        before, until these are destroyed."""
        for path in map(self._path, key_ids):
            if path.exists():
                aside = self.folder / RETIRED
                aside.mkdir(exist_ok=True, mode=0o700)
                path.replace(aside / path.name)

    def _keys(self, cursor: Cursor, owners: pl.Series, *, is_made: bool) -> "dict[int, AESGCM]":
        """Ciphers by owner."""
        wrapped_keys = _wrapped_keys(cursor, owners)
        key_id = _key_id(cursor)
        if key_id is None:
            if not is_made:
                return {}
            key_id = self._made(cursor)
        over = cipher.cipher(self._wrapping(key_id))
        keys = {owner: self._unwrapped(over, owner, wrapped) for owner, wrapped in wrapped_keys}
        if is_made:
            _make_missing(cursor, over, owners, keys)
        return keys

    def _unwrapped(self, over: "AESGCM", owner: int, wrapped: str) -> "AESGCM":
        return cipher.cipher(bytes.fromhex(self._unwrapped_hex(over, owner, wrapped)))

    def _unwrapped_hex(self, over: "AESGCM", owner: int, wrapped: str) -> str:
        from cryptography.exceptions import InvalidTag

        try:
            return cipher.opened(over, owner, wrapped)
        except InvalidTag:
            raise InvalidState("privacy_key_wrong", folder=self.folder) from None

    def _made(self, cursor: Cursor) -> str:
        """Draws the first key of this database; returns its name."""
        key_id = self._drawn()
        cursor.execute("insert into privacy_key values ($key_id)", {"key_id": key_id})
        return key_id

    def _drawn(self) -> str:
        """Draws a key into a new file of the folder, there for good; returns its name."""
        key_id = secrets.token_hex(16)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._path(key_id)
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(opened, "wb") as file:
            file.write(cipher.drawn_key())
            file.flush()
            os.fsync(file.fileno())
        return key_id

    def _wrapping(self, key_id: str) -> bytes:
        try:
            key = self._path(key_id).read_bytes()
        except OSError:
            raise InvalidState("privacy_key_missing", path=self._path(key_id)) from None
        if len(key) != cipher.KEY_BYTES:
            raise InvalidState("privacy_key_wrong", folder=self.folder)
        return key

    def _path(self, key_id: str) -> Path:
        return self.folder / f"{key_id}.key"


def _plain(kept: Sealed) -> str:
    codes = ", ".join(f"'{code}'" for code in kept.codes)
    other = ' and "{name}" not in (' + codes + ")" if codes else ""
    is_plain = '(not starts_with("{name}", \'' + cipher.MARK + "')" + other + ")"
    return " or ".join(is_plain.format(name=name) for name in kept.columns)


def _wrapped_keys(cursor: Cursor, owners: pl.Series) -> list[tuple[int, str]]:
    """Keys of these owners as the database keeps them, by owner."""
    if len(owners) <= _FEW:
        return cursor.execute(_KEYS_OF_FEW, {"owners": owners.to_list()}).fetchall()
    cursor.register("owner", owners.rename(_OWNER).to_frame())
    wrapped_keys = cursor.execute(_KEYS_OF).fetchall()
    cursor.unregister("owner")
    return wrapped_keys


def _key_id(cursor: Cursor) -> str | None:
    found = cursor.execute("select key_id from privacy_key").fetchone()
    return str(found[0]) if found else None


def _owners(cursor: Cursor, kept: Sealed, rows: pl.DataFrame) -> pl.Series:
    """Whose each row is."""
    if kept.owner is not None:
        return rows[kept.owner].cast(pl.Int64)
    if not kept.through:
        return pl.Series(_OWNER, [THE_BOOK] * rows.height, dtype=pl.Int64)
    table, key = kept.through
    cursor.register("asked", rows.select(key))
    found = cursor.execute(
        f'select asked."{key}", min(known.customer_id) as owner_id from asked '  # noqa: S608
        f'left join "{table}" as known on asked."{key}" = known."{key}" group by 1'
    ).pl()
    cursor.unregister("asked")
    led = rows.select(key).join(found, on=key, how="left", maintain_order="left")
    return led[_OWNER].fill_null(THE_BOOK)


def _make_missing(
    cursor: Cursor,
    over: "AESGCM",
    owners: pl.Series,
    keys: "dict[int, AESGCM]",
) -> None:
    missing = [owner for owner in owners.to_list() if owner not in keys]
    if not missing:
        return
    drawn = [cipher.drawn_key() for _ in missing]
    keys.update(zip(missing, map(cipher.cipher, drawn), strict=True))
    wrapped = [
        cipher.sealed(over, owner, key.hex()) for owner, key in zip(missing, drawn, strict=True)
    ]
    cursor.register("made", pl.DataFrame({"customer_id": missing, "wrapped_key": wrapped}))
    cursor.execute("insert into customer_key by name select * from made")
    cursor.unregister("made")


def _sealed(
    values: pl.Series, owners: pl.Series, keys: "dict[int, AESGCM]", codes: tuple[str, ...]
) -> pl.Series:
    texts = values.cast(pl.String).to_list()
    tokens = [
        text
        if text is None or text in codes or _opens(keys[owner], owner, text)
        else cipher.sealed(keys[owner], owner, text)
        for text, owner in zip(texts, owners.to_list(), strict=True)
    ]
    return pl.Series(values.name, tokens, dtype=pl.String)


def _opens(key: "AESGCM", owner: int, text: str) -> bool:
    """Whether it is sealed with this key already: a row that is put back. Whoever types the mark
    cannot know what follows it."""
    if not text.startswith(cipher.MARK):
        return False
    try:
        return _text(key, owner, text) is not None
    except (InvalidState, ValueError):
        return False


def _opened(values: pl.Series, keys: "dict[int, AESGCM]") -> pl.Series:
    owners = _owners_of(values).to_list()
    texts = [
        text if owner is None else _text(keys.get(owner), owner, text)
        for text, owner in zip(values.to_list(), owners, strict=True)
    ]
    return pl.Series(values.name, texts, dtype=pl.String)


def _text(key: "AESGCM | None", owner: int, token: str) -> str | None:
    from cryptography.exceptions import InvalidTag

    try:
        return None if key is None else cipher.opened(key, owner, token)
    except InvalidTag:
        raise InvalidState("personal_data_changed", customer_id=owner) from None


def _is_sealed(values: pl.Series) -> bool:
    return bool(values.str.starts_with(cipher.MARK).any())


def _owners_of(tokens: pl.Series) -> pl.Series:
    """The owner's number of each encrypted text, null for plain ones."""
    return tokens.str.extract(rf"^{cipher.MARK}(\d+):[A-Za-z0-9+/=]+$").cast(pl.Int64)
