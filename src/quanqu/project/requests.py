"""A request of granian's RSGI as WSGI wants it (PEP 3333)."""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final

from django.core.exceptions import BadRequest

BROKEN_OFF: Final = "The request body broke off."
TOO_SLOW: Final = "The request body came too slowly."

_BASE: Final[dict[str, Any]] = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Quanqu",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}
_PLAIN: Final = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
_BODILESS: Final = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})


def environ_of(scope: Any) -> dict[str, Any]:
    """Return the environment of a request, without its body.

    Header names with an underscore are left out: as variables they would pass for their twins
    with a hyphen, which proxies set and we believe.  A header sent twice is joined (RFC 9110).
    """
    host, _, port = scope.server.rpartition(":")
    environ = {
        **_BASE,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.url_scheme": scope.scheme,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        variable = _PLAIN.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
        known = environ.get(variable)
        separator = "; " if name == "cookie" else ","
        environ[variable] = value if known is None else f"{known}{separator}{value}"
    if scope.authority:
        environ.setdefault("HTTP_HOST", scope.authority)
    return environ


def announces_body(scope: Any) -> bool:
    """Tell whether a body follows: HTTP/1 says so, HTTP/2 need not."""
    length = scope.headers.get("content-length")
    if length is not None:
        return bool(length != "0")
    if scope.headers.get("transfer-encoding") is not None:
        return True
    return scope.http_version == "2" and scope.method not in _BODILESS


class Rest(io.RawIOBase):
    """A body whose start is here and whose rest is asked for, from a thread, as it comes.

    Raises: BadRequest when it ends before `length` bytes, or the sender is silent for `idle_s`
    seconds: half an upload must not pass for a whole one.
    """

    def __init__(
        self,
        start: bytes,
        following: Callable[[], Awaitable[bytes]],
        loop: asyncio.AbstractEventLoop,
        *,
        length: int,
        idle_s: float,
    ) -> None:
        self._held = start
        self._missing = length - len(start)
        self._following = following
        self._loop = loop
        self._idle_s = idle_s
        self._is_over = False

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, into: Any) -> int:
        """Fill the buffer with what is here, waiting for more when there is nothing."""
        while not self._held and not self._is_over:
            asked = asyncio.run_coroutine_threadsafe(self._next(), self._loop)
            self._held = asked.result()
        count = min(len(into), len(self._held))
        into[:count] = self._held[:count]
        self._held = self._held[count:]
        return count

    async def _next(self) -> bytes:
        try:
            async with asyncio.timeout(self._idle_s):
                piece = await self._following()
        except StopAsyncIteration:
            self._is_over = True
            if self._missing:
                raise BadRequest(BROKEN_OFF) from None
            return b""
        except TimeoutError:
            raise BadRequest(TOO_SLOW) from None
        self._missing -= len(piece)
        return piece
