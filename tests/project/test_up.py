"""`up`, `down`, `doctor`, `backup` and `laws` as an operator types them."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from quanqu.infra.home.facade import Home, open_home
from quanqu.infra.postgres.facade import free_port, running_url
from quanqu.infra.postgres.placement import place
from quanqu.infra.postgres.state import read_state
from quanqu.infra.process.facade import is_alive, processes_in

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def home() -> Iterator[Home]:
    folder = Path(tempfile.mkdtemp(prefix="quanqu-up-"))
    folder.chmod(0o711)
    yield open_home(folder)
    shutil.rmtree(folder)


def quanqu(home: Home, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    kept = {
        k: v for k, v in os.environ.items() if k != "DATABASE_URL" and not k.startswith("QUANQU_")
    }
    return subprocess.run(
        [sys.executable, "-P", "-m", "quanqu.project.cli", *arguments],
        env={**kept, "QUANQU_HOME": str(home.root), "PYTHONPATH": str(ROOT / "src"), **more},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def data_of(done: "subprocess.CompletedProcess[str]") -> dict[str, object]:
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def states(done: "subprocess.CompletedProcess[str]") -> dict[str, str]:
    findings = json.loads(done.stdout)["findings"]
    return {finding["name"]: finding["state"] for finding in findings}


def test_a_home_goes_up_is_well_and_goes_down(home: Home) -> None:
    port = free_port()
    up = quanqu(home, "up", "--detach", "--json", "--port", str(port))
    assert up.returncode == 0, up.stderr
    assert data_of(up)["address"] == f"http://127.0.0.1:{port}"

    again = quanqu(home, "up", "--json")
    assert again.returncode == 1
    assert data_of(again)["code"] == "supervisor.already_running"

    busy = quanqu(home, "restore", __file__, "--json")
    assert data_of(busy)["code"] == "backup.still_running"

    doctor = quanqu(home, "doctor", "--json")
    found = states(doctor)
    assert {name for name, state in found.items() if state == "fail"} <= {"worker"}, doctor.stdout
    assert found["service"] == found["server"] == found["tables"] == found["lake"] == "ok"

    laws = quanqu(home, "laws", "--json")
    assert (laws.returncode, data_of(laws)["broken"]) == (0, 0)

    down = quanqu(home, "down", "--json")
    assert data_of(down) == {"stopped": True}
    assert running_url(home) is None
    assert processes_in(place(home).data, program="postgres") == []
    assert not is_alive(int(str(data_of(up)["pid"])))
    assert data_of(quanqu(home, "down", "--json")) == {"stopped": False}


@pytest.mark.thorough
def test_a_command_starts_the_database_for_its_duration_only(home: Home, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"

    done = quanqu(home, "backup", str(archive), "--json")

    assert done.returncode == 0, done.stderr
    assert data_of(done)["bytes"] == archive.stat().st_size
    assert running_url(home) is None
    assert quanqu(home, "restore", str(archive), "--json").returncode == 1
    assert quanqu(home, "restore", str(archive), "--json", "--force").returncode == 0


@pytest.mark.thorough
def test_a_server_of_yours_is_used_and_none_started(home: Home, database_server: str) -> None:
    name = f"up_{os.getpid()}"
    url = urlsplit(database_server)._replace(path=f"/{name}").geturl()
    with psycopg.connect(database_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]  # a name of ours
    try:
        up = quanqu(home, "up", "--detach", "--json", DATABASE_URL=url)
        assert up.returncode == 0, up.stderr
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT count(*) FROM django_migrations").fetchone()
        assert row is not None
        assert row[0] > 50
        assert not (home.postgres / "data").exists()
        assert not (home.run / "postgres.json").exists()
        assert quanqu(home, "down", DATABASE_URL=url).returncode == 0
    finally:
        with psycopg.connect(database_server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]  # ours


def test_the_embedded_database_is_served_to_this_machine_only(home: Home) -> None:
    done = quanqu(home, "up", "--host", "0.0.0.0", "--json")  # noqa: S104 - it must be refused

    assert done.returncode == 2
    assert "only 127.0.0.1" in str(data_of(done)["detail"])


def test_a_port_that_is_taken_is_refused_at_once(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = quanqu(home, "up", "--port", str(taken.getsockname()[1]), "--json")

    assert done.returncode == 1
    assert data_of(done)["code"] == "cli.port_taken"


def test_a_benchmark_that_is_not_there_is_said_with_those_that_are(home: Home) -> None:
    done = quanqu(home, "bench", "nothing", "--json")

    assert done.returncode == 1
    assert data_of(done)["code"] == "kernel.not_found"
    assert "startup" in str(data_of(done)["detail"])


@pytest.mark.thorough
def test_a_database_that_cannot_start_is_tried_until_it_can(home: Home) -> None:
    port = free_port()
    up = quanqu(home, "up", "--detach", "--json", "--port", str(port))
    assert up.returncode == 0, up.stderr
    control, log = place(home).data / "global" / "pg_control", home.logs / "up.log"
    state = read_state(home)
    assert state is not None
    try:
        control.rename(control.with_suffix(".away"))
        os.kill(state.keeper_pid, signal.SIGKILL)
        wait_for(lambda: "it will be tried again" in log.read_text("utf-8"))
        assert health(port) == 503

        control.with_suffix(".away").rename(control)

        wait_for(lambda: health(port) == 200)
    finally:
        assert quanqu(home, "down", "--json").returncode == 0


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)


def health(port: int) -> int:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        asked.request("GET", "/healthz")
        return asked.getresponse().status
    except OSError:
        return 0
    finally:
        asked.close()
