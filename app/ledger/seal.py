"""Seals what people wrote: AES-256-GCM, one data key a comment, wrapped by a key-encryption key.

A sealed value is `version (1 byte) | nonce (12 bytes) | ciphertext and tag`. What it was sealed for (table,
column, row, and this format's version) is bound to it, so that no value can be moved to another place.
Destroying the wrapped data key of a comment destroys everything that it sealed.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from app.errors import PorchlightError, SettingsError

KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE_BYTES = 12


class SealBroken(PorchlightError):
    """A sealed value cannot be opened: it was changed, moved, or sealed with another key. Look at `porchlight serve`'s log."""

    slug = "seal-broken"


class KeySeal:
    """Makes and opens data keys with one key-encryption key of 32 random bytes."""

    def __init__(self, key: bytes) -> None:
        self._wrapping = AESGCM(_derive(key, b"wrap"))
        self._hashing = _derive(key, b"fingerprint")
        self.key_id = _derive(key, b"id").hex()[:16]

    def new_key(self, *, owner: str) -> "SealedKey":
        """A fresh random key for one owner."""
        key = os.urandom(KEY_BYTES)
        wrapped = _seal(self._wrapping, key, _bound("key", self.key_id, owner))
        return SealedKey(key_id=self.key_id, wrapped=wrapped, cipher=AESGCM(key))

    def unwrap(self, wrapped: bytes, *, key_id: str, owner: str) -> "SealedKey":
        """The key again. Raises SealBroken when it was wrapped by another key, or for another owner."""
        key = _open(self._wrapping, wrapped, _bound("key", key_id, owner))
        return SealedKey(key_id=key_id, wrapped=wrapped, cipher=AESGCM(key))

    def fingerprint(self, *parts: str) -> bytes:
        """A keyed hash, by which texts are compared without being kept."""
        return hmac.digest(self._hashing, _bound(*parts), hashlib.sha256)


@dataclass(frozen=True, slots=True)
class SealedKey:
    """The data key of one comment, open in memory, with its wrapped form."""

    key_id: str
    wrapped: bytes
    cipher: AESGCM

    def seal(self, plain: bytes, *, column: str, row: str) -> bytes:
        """Encrypt for one place; `column` is `table.column`."""
        return _seal(self.cipher, plain, _bound("value", column, row))

    def open(self, sealed: bytes, *, column: str, row: str) -> bytes:
        """Decrypt. Raises SealBroken when it was changed, or sealed for another place."""
        return _open(self.cipher, sealed, _bound("value", column, row))


def keep_key(file: Path) -> bytes:
    """The key in `file`; a new one, readable by its owner alone, when there is none. Raises SettingsError."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # Opened only if it is new, so that two processes starting together end with one key.
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = file.read_bytes()
    else:
        key = os.urandom(KEY_BYTES)
        with os.fdopen(handle, "wb") as new:
            new.write(key)
            new.flush()
            os.fsync(new.fileno())
    if len(key) != KEY_BYTES:
        raise SettingsError(f"{file} does not hold a key of {KEY_BYTES} bytes. Put your copy of the key there.")
    return key


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(SHA256(), KEY_BYTES, b"porchlight " + purpose).derive(key)


def _bound(*parts: str) -> bytes:
    """The parts as bytes; the lengths keep ("ab", "c") apart from ("a", "bc")."""
    encoded = [part.encode("utf-8", errors="surrogatepass") for part in parts]
    return _VERSION + b"".join(len(part).to_bytes(4) + part for part in encoded)


def _seal(cipher: AESGCM, plain: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + cipher.encrypt(nonce, plain, bound)


def _open(cipher: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    if sealed[:1] != _VERSION:
        raise SealBroken
    try:
        return cipher.decrypt(sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :], bound)
    except (InvalidTag, ValueError):
        raise SealBroken from None
