"""Picks a free TCP port on this machine."""

import random
import socket
from typing import Final

# below the range from which the kernel takes ports for outgoing connections: a client that
# retries while the server restarts must not get the server's own port
_FIRST, _LAST = 20_000, 32_000
_TRIES: Final = 200


def free_port(preferred: int | None = None) -> int:
    """Return a port of 127.0.0.1 that nobody listens on, the preferred one if it is free."""
    if preferred is not None and _is_free(preferred):
        return preferred
    chance = random.SystemRandom()
    for _ in range(_TRIES):
        port = chance.randint(_FIRST, _LAST)
        if _is_free(port):
            return port
    raise OSError("no free port on 127.0.0.1")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
