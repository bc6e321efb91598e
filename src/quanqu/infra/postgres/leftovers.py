"""Clears what a crash leaves in a data folder: a stale pid file, a server without a supervisor."""

import signal
import sys
from pathlib import Path
from typing import Final

from quanqu.infra.postgres.rules import postmaster_pid
from quanqu.infra.process.facade import is_alive, processes_in, send, wait_gone

_PATIENCE: Final = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


def clear_leftovers(data: Path) -> None:
    """Stop servers and backends that still work in the folder, gently first.

    A pid file that names a process of somebody else is removed: after a restart of the machine
    the number may belong to anything. One that names nothing is left to PostgreSQL itself.
    """
    pid_file = data / "postmaster.pid"
    recorded = postmaster_pid(pid_file.read_text("utf-8")) if pid_file.exists() else None
    running = processes_in(data, program="postgres")
    if recorded in running:
        _end([recorded])
    _end(processes_in(data, program="postgres"))
    if sys.platform == "linux" and recorded not in running and recorded and is_alive(recorded):
        pid_file.unlink(missing_ok=True)


def _end(pids: list[int]) -> None:
    left = wait_gone(pids, timeout_s=0.5) if pids else []
    for what, patience_s in _PATIENCE:
        if not left:
            return
        send(left, what)
        left = wait_gone(left, timeout_s=patience_s)
