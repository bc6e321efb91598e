"""The text of a link: the id of its row and a signature, in base64url."""

import base64
import binascii
import hmac
from typing import Final
from uuid import UUID

SIGNATURE_BYTES: Final = 16
_LENGTH: Final = 43
"""Letters of 32 bytes in base64url without padding."""


def write_token(link_id: UUID, signature: bytes) -> str:
    """Return the text of a link from its id and the first 16 bytes of its signature."""
    raw = link_id.bytes + signature[:SIGNATURE_BYTES]
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_token(text: str) -> tuple[UUID, bytes] | None:
    """Return id and signature of a link's text; None when it is none."""
    if len(text) != _LENGTH:
        return None
    try:
        raw = base64.b64decode(f"{text}=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return UUID(bytes=raw[:16]), raw[16:]


def is_signed(given: bytes, signature: bytes) -> bool:
    """Compare a signature in constant time."""
    return hmac.compare_digest(given, signature[:SIGNATURE_BYTES])
