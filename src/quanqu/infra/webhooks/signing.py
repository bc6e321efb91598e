"""Sign calls (Standard Webhooks 1.0.0), space them out when they fail, keep inside out.

Source: the Standard Webhooks specification, "Signature scheme" and "Retries"; RFC 9110 10.2.3 for
Retry-After; RFC 6890 for addresses that are not of the public internet.
"""

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Collection
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

PREFIX: Final = "whsec_"
FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(hours=6)
LONGEST_ASKED: Final = timedelta(hours=24)
_LONGEST_URL: Final = 2_000


def write_secret(key: bytes) -> str:
    """Return a key as it is handed out."""
    return PREFIX + base64.b64encode(key).decode()


def sign(key: bytes, *, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature header of a call: HMAC-SHA256 over `id.timestamp.body`."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def wait_after(attempts: int, jitter: float) -> timedelta:
    """Return how long to wait after so many failed tries: 5 s, four times longer each time, at
    most 6 h, between half of that and all of it by `jitter` (0–1)."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * 4 ** min(attempts - 1, 12))
    return longest * (0.5 + jitter / 2)


def asked_wait(header: str, now: datetime) -> timedelta | None:
    """Read Retry-After, seconds or a date, up to a day; None when it says nothing."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_ASKED)
    try:
        until = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if until.tzinfo is None:
        return None
    return min(max(until - now, timedelta()), LONGEST_ASKED)


def url_fault(url: str, allowed: Collection[str]) -> str:
    """Return why an address cannot be called, in words; empty when it can.

    Only https, but for hosts that the operator allows (`host` or `host:port`).
    """
    if len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return "it is too long or has signs that an address cannot have"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "it is not an address"
    if not parts.hostname or parts.username or parts.password or parts.fragment:
        return "it needs a host, and neither a user nor a fragment"
    if parts.scheme != "https" and not (
        parts.scheme == "http" and is_allowed(parts.hostname, port, allowed)
    ):
        return "it does not begin with https://"
    return ""


def is_allowed(host: str, port: int | None, allowed: Collection[str]) -> bool:
    """Tell whether the operator allows a host though it is inside."""
    return host.lower() in allowed or f"{host.lower()}:{port}" in allowed


def is_public(address: str) -> bool:
    """Tell whether an address is of the public internet; one that carries another as well."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast
