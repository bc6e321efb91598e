"""Rows of a warehouse as events. Source: docs/rules/warehouse.md."""

import ipaddress
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from quanqu.know.timeline.contracts import WarehouseInputError, WarehouseRead
from quanqu.know.timeline.rules.drafts import fingerprint

SCHEMES: Final = ("postgresql", "postgres")
MAX_QUERY_CHARS: Final = 20_000
_COLUMN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_$]{0,62}")
_SELECT: Final = re.compile(r"\s*(select|with|table|values)\b", re.IGNORECASE)
_NEEDED: Final = ("id_column", "cursor_column", "time_column")
_OPTIONAL: Final = ("event_column", "user_column", "anonymous_column")
_USED: Final = (*_NEEDED, *_OPTIONAL)


def check_read(read: WarehouseRead) -> WarehouseRead:
    """Return what to read, if it can be. Raises: WarehouseInputError."""
    if not 0 < len(read.query) <= MAX_QUERY_CHARS or not _SELECT.match(read.query):
        reason = f"it is one SELECT of at most {MAX_QUERY_CHARS} characters"
        raise WarehouseInputError(field="query", reason=reason)
    for name in _USED:
        told = getattr(read, name)
        if (told or name in _NEEDED) and not _COLUMN.fullmatch(told):
            raise WarehouseInputError(field=name, reason="it is the name of a column")
    if bool(read.event) == bool(read.event_column) or len(read.event) > 256:
        raise WarehouseInputError(field="event", reason="give a name, or the column that has it")
    if not read.user_column and not read.anonymous_column:
        reason = "user_column or anonymous_column says whose a row is"
        raise WarehouseInputError(field="user_column", reason=reason)
    return read


def check_url(url: str) -> tuple[str, str]:
    """Return the host and the address without user and password. Raises: WarehouseInputError."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 5432
    except ValueError:
        raise WarehouseInputError(field="url", reason="it is no connection string") from None
    if parts.scheme not in SCHEMES or not host or host.startswith(("/", "%2f", "%2F")):
        reason = "it is postgresql://user:password@host/database"
        raise WarehouseInputError(field="url", reason=reason)
    if parts.query and "host" in parts.query:
        raise WarehouseInputError(field="url", reason="the host stands before the path only")
    return host, f"{host}:{port}{parts.path}"


def is_reachable(host: str, address: str, allowed: frozenset[str]) -> bool:
    """Tell whether an address of a host may be connected to.

    Where hosts are listed, those only; otherwise any but link-local addresses, at which clouds
    answer with credentials, and those that are no one machine's.
    """
    if allowed:
        return host.lower() in allowed
    found = ipaddress.ip_address(address)
    return not (found.is_link_local or found.is_multicast or found.is_unspecified)


def event_of(row: Mapping[str, Any], read: WarehouseRead) -> dict[str, Any]:
    """Return a row as an event of the tracking API; what has no form in JSON becomes text."""
    used = {getattr(read, name) for name in _USED}
    told = row.get(read.event_column) if read.event_column else read.event
    event: dict[str, Any] = {
        "type": "track",
        "event": _text(told),
        "messageId": f"wh-{fingerprint('warehouse', _text(row.get(read.id_column))).hex()}",
        "timestamp": _plain(row.get(read.time_column)),
        "properties": {
            name: _plain(value)
            for name, value in row.items()
            if name not in used and value is not None
        },
    }
    for key, column in (("userId", read.user_column), ("anonymousId", read.anonymous_column)):
        if column and row.get(column) is not None:
            event[key] = _text(row[column])
    return event


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else None
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, date | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return None
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value
