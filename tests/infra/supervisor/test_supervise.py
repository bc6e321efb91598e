"""A supervisor starts its parts, starts them again, stops them all, and leaves nobody behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quanqu.infra.home.facade import Home, open_home
from quanqu.infra.postgres.facade import free_port
from quanqu.infra.process.facade import is_alive, processes_marked, send, wait_gone
from quanqu.infra.supervisor.facade import running, stop_running
from quanqu.infra.supervisor.state import MARK

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.slow

Start = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


@pytest.fixture
def start(home: Home) -> Iterator[Start]:
    port = free_port()
    programs: list[subprocess.Popen[str]] = []

    def begin() -> "subprocess.Popen[str]":
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.infra.supervisor.run", str(home.root), str(port)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        programs.append(program)
        return program

    yield begin
    for program in programs:
        program.kill()
        program.wait()
        if program.stdout is not None:
            program.stdout.close()
    send(parts(home), signal.SIGKILL)


def wait_for(condition: Callable[[], bool], *, timeout_s: float = 15) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def notes(home: Home) -> list[str]:
    path = home.root / "notes"
    return (
        [line.rpartition(" ")[0] for line in path.read_text().splitlines()] if path.exists() else []
    )


def pid_of(home: Home, name: str) -> int:
    lines = (home.root / "notes").read_text().splitlines()
    return int([line for line in lines if line.startswith(f"{name} ")][-1].rpartition(" ")[2])


def parts(home: Home) -> list[int]:
    return processes_marked(MARK, str(home.root))


def all_up(home: Home) -> bool:
    return {"web", "polite", "stubborn"} <= set(notes(home))


def test_the_web_server_comes_first_and_the_others_when_it_answers(
    home: Home, start: Start
) -> None:
    program = start()
    wait_for(lambda: all_up(home))

    assert notes(home)[0] == "web"
    state = running(home)
    assert state is not None
    assert (state.pid, state.is_ready) == (program.pid, True)
    assert stop_running(home, timeout_s=20)
    out, _ = program.communicate()
    assert out.splitlines() == ["prepared postgresql://nobody.asks", "announced"]
    assert program.returncode == 0


def test_stopping_is_asked_first_and_forced_after_its_patience(home: Home, start: Start) -> None:
    program = start()
    wait_for(lambda: all_up(home))
    everybody = parts(home)
    assert len(everybody) == 4  # three parts and the web server's own child

    program.terminate()
    program.communicate(timeout=20)

    assert "polite stopped" in notes(home)
    assert wait_gone(everybody, timeout_s=0) == []
    assert running(home) is None


def test_a_second_one_on_the_same_home_is_refused_with_the_address(
    home: Home, start: Start
) -> None:
    first = start()
    wait_for(lambda: all_up(home))
    state = running(home)
    assert state is not None

    second = start()
    out, _ = second.communicate(timeout=20)

    assert second.returncode == 1
    assert f"running on {home.root} already ({state.address})" in out
    assert first.poll() is None


def test_a_part_that_is_killed_comes_back_and_its_children_go(home: Home, start: Start) -> None:
    start()
    wait_for(lambda: all_up(home))
    web = pid_of(home, "web")
    old = [pid for pid in parts(home) if os.getpgid(pid) == web]
    assert len(old) == 2

    os.kill(web, signal.SIGKILL)

    wait_for(lambda: notes(home).count("web") == 2)
    assert wait_gone(old, timeout_s=5) == []
    assert notes(home).count("polite") == 1
    log = (home.logs / "up.log").read_text()
    assert "web ended (signal SIGKILL); starting it again in 0.2 s" in log
    assert "serving" in (home.logs / "web.log").read_text()


def test_a_killed_supervisor_takes_its_parts_and_the_next_sweeps(home: Home, start: Start) -> None:
    first = start()
    wait_for(lambda: all_up(home))
    left = parts(home)

    first.kill()
    first.wait()

    assert len(wait_gone(left, timeout_s=5)) <= 1  # the web server's own child knows of nothing
    start()
    wait_for(lambda: notes(home).count("stubborn") == 2)
    assert not any(is_alive(pid) for pid in left)
    assert "an earlier run left behind" in (home.logs / "up.log").read_text()


def test_stopping_what_does_not_run_says_so(home: Home) -> None:
    assert stop_running(home, timeout_s=1) is False
