"""A lease on a home's server: it runs while anybody holds one."""

import time
from types import TracebackType
from typing import Final

import psycopg

from quanqu.infra.home.contracts import Home
from quanqu.infra.postgres.contracts import PostgresDiskFullError, PostgresStartError
from quanqu.infra.postgres.state import (
    endpoint,
    keeper_lock,
    lease_lock,
    read_last_port,
    read_state,
    starting_lock,
)
from quanqu.infra.process.facade import (
    is_held,
    python_command,
    python_environment,
    spawn,
    wait_gone,
)

_START_S: Final = 330
_STOP_S: Final = 90
_NO_ROOM: Final = "No space left on device"


class Lease:
    """Keeps a home's server running between `open` and `close`, together with other holders."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._lock = lease_lock(home)

    def open(self) -> str:
        """Return the database's URL once it answers, starting the server if need be.

        Call it again to make sure of the server after a fault: the URL may have changed.
        Raises: PostgresStartError.
        """
        self._lock.acquire(shared=True)
        with starting_lock(self.home):
            url = running_url(self.home)
            return url if url is not None else self._start()

    def close(self) -> None:
        """Give the lease back; the last holder returns when the server has stopped."""
        state = read_state(self.home)
        is_last = self._lock.acquire(wait=False)
        self._lock.release()
        if is_last and state is not None and is_held(keeper_lock(self.home).path):
            wait_gone([state.keeper_pid], timeout_s=_STOP_S)

    def __enter__(self) -> str:
        return self.open()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _start(self) -> str:
        command = python_command("quanqu.infra.postgres.keeper", str(self.home.root))
        log = self.home.logs / "postgres-keeper.log"
        with log.open("wb") as output:
            spawn(command, output=output, environment=python_environment()).wait()
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            url = running_url(self.home)
            if url is not None:
                return url
            if not is_held(keeper_lock(self.home).path):
                break
            time.sleep(0.02)
        reason = log.read_text("utf-8", errors="replace").strip()
        if _NO_ROOM in reason:
            raise PostgresDiskFullError(reason=reason)
        raise PostgresStartError(reason=reason)


def likely_url(home: Home) -> str | None:
    """Return the URL at which the home's server will answer unless its port gets taken."""
    port = read_last_port(home)
    return None if port is None else endpoint(home, port).url


def running_url(home: Home) -> str | None:
    """Return the URL of the home's server if it answers a real connection now."""
    state = read_state(home)
    if state is None or state.port is None or not is_held(keeper_lock(home).path):
        return None
    url = endpoint(home, state.port).url
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return None
    return url
