"""What infra.crypto offers."""

from quanqu.infra.crypto.cipher import (
    decrypt,
    decrypt_bytes,
    encrypt,
    encrypt_bytes,
    encrypt_many,
    hash_many,
    keyed_hash,
)

__all__ = [
    "decrypt",
    "decrypt_bytes",
    "encrypt",
    "encrypt_bytes",
    "encrypt_many",
    "hash_many",
    "keyed_hash",
]
