"""Starts child processes and looks at processes by id."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

import quanqu
from quanqu.infra.process.contracts import Owner

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str],
    *,
    output: int | IO[bytes],
    environment: Mapping[str, str] | None = None,
    owner: Owner | None = None,
    death_signal: signal.Signals | None = None,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, its output going to `output`.

    `death_signal` is what the kernel sends it when the starting thread dies (Linux). `owner`
    is the user it runs as; only the superuser may name one.
    """
    return subprocess.Popen(  # noqa: S603 - the commands are ours
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=None if environment is None else dict(environment),
        cwd=folder,
        start_new_session=True,
        preexec_fn=None if death_signal is None else _tie(os.getpid(), death_signal),
        user=None if owner is None else owner.uid,
        group=None if owner is None else owner.gid,
        extra_groups=None if owner is None else [],
    )


def python_command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of ours with this very interpreter."""
    return [sys.executable, "-m", module, *arguments]


def python_environment(**changes: str) -> dict[str, str]:
    """Return our environment, in which a child finds this package, with changes."""
    source = str(Path(quanqu.__file__).parents[1])
    others = [
        p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p not in ("", source)
    ]
    return {**os.environ, "PYTHONPATH": os.pathsep.join([source, *others]), **changes}


def is_alive(pid: int) -> bool:
    """Tell whether a process of that id exists and is no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _state(pid) != "Z"


def wait_gone(pids: Sequence[int], *, timeout_s: float) -> list[int]:
    """Wait until the processes have ended; return those that have not."""
    deadline = time.monotonic() + timeout_s
    left = [pid for pid in pids if is_alive(pid)]
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        left = [pid for pid in left if is_alive(pid)]
    return left


def send(pids: Sequence[int], what: signal.Signals) -> None:
    """Send a signal to processes that may have ended meanwhile."""
    for pid in pids:
        try:
            os.kill(pid, what)
        except ProcessLookupError:
            continue


def kill_group(leader: int) -> None:
    """Kill what is left of the process group that `spawn` made for a child."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return  # nobody is left


def processes_marked(name: str, value: str) -> list[int]:
    """Find the processes that were started with this environment variable (Linux)."""
    wanted = f"{name}={value}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue  # it has ended, or belongs to somebody else
    return found


def processes_in(folder: Path, *, program: str) -> list[int]:
    """Find the processes of that program whose working directory is the folder (Linux)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            inside = os.readlink(entry / "cwd") == str(folder)
            if inside and Path(os.readlink(entry / "exe")).name == program:
                found.append(int(entry.name))
        except OSError:
            continue  # it has ended, or belongs to somebody else
    return found


def die_with_parent(death_signal: signal.Signals, *, parent: int) -> None:
    """Ask the kernel to send this process a signal when its parent dies (Linux).

    When the parent is gone already this ends the process at once.
    """
    tie = _tie(parent, death_signal)
    if tie is not None:
        tie()


def _tie(parent: int, death_signal: signal.Signals) -> Callable[[], None] | None:
    if _LIBC is None:
        return None
    prctl = _LIBC.prctl

    def tie() -> None:
        if prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0) != 0 or os.getppid() != parent:
            os._exit(125)

    return tie


def _state(pid: int) -> str:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return text.rpartition(")")[2].split()[0]
