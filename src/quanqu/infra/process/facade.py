"""What other packages may use of processes and locks."""

from quanqu.infra.process.children import (
    die_with_parent,
    is_alive,
    kill_group,
    processes_in,
    processes_marked,
    python_command,
    python_environment,
    send,
    spawn,
    wait_gone,
)
from quanqu.infra.process.contracts import Owner
from quanqu.infra.process.endings import end_in_silence, unwind_on_signals
from quanqu.infra.process.loading import loading
from quanqu.infra.process.locks import FileLock, is_held
from quanqu.infra.process.scratch import scratch_folder, sweep_scratch

__all__ = [
    "FileLock",
    "Owner",
    "die_with_parent",
    "end_in_silence",
    "is_alive",
    "is_held",
    "kill_group",
    "loading",
    "processes_in",
    "processes_marked",
    "python_command",
    "python_environment",
    "scratch_folder",
    "send",
    "spawn",
    "sweep_scratch",
    "unwind_on_signals",
    "wait_gone",
]
