"""The data key: from the environment on a cluster, from the home's keys folder on one machine."""

import base64
import binascii
import os
import secrets
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from quanqu.infra.crypto.contracts import DataKeyError

KEY_BYTES = 32


@cache
def purpose_key(purpose: str, use: str) -> bytes:
    """Derive the 32-byte key of one purpose and use (HKDF-SHA256, RFC 5869)."""
    info = f"quanqu/{use}/{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(_root_key())


@cache
def _root_key() -> bytes:
    given = os.environ.get("QUANQU_DATA_KEY")
    if given:
        return _decoded(given, "QUANQU_DATA_KEY")
    home = os.environ.get("QUANQU_HOME")
    if not home:
        raise DataKeyError(place="QUANQU_HOME or QUANQU_DATA_KEY", problem="is not set")
    path = Path(home) / "keys" / "data.key"
    if not path.exists():
        _create(path)
    return _decoded(path.read_text().strip(), str(path))


def _create(path: Path) -> None:
    """Write a new key; of two processes that try at once, the first to link its file wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _decoded(text: str, place: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise DataKeyError(place=place, problem=f"is not {KEY_BYTES} bytes in base 64")
    return key
