"""Reads what a tracking call brings: its body, unpacked within the limit, and its write key."""

import base64
import binascii
import zlib
from typing import Final

from django.http import HttpRequest

from quanqu.infra.http.contracts import TransportError
from quanqu.know.timeline import facade
from quanqu.know.timeline.contracts import (
    MAX_BODY_BYTES,
    BatchTooLargeError,
    MalformedBatchError,
)

_GZIP: Final = 31
_PLAIN: Final = frozenset({"", "identity"})
_PACKED: Final = frozenset({"gzip", "x-gzip"})


def body_of(request: HttpRequest) -> bytes:
    """Return the body, unpacked.

    Raises: BatchTooLargeError, MalformedBatchError, TransportError.
    """
    limit, announced = MAX_BODY_BYTES, request.headers.get("Content-Length", "")
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in _PLAIN and encoding not in _PACKED:
        raise TransportError(415, "The Content-Encoding is none of gzip and identity.")
    if announced.isdecimal() and int(announced) > limit:
        raise BatchTooLargeError(limit_bytes=limit)
    body = request.read(limit + 1)
    if encoding in _PACKED:
        body = _unpacked(body, limit)
    if len(body) > limit:
        raise BatchTooLargeError(limit_bytes=limit)
    return body


def write_key_of(request: HttpRequest, body: bytes) -> str | None:
    """Return the write key: the user name of Basic authentication, else `writeKey` in the body."""
    return _basic_key(request.headers.get("Authorization", "")) or facade.read_write_key(body=body)


def _unpacked(packed: bytes, limit: int) -> bytes:
    """Unpack gzip, never to more than one byte above the limit."""
    stream = zlib.decompressobj(_GZIP)
    try:
        body = stream.decompress(packed, limit + 1)
    except zlib.error as error:
        raise MalformedBatchError(reason=f"it is not gzip: {error}") from None
    if len(body) <= limit and not stream.eof:
        raise MalformedBatchError(reason="the gzip stream is cut off")
    if stream.unused_data:
        raise MalformedBatchError(reason="something follows the gzip stream")
    return body


def _basic_key(header: str) -> str:
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[0]
    except (binascii.Error, ValueError):
        return ""
