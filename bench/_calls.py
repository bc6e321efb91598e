"""Clients of an API in a process of their own: each sends its next call when it has its answer."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

_CONTEXT = get_context("spawn")
_TIMEOUT_S = 30.0
_ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Called:
    """What came of it: seconds it took, latencies in ms, how many of each status."""

    seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def per_s(self) -> float:
        """Answers a second."""
        return len(self.latencies_ms) / self.seconds

    def percentile_ms(self, share: float) -> float:
        """The latency that this share of the calls did not exceed."""
        return sorted(self.latencies_ms)[int((len(self.latencies_ms) - 1) * share)]


def call_for(
    port: int,
    path: str,
    key: str,
    bodies: list[bytes],
    *,
    clients: int,
    seconds: float,
    at_most: int | None = None,
) -> Called:
    """Let clients call for some seconds, or so many times together, each body in turn."""
    with _CONTEXT.Pool(1) as pool:
        return pool.apply(_call_for, (port, path, key, bodies, clients, seconds, at_most))


def _call_for(
    port: int,
    path: str,
    key: str,
    bodies: list[bytes],
    clients: int,
    seconds: float,
    at_most: int | None,
) -> Called:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
        "Content-Type: application/json\r\n"
    )
    requests = [f"{head}Content-Length: {len(one)}\r\n\r\n".encode() + one for one in bodies]
    parts: list[Called] = [Called() for _ in range(clients)]
    began = time.perf_counter()
    until = began + seconds

    def run(number: int) -> None:
        mine, at = parts[number], number
        with socket.create_connection(("127.0.0.1", port), _TIMEOUT_S) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (sent := time.perf_counter()) < until and (at_most is None or at < at_most):
                line.sendall(requests[at % len(requests)])
                status = _status(line)
                mine.latencies_ms.append((time.perf_counter() - sent) * 1000)
                mine.statuses[status] += 1
                at += clients

    threads = [threading.Thread(target=run, args=(number,)) for number in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    told = Called(seconds=time.perf_counter() - began)
    for part in parts:
        told.latencies_ms += part.latencies_ms
        told.statuses += part.statuses
    return told


def _status(line: socket.socket) -> int:
    answer = b""
    while (end := answer.find(b"\r\n\r\n")) < 0:
        answer += _received(line)
    head = answer[:end].decode("latin-1").lower()
    length = int(head.partition("content-length:")[2].split("\r\n", 1)[0])
    while len(answer) < end + 4 + length:
        answer += _received(line)
    return int(head.split(" ", 2)[1])


def _received(line: socket.socket) -> bytes:
    data = line.recv(65_536)
    if not data:
        raise OSError("the server closed the connection")
    return data


def make_key() -> str:
    """Make an API key by the command."""
    command = [
        sys.executable, "-m", "quanqu.project.cli", "token", "create", "--role", "integrator",
        "--json",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(_ROOT / "src")}
    made = subprocess.run(command, env=environment, capture_output=True, check=False)
    if made.returncode:
        raise RuntimeError((made.stdout + made.stderr).decode(errors="replace"))
    found: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
    return str(found.get("token") or found["key"])


def told(name: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    """Return one figure as a line of JSON has it."""
    return {"name": name, "value": round(value, 3), "unit": unit} | more
