"""The gateway over real sockets: whole requests, and nobody slow keeps a thread."""

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.builders.echo import LONG, THREADS

from quanqu.infra.postgres.facade import free_port
from quanqu.project.gateway import GATHERED

ROOT = Path(__file__).resolve().parents[2]
SERVE = """
from granian import Granian
from granian.constants import Interfaces
if __name__ == "__main__":
    Granian("tests.builders.echo:served", port={port}, interface=Interfaces.RSGI).serve()
"""
pytestmark = pytest.mark.slow

Address = tuple[str, int]


@contextmanager
def running(**more: str) -> Iterator[Address]:
    """Run the echo application in a process of its own."""
    address = ("127.0.0.1", free_port())
    with subprocess.Popen(
        [sys.executable, "-P", "-c", SERVE.format(port=address[1])],
        env={**os.environ, "PYTHONPATH": f"{ROOT}/src:{ROOT}", **more},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    ) as process:
        try:
            wait_for(address)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


def wait_for(address: Address) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the echo application does not answer")


@pytest.fixture(scope="module")
def server() -> Iterator[Address]:
    with running() as address:
        yield address


def ask(address: Address, head: str, body: bytes = b"", *, wait_s: float = 20) -> bytes:
    """Send bytes, read until the server closes."""
    with socket.create_connection(address, timeout=wait_s) as line:
        line.sendall(f"{head}\r\nHost: x\r\nConnection: close\r\n".encode("latin-1") + body)
        found = b""
        while piece := line.recv(65_536):
            found += piece
    return found


def told(answer: bytes) -> dict[str, Any]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b" 200 " in head.splitlines()[0], answer[:500]
    found = json.loads(body)
    assert isinstance(found, dict)
    return found


def chunked(body: bytes, size: int = 7000) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def test_a_body_without_a_length_comes_whole(server: Address) -> None:
    body = b"0123456789" * 10_000

    found = told(
        ask(server, "POST / HTTP/1.1", b"Transfer-Encoding: chunked\r\n\r\n" + chunked(body))
    )

    assert found["digest"] == hashlib.sha256(body).hexdigest()
    assert found["CONTENT_LENGTH"] == str(len(body))


def test_a_large_body_is_passed_on_as_it_comes(server: Address) -> None:
    body = os.urandom(GATHERED * 3)

    found = told(ask(server, "POST / HTTP/1.1", b"Content-Length: %d\r\n\r\n" % len(body) + body))

    assert (found["bytes"], found["digest"]) == (len(body), hashlib.sha256(body).hexdigest())


def test_a_large_body_must_announce_its_length(server: Address) -> None:
    body = chunked(b"x" * (GATHERED + 1), 60_000)

    answer = ask(server, "POST / HTTP/1.1", b"Transfer-Encoding: chunked\r\n\r\n" + body)

    assert b" 411 " in answer.splitlines()[0]
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "http.length_required"


def test_headers_cannot_pass_for_others(server: Address) -> None:
    headers = b"X-Forwarded-For: 1.1.1.1\r\nX_Forwarded_For: 6.6.6.6\r\n"
    twice = b"X-Sent: a\r\nX-Sent: b\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n"

    found = told(ask(server, "GET /caf%C3%A9?q=%20 HTTP/1.1", headers + twice))

    assert found["HTTP_X_FORWARDED_FOR"] == "1.1.1.1"
    assert (found["HTTP_X_SENT"], found["HTTP_COOKIE"]) == ("a,b", "a=1; b=2")
    assert found["PATH_INFO"].encode("latin-1").decode() == "/café"
    assert (found["QUERY_STRING"], found["REMOTE_ADDR"]) == ("q=%20", "127.0.0.1")


def test_slow_senders_keep_no_thread(server: Address) -> None:
    with ExitStack() as lines:
        for _ in range(THREADS * 10):
            line = lines.enter_context(socket.create_connection(server, timeout=5))
            line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")

        assert told(ask(server, "GET / HTTP/1.1", b"\r\n", wait_s=5))["bytes"] == 0


def test_slow_uploads_keep_no_thread_of_the_others(server: Address) -> None:
    with ExitStack() as lines:
        for _ in range(THREADS * 3):
            line = lines.enter_context(socket.create_connection(server, timeout=5))
            line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
            line.sendall(b"x" * (GATHERED + 10))

        assert told(ask(server, "GET / HTTP/1.1", b"\r\n", wait_s=5))["bytes"] == 0


def test_slow_readers_keep_no_thread(server: Address) -> None:
    with ExitStack() as lines:
        for _ in range(THREADS * 3):
            line = lines.enter_context(socket.create_connection(server, timeout=5))
            line.sendall(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
            assert line.recv(100).startswith(b"HTTP/1.1 200")

        answer = ask(server, "GET /long HTTP/1.1", b"\r\n")

    assert answer.count(b"x") >= LONG


@pytest.mark.parametrize(
    "sent",
    [
        b"Content-Length: 10\r\n\r\nhello",
        b"Content-Length: %d\r\n\r\n%b" % (GATHERED * 3, b"x" * GATHERED * 2),
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n",
    ],
    ids=["short", "long", "chunked", "malformed"],
)
def test_half_a_body_is_not_taken_for_a_whole_one(server: Address, sent: bytes) -> None:
    with socket.create_connection(server, timeout=20) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + sent)
        line.shutdown(socket.SHUT_WR)
        answer = line.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 400"), answer
    assert b"broke off" in answer


def test_a_bug_ends_its_own_request_only(server: Address) -> None:
    assert b" 500 " in ask(server, "GET /bug HTTP/1.1", b"\r\n").splitlines()[0]
    assert told(ask(server, "GET / HTTP/1.1", b"\r\n"))["bytes"] == 0


def test_a_body_that_never_ends_is_given_up() -> None:
    with running(QUANQU_TEST_BODY_S="0.5") as address:
        answer = ask(address, "POST / HTTP/1.1", b"Content-Length: 100\r\n\r\n{")

    assert b" 408 " in answer.splitlines()[0]
