"""The loop that keeps an installation up until it is told to stop."""

import http.client
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from quanqu.infra.home.facade import Home
from quanqu.infra.postgres.facade import Lease, likely_url, running_url
from quanqu.infra.process.facade import processes_marked, send, wait_gone
from quanqu.infra.supervisor.child import Child
from quanqu.infra.supervisor.contracts import (
    AlreadyRunningError,
    NotReadyError,
    Part,
    Running,
)
from quanqu.infra.supervisor.logs import LineLog
from quanqu.infra.supervisor.state import MARK, running, supervisor_lock, tell
from quanqu.kernel.errors import UnavailableError

_TICK_S: Final = 0.1
_DATABASE_CHECK_S: Final = 1.0
_DATABASE_RETRY_S: Final = 5.0
_READY_S: Final = 120
_SOON_S: Final = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run. The first part is the web server; the others start when it answers.

    `database_url` None means the home's own server. `prepare` is given the database's URL once
    it answers; when `is_prepared` tells beforehand that there is nothing to do, the web server
    loads while the database starts. `announce` is called once the web server has answered.
    `on_terminal` copies the logs to stderr.
    """

    home: Home
    parts: Sequence[Part]
    address: str
    database_url: str | None
    is_prepared: Callable[[], bool]
    prepare: Callable[[str], None]
    announce: Callable[[], None]
    on_terminal: bool = True


class Supervisor:
    """One run of a plan. Call `run` from the main thread: children end with that thread."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._stop = threading.Event()
        self._hurry = threading.Event()
        folder, shown = plan.home.logs, plan.on_terminal
        self._log = LineLog(folder, "up", stamped=True, on_terminal=shown)
        self._children = [
            Child(part, LineLog(folder, part.name, on_terminal=shown)) for part in plan.parts
        ]
        self._lease = Lease(plan.home) if plan.database_url is None else None
        self._environment: dict[str, str] = {}
        self._told: dict[str, str] = {}

    def run(self) -> None:
        """Start everything, keep it up until a signal, stop everything.

        Raises: AlreadyRunningError, NotReadyError, PartFailedError and the database's errors.
        """
        lock = supervisor_lock(self.plan.home)
        if not lock.acquire(wait=False):
            found = running(self.plan.home)
            address = found.address if found else "starting"
            raise AlreadyRunningError(home=self.plan.home.root, address=address)
        try:
            self._listen_for_signals()
            self._tell(is_ready=False)
            self._clear_leftovers()
            self._foresee()
            if self._connect():
                self._children[0].ask_to_stop()  # it was given another address
            self._begin()
            self._watch()
        finally:
            self._end()
            lock.release()

    def _listen_for_signals(self) -> None:
        def asked(_number: int, _frame: object) -> None:
            (self._hurry if self._stop.is_set() else self._stop).set()

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup, or a shell's background
                signal.signal(number, asked)

    def _tell(self, *, is_ready: bool) -> None:
        self._told = {child.part.name: child.trouble for child in self._children if child.trouble}
        tell(self.plan.home, Running(os.getpid(), self.plan.address, is_ready, self._told))

    def _clear_leftovers(self) -> None:
        left = processes_marked(MARK, str(self.plan.home.root))
        if left:
            self._log.write(f"stopping {len(left)} processes that an earlier run left behind")
            send(left, signal.SIGKILL)
            wait_gone(left, timeout_s=5)

    def _foresee(self) -> None:
        url = self.plan.database_url or likely_url(self.plan.home)
        if url is not None and self.plan.is_prepared():
            self._use(url)
            self._children[0].start(self._environment)

    def _connect(self) -> bool:
        url = self.plan.database_url or (self._lease.open() if self._lease else "")
        changed = self._environment.get("DATABASE_URL") != url
        self._use(url)
        return changed

    def _use(self, url: str) -> None:
        root = str(self.plan.home.root)
        self._environment = {"DATABASE_URL": url, "QUANQU_HOME": root, MARK: root}

    def _begin(self) -> None:
        if self._stop.is_set():
            return
        self.plan.prepare(self._environment["DATABASE_URL"])
        web, *others = self._children
        self._mend(web)  # starts it, unless it is loading already
        self._wait_ready(web)
        for child in others:
            if not self._stop.is_set():
                child.start(self._environment)

    def _wait_ready(self, web: Child) -> None:
        started = time.monotonic()
        while not self._stop.is_set():
            waited_s = time.monotonic() - started
            if answers(self.plan.address):
                self._tell(is_ready=True)
                self._log.write(f"ready on {self.plan.address}")
                self.plan.announce()
                return
            if waited_s > _READY_S:
                log = self.plan.home.logs / f"{web.part.name}.log"
                raise NotReadyError(seconds=_READY_S, log=log)
            self._mend(web)
            if web.despair is not None:
                raise web.despair
            self._stop.wait(0.03 if waited_s < _SOON_S else 0.5)

    def _watch(self) -> None:
        next_check = time.monotonic() + _DATABASE_CHECK_S
        while not self._stop.wait(_TICK_S):
            for child in self._children:
                self._mend(child)
            if any(self._told.get(c.part.name, "") != c.trouble for c in self._children):
                self._tell(is_ready=True)
            if self._lease is not None and time.monotonic() >= next_check:
                is_well = self._mend_database()
                pause_s = _DATABASE_CHECK_S if is_well else _DATABASE_RETRY_S
                next_check = time.monotonic() + pause_s

    def _mend(self, child: Child) -> None:
        event = child.mend(self._environment)
        if event is not None:
            self._log.write(event)

    def _mend_database(self) -> bool:
        """Make sure of the database; tell whether it answers, or is to be tried again."""
        if running_url(self.plan.home) is not None:
            return True
        self._log.write("the database does not answer; making sure that it runs")
        try:
            has_moved = self._connect()
        except (UnavailableError, OSError) as error:  # a full disk may get room again
            self._log.write(f"it will be tried again: {error}")
            return False
        if has_moved:
            self._log.write("the database has moved; starting every part again")
            for child in self._children:
                child.ask_to_stop()
        return True

    def _end(self) -> None:
        self._log.write("stopping")
        for child in reversed(self._children):
            child.ask_to_stop()
        for child in reversed(self._children):
            child.wait_stopped(hurry=self._hurry)
        if self._lease is not None:
            self._lease.close()
        self._log.write("stopped")


def answers(address: str) -> bool:
    """Tell whether the web server reports good health."""
    parts = urlsplit(address)
    asked = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        asked.request("GET", "/healthz")
        return asked.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
