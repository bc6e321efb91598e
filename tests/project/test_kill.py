"""kill -9 at random moments: what was acknowledged is there, and nobody is left over."""

import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import deltalake  # noqa: TID251 - the test looks at what is in the lake
import psutil
import pytest

from quanqu.infra.home.facade import Home, open_home
from quanqu.infra.postgres.facade import free_port
from quanqu.infra.postgres.placement import place
from quanqu.infra.supervisor.facade import running

ROOT = Path(__file__).resolve().parents[2]
QUANQU = [sys.executable, "-P", "-m", "quanqu.project.cli"]

pytestmark = pytest.mark.slow


@pytest.fixture
def home() -> Iterator[Home]:
    folder = Path(tempfile.mkdtemp(prefix="quanqu-kill-"))
    folder.chmod(0o711)
    yield open_home(folder)
    shutil.rmtree(folder)


def environment(home: Home) -> dict[str, str]:
    kept = {
        k: v for k, v in os.environ.items() if k != "DATABASE_URL" and not k.startswith("QUANQU_")
    }
    return {**kept, "QUANQU_HOME": str(home.root), "PYTHONPATH": str(ROOT / "src")}


def quanqu(home: Home, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*QUANQU, *arguments],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def up(home: Home, port: int) -> None:
    done = quanqu(home, "up", "--detach", "--json", "--port", str(port))
    assert done.returncode == 0, done.stderr


def of_home(home: Home) -> list[psutil.Process]:
    """Find every living process that works on the home: ours, and PostgreSQL's by its folder."""
    mark, data = str(home.root), str(place(home).data)
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
                continue
            words = " ".join(process.cmdline())
            if (
                process.environ().get("QUANQU_HOME") == mark
                or mark in words
                or process.cwd() == data
            ):
                found.append(process)
        except psutil.Error:
            continue
    return found


def wait_empty(home: Home) -> None:
    deadline = time.monotonic() + 90
    while left := of_home(home):
        assert time.monotonic() < deadline, f"left over: {left}"
        time.sleep(0.1)


class Sender:
    """Sends numbered events in batches until told to stop; remembers which were acknowledged."""

    def __init__(self, port: int, write_key: str) -> None:
        self._port = port
        self._header = "Basic " + b64encode(f"{write_key}:".encode()).decode()
        self._stop = threading.Event()
        self._next = 0
        self.acknowledged: list[str] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            ids = [f"kill-{self._next + number}" for number in range(20)]
            self._next += 20
            if self._is_accepted(ids):
                self.acknowledged += ids
            else:
                self._stop.wait(0.02)

    def _is_accepted(self, ids: list[str]) -> bool:
        batch = [
            {"type": "track", "event": "Tried", "messageId": i, "anonymousId": "a"} for i in ids
        ]
        call = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        try:
            headers = {"Authorization": self._header, "Content-Type": "application/json"}
            call.request("POST", "/v1/batch", json.dumps({"batch": batch}), headers)
            return call.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            call.close()


def write_key(home: Home) -> str:
    """Make a group with one web shop and a source there; return the source's write key."""
    for command in (
        "group Kill --currency EUR",
        "company one --name One --currency EUR",
        "place one web --name Web --type web_shop --time-zone Europe/Berlin",
    ):
        done = quanqu(home, "org", *command.split(), "--json")
        assert done.returncode == 0, done.stdout + done.stderr
    done = quanqu(home, "source", "create", "web", "--place", "web", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return str(json.loads(done.stdout)["write_key"])


def settled(home: Home) -> list[str]:
    path = home.lake / "fact_event"
    if not (path / "_delta_log").is_dir():
        return []
    table = deltalake.DeltaTable(path).to_pyarrow_table(columns=["message_id"])
    return [str(one) for one in table.column("message_id").to_pylist()]


def wait_settled(home: Home, ids: set[str]) -> None:
    deadline = time.monotonic() + 180
    while missing := ids - set(settled(home)):
        assert time.monotonic() < deadline, f"{len(missing)} acknowledged events were lost"
        time.sleep(0.2)


def victims(home: Home) -> dict[str, int]:
    found = {}
    for process in of_home(home):
        words = " ".join(process.cmdline())
        for name in ("web", "worker", "settler"):
            if f"quanqu.project.{name}" in words:
                found[name] = process.pid
        if "postgres.keeper" in words:
            found["keeper"] = process.pid
        if "/postgres -D" in words:
            found["postmaster"] = process.pid
    return found


def test_kills_lose_no_acknowledged_event_and_leave_nobody(home: Home) -> None:
    port, chance = free_port(), random.Random(20261122)
    up(home, port)
    key = write_key(home)
    sender = Sender(port, key)
    try:
        for victim in ("web", "postmaster", "settler", "keeper", "supervisor"):
            time.sleep(chance.uniform(0.2, 1.5))
            if victim == "supervisor":
                state = running(home)
                assert state is not None
                os.kill(state.pid, signal.SIGKILL)
                wait_empty(home)
                up(home, port)
            else:
                os.kill(victims(home)[victim], signal.SIGKILL)
            count = len(sender.acknowledged)
            wait_for(lambda count=count: len(sender.acknowledged) > count)  # type: ignore[misc]  # it is healed
    finally:
        sender.stop()

    wait_settled(home, set(sender.acknowledged))
    found = settled(home)
    assert len(found) == len(set(found))
    assert len(sender.acknowledged) > 100
    assert quanqu(home, "down").returncode == 0
    wait_empty(home)


@pytest.mark.thorough
def test_a_kill_during_the_first_start_is_healed_by_the_next(home: Home) -> None:
    chance = random.Random(7)
    for _ in range(2):
        program = subprocess.Popen(
            [*QUANQU, "up", "--port", str(free_port())],
            env=environment(home),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.3, 3.0))
        program.kill()
        program.wait()
        wait_empty(home)

    up(home, free_port())

    assert quanqu(home, "down").returncode == 0
    wait_empty(home)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 180
    while not condition():
        assert time.monotonic() < deadline, "the installation did not come back"
        time.sleep(0.05)
