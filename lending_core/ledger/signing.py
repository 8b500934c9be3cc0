"""The key that signs heads: a file outside the database that only its owner may read."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from lending_core.errors import InvalidState

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_OWNER_ONLY = 0o600


def made_key(path: Path) -> None:
    """Draws an Ed25519 key into a new file; one that is there stays."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Made with these rights: there is no moment in which others could read it.
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError:
        return
    with os.fdopen(opened, "wb") as file:
        file.write(text)


def sign(path: Path, text: str) -> str:
    """Signature of a text as hex. Raises `InvalidState` where the key cannot be read."""
    return _private(path).sign(text.encode()).hex()


def public_key(path: Path) -> bytes:
    """The public half of the key as PEM. Raises `InvalidState` where the key cannot be read."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = _private(path).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _private(path: Path) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError):
        raise InvalidState("ledger_key_missing", path=path) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidState("ledger_key_missing", path=path)
    return key
