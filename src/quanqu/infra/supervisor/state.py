"""What a home's supervisor tells other commands, and how they stop it."""

import json
import signal
from dataclasses import asdict
from pathlib import Path
from typing import Final

from quanqu.infra.home.facade import Home
from quanqu.infra.process.facade import FileLock, is_held, send, wait_gone
from quanqu.infra.supervisor.contracts import Running

MARK: Final = "QUANQU_SUPERVISED_HOME"


def supervisor_lock(home: Home) -> FileLock:
    """Return the lock that a home's supervisor holds for life."""
    return FileLock(home.run / "up.lock")


def running(home: Home) -> Running | None:
    """Return the supervisor that works on the home now."""
    if not is_held(supervisor_lock(home).path):
        return None
    try:
        return Running(**json.loads(_file(home).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def tell(home: Home, state: Running) -> None:
    """Replace the state in one step."""
    draft = _file(home).with_suffix(".new")
    draft.write_text(json.dumps(asdict(state)), encoding="utf-8")
    draft.rename(_file(home))


def stop_running(home: Home, *, timeout_s: float) -> bool:
    """Ask the home's supervisor to stop and wait; False when there was none."""
    found = running(home)
    if found is None:
        return False
    send([found.pid], signal.SIGTERM)
    if wait_gone([found.pid], timeout_s=timeout_s):
        send([found.pid], signal.SIGKILL)
        wait_gone([found.pid], timeout_s=5)
    return True


def _file(home: Home) -> Path:
    return home.run / "up.json"
