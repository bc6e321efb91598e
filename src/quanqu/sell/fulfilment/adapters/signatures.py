"""Check what a carrier signs: Standard Webhooks 1.0.0, compared in constant time."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from quanqu.sell.fulfilment.contracts import TrackingSignatureError

__all__ = ["check_signature", "sign", "write_secret"]

TOLERANCE_S: Final = 300
_LONGEST_TIME: Final = 12


def write_secret(key: bytes) -> str:
    """Return a key as it is handed out."""
    return f"whsec_{base64.b64encode(key).decode()}"


def sign(key: bytes, *, message_id: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a message: HMAC-SHA256 over `id.timestamp.body`."""
    digest = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def check_signature(key: bytes, headers: Mapping[str, str], body: bytes, *, now: datetime) -> None:
    """Refuse what nobody with the key signed within five minutes of now.

    Source: Standard Webhooks specification, "Signature scheme": several signatures may stand in
    the header, separated by spaces.  Shapes: headers by their small names.
    Raises: TrackingSignatureError.
    """
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    is_number = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _LONGEST_TIME
    if not key or not message_id or not is_number:
        raise TrackingSignatureError
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE_S:
        raise TrackingSignatureError
    expected = sign(key, message_id=message_id, timestamp=timestamp, body=body).encode()
    given = headers.get("webhook-signature", "").split(" ")
    matches = [hmac.compare_digest(expected, one.encode()) for one in given]
    if not any(matches):
        raise TrackingSignatureError
