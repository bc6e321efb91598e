"""The door of a web process: slow senders and slow readers keep no thread.

The server hands over each request as it begins (RSGI).  Its body is gathered here while others
are served; then one of a few threads answers it by WSGI, and the answer goes out from here.
"""

import asyncio
import logging
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from typing import IO, Any, Final

from granian._granian import RSGIProtocolClosed as ProtocolClosed

from quanqu.infra.http.contracts import TransportError
from quanqu.infra.http.facade import problem_response
from quanqu.project.requests import BROKEN_OFF, TOO_SLOW, Rest, announces_body, environ_of
from quanqu.project.together import Together

GATHERED: Final = 1 << 20
"""The most bytes of a body that wait for the rest; more of it is passed on as it comes."""
BODY_S: Final = 120.0
"""How long the gathered part of a body may take, however slowly it comes."""
IDLE_S: Final = 20.0
"""How long the sender of a large body, or the reader of an answer, may be silent."""

_LARGE_THREADS: Final = 2
_IN_MEMORY: Final = 2 << 20
_PIECE: Final = 1 << 18

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Answer:
    """What a thread made of a request; the body lies in memory, or on disk when it is long."""

    status: int
    headers: list[tuple[str, str]]
    body: IO[bytes]
    size: int


class Gateway:
    """Serves a WSGI application to granian's RSGI; `together` answers what it takes in sets."""

    def __init__(
        self, application: Wsgi, *, threads: int, together: Together | None = None
    ) -> None:
        self._application, self._together = application, together
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="web")
        # a long upload waits for its sender, so it must not wait where pages are served
        self._large = ThreadPoolExecutor(_LARGE_THREADS, thread_name_prefix="web-large")

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Gather, have it answered, send."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(BODY_S):
                start, is_whole = await _gathered(scope, protocol)
        except TimeoutError:
            await _send(protocol, _refusal(408, TOO_SLOW))
            return
        except ProtocolClosed:
            await _send(protocol, _refusal(400, BROKEN_OFF))
            return
        environ = environ_of(scope)
        if is_whole:
            environ["wsgi.input"], pool = BytesIO(start), self._threads
            environ["CONTENT_LENGTH"] = str(len(start))
            if self._together is not None and self._together.takes(environ):
                answer = await self._together.ask(environ, start)
                if answer is not None:
                    with suppress(ProtocolClosed):
                        protocol.response_bytes(answer.status, answer.headers, answer.body)
                    return
        elif not environ.get("CONTENT_LENGTH", "").isdecimal():
            text = f"Announce the Content-Length of a body of more than {GATHERED} bytes."
            await _send(protocol, _refusal(411, text))
            return
        else:
            length = int(environ["CONTENT_LENGTH"])
            rest = Rest(start, protocol.__anext__, loop, length=length, idle_s=IDLE_S)
            environ["wsgi.input"], pool = BufferedReader(rest), self._large
        await _send(protocol, await loop.run_in_executor(pool, self._answer, environ))

    def _answer(self, environ: dict[str, Any]) -> _Answer:
        head: list[Any] = []
        body = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when it is sent
        try:
            pieces = self._application(environ, lambda *told: head.extend(told))
            try:
                for piece in pieces:
                    body.write(piece)
            finally:
                close = getattr(pieces, "close", None)
                if close is not None:
                    close()
        except Exception:  # a bug past the framework's own handling, or a body that broke off
            log.exception("a request failed outside the application")
            body.close()
            return _refusal(500, "Something went wrong.")
        size = body.tell()
        body.seek(0)
        return _Answer(int(head[0].partition(" ")[0]), head[1], body, size)


async def _gathered(scope: Any, protocol: Any) -> tuple[bytes, bool]:
    """Return the start of the body, and whether it is all of it."""
    if not announces_body(scope):
        return b"", True
    length = scope.headers.get("content-length")
    if length is not None and length.isdecimal() and int(length) <= GATHERED:
        return await protocol(), True
    start, ends = bytearray(), 0
    async for piece in protocol:
        start += piece
        ends += not piece
        if len(start) > GATHERED:
            return bytes(start), False
    # the server ends a body with one empty piece, and gives one more for what it could not read
    if length is None and ends > 1:
        raise ProtocolClosed
    return bytes(start), True


async def _send(protocol: Any, answer: _Answer) -> None:
    with answer.body as body, suppress(ProtocolClosed):  # whoever asked may be gone
        if answer.size <= _IN_MEMORY:
            protocol.response_bytes(answer.status, answer.headers, body.read())
            return
        reader = protocol.response_stream(answer.status, answer.headers)
        while piece := body.read(_PIECE):
            async with asyncio.timeout(IDLE_S):
                await reader.send_bytes(piece)


def _refusal(status: int, text: str) -> _Answer:
    response = problem_response(TransportError(status, text))
    headers = [(name.lower(), value) for name, value in response.items()]
    headers.append(("connection", "close"))
    return _Answer(status, headers, BytesIO(response.content), len(response.content))
