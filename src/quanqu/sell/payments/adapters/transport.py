"""One call to a provider: sent whole or not answered for, nothing followed, nothing raised."""

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

__all__ = ["Reply", "call"]

TIMEOUT_S: Final = 20
_READ: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; status None: nothing did, and nobody knows what the provider has done."""

    status: int | None
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_unclear(self) -> bool:
        """True when it may have happened or not: silence, a fault inside, too many calls."""
        return self.status is None or self.status >= 500 or self.status in (408, 409, 429)


def call(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes = b"",
    *,
    timeout_s: float = TIMEOUT_S,
) -> Reply:
    """Make one call. Shapes: headers of the reply by their small names."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(parts.netloc, timeout=timeout_s, context=context)
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=timeout_s)
    try:
        connection.request(method, target, body or None, dict(headers))
        answer = connection.getresponse()
        content = answer.read(_READ)
        told = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, content, told)
    except (OSError, http.client.HTTPException):
        return Reply(None)
    finally:
        connection.close()
