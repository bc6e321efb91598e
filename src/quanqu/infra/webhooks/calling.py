"""Call a webhook: to an address looked up and checked first, without following anything."""

import http.client
import os
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

HOSTS: Final = "QUANQU_WEBHOOK_HOSTS"
TIMEOUT_S: Final = 15
_READ: Final = 2_048


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status (None: nothing) with Retry-After, or what went wrong."""

    status: int | None
    retry_after: str = ""
    error: str = ""

    @property
    def is_taken(self) -> bool:
        """True when the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


def allowed_hosts() -> frozenset[str]:
    """Return the hosts that may be called though they are inside, or without https."""
    told = os.environ.get(HOSTS, "")
    return frozenset(host.strip().lower() for host in told.split(",") if host.strip())


def call(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    may_call: Callable[[Sequence[str]], bool],
) -> Answer:
    """Send one call and return the answer; nothing is raised for a receiver's fault.

    `may_call` decides by all the addresses of the host, before anything is sent.  The connection
    goes to an address that was checked, whatever the name means by now.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_secure = parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return Answer(None, error="its host is not known")
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not may_call(addresses):
        return Answer(None, error="its host is inside a network that may not be called")
    connection = _Pinned(host, port, addresses[0], is_secure=is_secure)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body, dict(headers))
        answer = connection.getresponse()
        answer.read(_READ)
        return Answer(answer.status, answer.headers.get("Retry-After", ""))
    except TimeoutError:
        return Answer(None, error=f"no answer within {TIMEOUT_S} s")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(None, error=type(error).__name__)
    finally:
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, under the host's name."""

    def __init__(self, host: str, port: int, address: str, *, is_secure: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT_S)
        self._pinned = address
        self._context = ssl.create_default_context() if is_secure else None
        if is_secure:
            self.default_port = 443

    def connect(self) -> None:
        """Connect to the address."""
        plain = socket.create_connection((self._pinned, self.port), TIMEOUT_S)
        if self._context is None:
            self.sock = plain
        else:
            self.sock = self._context.wrap_socket(plain, server_hostname=self.host)
