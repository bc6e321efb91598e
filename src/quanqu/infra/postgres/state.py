"""What the keeper of a home's server tells the others, and the locks they share."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from quanqu.infra.home.contracts import Home
from quanqu.infra.home.facade import secret
from quanqu.infra.postgres.contracts import Endpoint
from quanqu.infra.process.facade import FileLock

USER: Final = "quanqu"
DATABASE: Final = "quanqu"


@dataclass(frozen=True, slots=True)
class ServerState:
    """The keeper, and the port its server answers on (None: not yet, or no more)."""

    keeper_pid: int
    port: int | None


def lease_lock(home: Home) -> FileLock:
    """Return the lock that users of the server share; the keeper wants it for itself to stop."""
    return FileLock(home.run / "postgres.lease")


def keeper_lock(home: Home) -> FileLock:
    """Return the lock that the keeper holds for life."""
    return FileLock(home.run / "postgres.keeper")


def starting_lock(home: Home) -> FileLock:
    """Return the lock under which one of several users starts the keeper."""
    return FileLock(home.run / "postgres.starting")


def endpoint(home: Home, port: int) -> Endpoint:
    """Return how this home's database is reached."""
    return Endpoint(port, USER, secret(home, "database"), DATABASE)


def read_state(home: Home) -> ServerState | None:
    """Return what the last keeper wrote."""
    try:
        return ServerState(**json.loads(_file(home).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def write_state(home: Home, *, port: int | None) -> None:
    """Replace the state in one step."""
    draft = _file(home).with_suffix(".new")
    draft.write_text(json.dumps(asdict(ServerState(os.getpid(), port))), encoding="utf-8")
    draft.rename(_file(home))


def read_last_port(home: Home) -> int | None:
    """Return the port that the home's server had last: kept when it is still free."""
    try:
        return int((home.run / "postgres.port").read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None


def write_last_port(home: Home, port: int) -> None:
    """Remember the port for the next start."""
    (home.run / "postgres.port").write_text(str(port), encoding="ascii")


def _file(home: Home) -> Path:
    return home.run / "postgres.json"
