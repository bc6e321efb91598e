"""A port that is held is nobody else's, and still our own server's."""

import socket
import subprocess
import sys
import threading

import pytest

from quanqu.infra.postgres.facade import free_port
from quanqu.infra.process.facade import python_environment
from quanqu.project.cli.port import HeldPort, PortTakenError, hold_port

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="ports are held on Linux")

SERVE = """
import socket, sys
from quanqu.project.cli.port import hold_port
hold = hold_port(int(sys.argv[2]), is_running=False, held=int(sys.argv[4]))
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
server.bind(("127.0.0.1", hold.port))
server.listen()
print("listening", flush=True)
server.accept()[0].sendall(b"here")
"""


def test_two_that_start_in_the_same_instant_get_two_ports() -> None:
    ready, held = threading.Barrier(6), list[HeldPort]()

    def start() -> None:
        ready.wait()
        held.append(hold_port(None, is_running=False))

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for one in held:
        one.release()
    assert len({one.port for one in held}) == 6


def test_a_held_port_is_refused_to_others_by_name() -> None:
    port = free_port()
    hold = hold_port(port, is_running=False)

    assert hold.port == port
    assert free_port(port) != port
    with pytest.raises(PortTakenError):
        hold_port(port, is_running=False)
    other = hold_port(port, is_running=True)
    other.release()
    hold.release()
    assert other.port != port
    assert free_port(port) == port


def test_the_program_that_takes_our_place_serves_on_the_port_we_told() -> None:
    hold = hold_port(free_port(), is_running=False)
    arguments = hold.hand_over()

    served = subprocess.Popen(
        [sys.executable, "-c", SERVE, *arguments],
        close_fds=False,
        stdout=subprocess.PIPE,
        env=python_environment(),
    )
    assert served.stdout is not None
    with served, served.stdout:
        assert served.stdout.readline() == b"listening\n"
        with socket.create_connection(("127.0.0.1", hold.port), timeout=5) as asked:
            assert asked.recv(4) == b"here"
    hold.release()
