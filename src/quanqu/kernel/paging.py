"""Cursor paging: a page of results and the opaque text that asks for the next one."""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from quanqu.kernel.errors import InvalidError

__all__ = [
    "Cursor",
    "MalformedCursorError",
    "Page",
    "decode_cursor",
    "decode_key",
    "encode_cursor",
]

Item = TypeVar("Item")
Cursor = tuple[str | int | None, ...]

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LARGEST = 2**63 - 1  # what a key and a time in microseconds can be


class MalformedCursorError(InvalidError):
    """The cursor was not made by this API."""

    code = "kernel.malformed_cursor"
    template = "The cursor {text!r} is not valid. Start again from the first page."


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items in order, and the cursor of the next page (None: this is the last)."""

    items: tuple[Item, ...]
    next_cursor: str | None = None


def encode_cursor(values: Sequence[str | int | None]) -> str:
    """Write the sort values of the last item as opaque URL-safe text."""
    raw = json.dumps(list(values), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_cursor(text: str, *, length: int) -> Cursor:
    """Read a cursor of `length` sort values back, each storable. Raises: MalformedCursorError."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        values = json.loads(raw)
    except (binascii.Error, ValueError):
        raise MalformedCursorError(text=text) from None
    if not isinstance(values, list) or len(values) != length or not all(map(_is_value, values)):
        raise MalformedCursorError(text=text)
    return tuple(values)


def decode_key(text: str) -> int:
    """Read a cursor of a single key back. Raises: MalformedCursorError."""
    (key,) = decode_cursor(text, length=1)
    if not isinstance(key, int):
        raise MalformedCursorError(text=text)
    return key


def _is_value(value: object) -> bool:
    if isinstance(value, str):
        return _UNSTORABLE.search(value) is None
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value is None or (is_number and -_LARGEST - 1 <= value <= _LARGEST)  # type: ignore[operator] # a number here
