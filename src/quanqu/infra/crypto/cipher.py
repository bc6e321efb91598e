"""AES-256-GCM for values to be read again, HMAC-SHA256 for values to be found again."""

import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from quanqu.infra.crypto.contracts import UndecipherableError
from quanqu.infra.crypto.keyring import purpose_key

VERSION = b"\x01"
NONCE_BYTES = 12
_INNER = bytes(one ^ 0x36 for one in range(256))
_OUTER = bytes(one ^ 0x5C for one in range(256))


def encrypt(text: str, *, purpose: str) -> bytes:
    """Encrypt one value (NIST SP 800-38D): version byte, nonce, ciphertext with tag."""
    return encrypt_many([text], purpose=purpose)[0]


def encrypt_many(texts: Sequence[str], *, purpose: str) -> list[bytes]:
    """Encrypt many values of one purpose, each under a nonce of its own."""
    return _sealed([text.encode() for text in texts], purpose, b"")


def decrypt(sealed: bytes, *, purpose: str) -> str:
    """Read an encrypted value back. Raises: UndecipherableError."""
    return decrypt_bytes(sealed, purpose=purpose).decode()


def encrypt_bytes(content: bytes, *, purpose: str, bound_to: bytes = b"") -> bytes:
    """Encrypt one content, readable only together with what it is bound to (its row's key)."""
    return _sealed([content], purpose, bound_to)[0]


def decrypt_bytes(sealed: bytes, *, purpose: str, bound_to: bytes = b"") -> bytes:
    """Read an encrypted content back. Raises: UndecipherableError."""
    raw = bytes(sealed)
    if raw[:1] != VERSION:
        raise UndecipherableError
    nonce, body = raw[1 : 1 + NONCE_BYTES], raw[1 + NONCE_BYTES :]
    try:
        cipher = AESGCM(purpose_key(purpose, "encrypt"))
        return cipher.decrypt(nonce, body, purpose.encode() + bound_to)
    except (InvalidTag, ValueError):
        raise UndecipherableError from None


def keyed_hash(text: str, *, purpose: str) -> bytes:
    """Return the 32-byte HMAC-SHA256 (RFC 2104) by which a value is found but not stored."""
    return hmac.digest(purpose_key(purpose, "hash"), text.encode(), "sha256")


def hash_many(texts: Sequence[str], *, purpose: str) -> list[bytes]:
    """Return the keyed hash of many values of one purpose."""
    # the two keyed halves of RFC 2104 begin alike for every value: they are begun once
    block = purpose_key(purpose, "hash").ljust(hashlib.sha256().block_size, b"\0")
    begun = hashlib.sha256(block.translate(_INNER)).copy
    around = hashlib.sha256(block.translate(_OUTER)).copy
    hashes = []
    for text in texts:
        inner, outer = begun(), around()
        inner.update(text.encode())
        outer.update(inner.digest())
        hashes.append(outer.digest())
    return hashes


def _sealed(contents: Sequence[bytes], purpose: str, bound_to: bytes) -> list[bytes]:
    seal, told = AESGCM(purpose_key(purpose, "encrypt")).encrypt, purpose.encode() + bound_to
    noise = os.urandom(NONCE_BYTES * len(contents))
    nonces = [noise[at : at + NONCE_BYTES] for at in range(0, len(noise), NONCE_BYTES)]
    return [
        VERSION + nonce + seal(nonce, content, told)
        for nonce, content in zip(nonces, contents, strict=True)
    ]
