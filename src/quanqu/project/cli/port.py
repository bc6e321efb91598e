"""The port to serve on: chosen, and held from then on so that nobody else is told the same."""

import socket
import sys
from typing import ClassVar

from quanqu.infra.postgres.facade import free_port
from quanqu.kernel.errors import RefusedError

_DEFAULT_PORT = 8000


class PortTakenError(RefusedError):
    """Another program listens on the port."""

    code: ClassVar[str] = "cli.port_taken"
    template: ClassVar[str] = "Port {port} is taken by another program. Choose one with --port."


class HeldPort:
    """A port that is bound and not listened on: our own server can have it beside us, no other
    program can (Linux; elsewhere it is chosen and not held)."""

    def __init__(self, port: int, held: socket.socket | None) -> None:
        """Keep the socket, whose life is that of the hold."""
        self.port, self._held = port, held

    def release(self) -> None:
        """Let others have it."""
        if self._held is not None:
            self._held.close()

    def hand_over(self) -> list[str]:
        """Return the arguments by which `up` takes the hold over, in the place of this program."""
        if self._held is None:
            return ["--port", str(self.port)]
        self._held.set_inheritable(True)
        return ["--port", str(self.port), "--held", str(self._held.fileno())]


def hold_port(wanted: int | None, *, is_running: bool, held: int | None = None) -> HeldPort:
    """Hold the port to serve on: the wanted one, or 8000, or a free one. Raises: PortTakenError.

    One that our own home `is_running` on is no other program's: who starts there is told so later.
    `held`: the descriptor of the hold that the program before us took on the wanted one.
    """
    if held is not None and wanted is not None:
        taken_over = socket.socket(fileno=held)
        taken_over.set_inheritable(False)
        return HeldPort(wanted, taken_over)
    if sys.platform != "linux":
        return HeldPort(_checked(free_port(wanted or _DEFAULT_PORT), wanted, is_running), None)
    port: int | None = wanted or _DEFAULT_PORT
    while True:
        port = _checked(free_port(port), wanted, is_running)
        found = _bind(port)
        if found is not None:
            return HeldPort(port, found)
        port = None if wanted is None or is_running else port


def _checked(port: int, wanted: int | None, is_running: bool) -> int:
    if wanted not in (None, port) and not is_running:
        raise PortTakenError(port=wanted)
    return port


def _bind(port: int) -> socket.socket | None:
    """Bind a port, None when another program was quicker."""
    # what is left of closed connections keeps a port from whoever wants it alone
    for may_share in (0, 1):
        held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, may_share)
        try:
            held.bind(("127.0.0.1", port))
        except OSError:
            held.close()
            continue
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as our server asks for it
        return held
    return None
