"""A cheap load generator: pre-encoded bodies over kept sockets, in a process of its own."""

import base64
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any

from bench._traffic import make_batches

_CONTEXT = get_context("spawn")
_TIMEOUT_S = 30.0


@dataclass(frozen=True)
class Target:
    """Where to send, and with which write key."""

    port: int
    path: str
    write_key: str


@dataclass
class Sent:
    """What came of it: seconds it took, latencies in ms, ids that were acknowledged."""

    seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    refused: int = 0


class Line:
    """One connection, renewed when it breaks."""

    def __init__(self, target: Target) -> None:
        self._target = target
        secret = base64.b64encode(f"{target.write_key}:".encode()).decode()
        self._head = (
            f"POST {target.path} HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n"
            f"Authorization: Basic {secret}\r\nContent-Type: application/json\r\n"
        )
        self._socket: socket.socket | None = None

    def post(self, body: bytes) -> int:
        """Send a body and return the status. Raises: OSError."""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._target.port), _TIMEOUT_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            head = f"{self._head}Content-Length: {len(body)}\r\n\r\n".encode()
            self._socket.sendall(head + body)
            return self._status(self._socket)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """End the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _status(self, connection: socket.socket) -> int:
        answer = b""
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += _received(connection)
        head = answer[:end].decode("latin-1").lower()
        length = int(head.partition("content-length:")[2].split("\r\n", 1)[0])
        while len(answer) < end + 4 + length:
            answer += _received(connection)
        if "connection: close" in head:
            self.close()
        return int(head.split(" ", 2)[1])


def flood(target: Target, *, batches: int, lines: int) -> Sent:
    """Send batches as fast as they are answered."""
    return _in_process(_flood, target, batches, lines)


def pace(target: Target, *, batches: int, per_s: float, lines: int) -> Sent:
    """Send batches at fixed times, answered or not; a latency counts from the planned time."""
    return _in_process(_pace, target, batches, per_s, lines)


class Insisting:
    """Senders that repeat every batch until it is acknowledged, until told to stop."""

    def __init__(self, target: Target, *, lines: int, per_s: float, batches: int) -> None:
        self._stop = _CONTEXT.Event()
        self._ours, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(
            target=_insist, args=(target, lines, per_s, batches, self._stop, theirs), daemon=True
        )
        self._process.start()
        self._ours.recv()

    def finish(self) -> Sent:
        """Let every batch under way be acknowledged and return what was."""
        self._stop.set()
        sent: Sent = self._ours.recv()
        self._process.join()
        return sent


def _in_process(work: Callable[..., Sent], *arguments: Any) -> Sent:
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_run, args=(theirs, work, arguments))
    process.start()
    sent: Sent = ours.recv()
    process.join()
    return sent


def _run(pipe: Any, work: Callable[..., Sent], arguments: tuple[Any, ...]) -> None:
    pipe.send(work(*arguments))


def _flood(target: Target, batches: int, lines: int) -> Sent:
    waiting = deque(make_batches(batches, seed=1, prefix="f"))
    sent = Sent()

    def work() -> None:
        line = Line(target)
        while True:
            try:
                ids, body = waiting.popleft()
            except IndexError:
                line.close()
                return
            started = time.perf_counter()
            _note(sent, line.post(body), ids, started)

    started = time.perf_counter()
    _threads(work, lines)
    sent.seconds = time.perf_counter() - started
    return sent


def _pace(target: Target, batches: int, per_s: float, lines: int) -> Sent:
    waiting = deque(enumerate(make_batches(batches, seed=2, prefix="p")))
    sent = Sent()
    started = time.perf_counter() + 0.2

    def work() -> None:
        line = Line(target)
        while True:
            try:
                number, (ids, body) = waiting.popleft()
            except IndexError:
                line.close()
                return
            planned = started + number / per_s
            time.sleep(max(planned - time.perf_counter(), 0.0))
            _note(sent, line.post(body), ids, planned)

    _threads(work, lines)
    sent.seconds = time.perf_counter() - started
    return sent


def _insist(target: Target, lines: int, per_s: float, batches: int, stop: Any, pipe: Any) -> None:
    waiting = deque(make_batches(batches, seed=3, prefix="k"))
    sent = Sent()
    pipe.send("ready")

    def work() -> None:
        line = Line(target)
        while waiting and not stop.is_set():
            ids, body = waiting.popleft()
            while not _acknowledged(line, body):
                sent.refused += 1
                time.sleep(0.05)
            sent.acknowledged += ids
            time.sleep(lines / per_s)
        line.close()

    _threads(work, lines)
    pipe.send(sent)


def _acknowledged(line: Line, body: bytes) -> bool:
    try:
        return line.post(body) == 200
    except OSError:
        return False


def _note(sent: Sent, status: int, ids: list[str], started: float) -> None:
    sent.latencies_ms.append((time.perf_counter() - started) * 1000)
    if status == 200:
        sent.acknowledged += ids
    else:
        sent.refused += 1


def _threads(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _received(connection: socket.socket) -> bytes:
    piece = connection.recv(65_536)
    if not piece:
        raise ConnectionError("the server closed the connection")
    return piece
