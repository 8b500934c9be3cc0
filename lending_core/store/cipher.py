"""Texts encrypted one by one (AES-GCM, 256 bits); each says whose key opens it, no more."""

import base64
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
# What an encrypted text begins with; the owner's number and the bytes follow.
MARK = "enc1:"
_NONCE_BYTES = 12


def drawn_key() -> bytes:
    """A key that nobody can guess."""
    return os.urandom(KEY_BYTES)


def cipher(key: bytes) -> "AESGCM":
    """What encrypts and decrypts under a key."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def sealed(under: "AESGCM", owner: int, text: str) -> str:
    """The text encrypted, as text. The owner's number is bound to it: under another's, it does not
    open."""
    nonce = os.urandom(_NONCE_BYTES)
    box = nonce + under.encrypt(nonce, text.encode(), _bound(owner))
    return f"{MARK}{owner}:{base64.b64encode(box).decode()}"


def opened(under: "AESGCM", owner: int, token: str) -> str:
    """What was sealed. Raises `cryptography.exceptions.InvalidTag` for another key, or where a byte
    was changed."""
    box = base64.b64decode(token[token.rindex(":") + 1 :])
    return under.decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], _bound(owner)).decode()


def _bound(owner: int) -> bytes:
    return str(owner).encode()
