"""One part as a process group of its own: started, stopped, swept, started again."""

import signal
import subprocess
import threading
import time
from collections.abc import Mapping

from quanqu.infra.process.facade import kill_group, python_command, python_environment, spawn
from quanqu.infra.supervisor.contracts import Part, PartFailedError
from quanqu.infra.supervisor.logs import LineLog
from quanqu.infra.supervisor.rules import (
    HEALTHY_AFTER_S,
    HOPELESS_AFTER,
    TROUBLED_AFTER,
    failures_after,
    restart_delay_s,
)


class Child:
    """A part and, when it runs, its process."""

    def __init__(self, part: Part, log: LineLog) -> None:
        self.part = part
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_at = 0.0
        self._failures = 0
        self._end = ""

    def start(self, environment: Mapping[str, str]) -> None:
        """Start the part. The kernel kills it should this process die: every part survives that."""
        self._process = spawn(
            python_command(self.part.module),
            output=subprocess.PIPE,
            environment=python_environment(**environment, PYTHONUNBUFFERED="1"),
            death_signal=signal.SIGKILL,
        )
        self._started_at = time.monotonic()
        if self._process.stdout is not None:
            self._log.follow(self._process.stdout)

    @property
    def is_running(self) -> bool:
        """Tell whether its first process is there."""
        return self._process is not None and self._process.poll() is None

    def mend(self, environment: Mapping[str, str]) -> str | None:
        """Start the part again when it has ended and waited enough; return what happened, if."""
        now = time.monotonic()
        if self._process is not None and self._process.poll() is not None:
            code = self._sweep(self._process)
            self._failures = failures_after(now - self._started_at, self._failures)
            delay_s = restart_delay_s(self._failures)
            self._start_at, self._end = now + delay_s, _how(code)
            again = f"starting it again in {delay_s:g} s"
            return f"{self.part.name} {self.trouble or f'ended ({self._end})'}; {again}"
        if self._process is None and now >= self._start_at:
            self.start(environment)
        return None

    @property
    def trouble(self) -> str:
        """Say that the part ends again and again; empty when it does not."""
        is_well = self.is_running and time.monotonic() - self._started_at >= HEALTHY_AFTER_S
        if self._failures < TROUBLED_AFTER or is_well:
            return ""
        return f"has ended {self._failures} times in a row ({self._end})"

    @property
    def despair(self) -> PartFailedError | None:
        """Return the error that gives the part up, once it has ended often enough."""
        if self._failures < HOPELESS_AFTER:
            return None
        reason = self._log.last_words.rstrip(".") or "it said nothing"
        return PartFailedError(
            part=self.part.name, trouble=self.trouble, reason=reason, log=self._log.path
        )

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the first process; it tells its own children."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def wait_stopped(self, *, hurry: threading.Event) -> None:
        """Wait as long as the part is granted, or until told to hurry; then kill its group."""
        if self._process is None:
            return
        deadline = time.monotonic() + self.part.stop_s
        while self._process.poll() is None and time.monotonic() < deadline and not hurry.is_set():
            hurry.wait(0.02)
        self._sweep(self._process)

    def _sweep(self, process: "subprocess.Popen[bytes]") -> int:
        kill_group(process.pid)  # workers that outlived the part's first process
        self._process = None
        return process.wait()


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit {code}"
