"""Children end with their parent; locks end with their holder."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from quanqu.infra.process.facade import (
    FileLock,
    is_alive,
    is_held,
    kill_group,
    processes_in,
    processes_marked,
    python_command,
    python_environment,
    send,
    spawn,
    wait_gone,
)

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_shared_lock_keeps_an_exclusive_one_out(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first, second, third = FileLock(path), FileLock(path), FileLock(path)

    assert first.acquire(shared=True)
    assert second.acquire(shared=True)
    assert not third.acquire(wait=False)
    first.release()
    assert not third.acquire(wait=False)
    second.release()
    assert third.acquire(wait=False)
    assert is_held(path)
    third.release()
    assert not is_held(path)


def test_asking_for_a_lock_nobody_made_makes_none(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "lock")
    assert not (tmp_path / "lock").exists()


def test_a_lock_is_free_once_its_holder_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = f"""
        import time
        from pathlib import Path
        from quanqu.infra.process.facade import FileLock
        lock = FileLock(Path({str(path)!r})); lock.acquire()
        print("held", flush=True); time.sleep(60)
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(holder)],
        env=python_environment(),
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    with child.stdout as output:
        assert output.readline() == b"held\n"
    assert is_held(path)

    child.kill()
    child.wait()

    assert not is_held(path)


def test_a_child_runs_in_a_group_of_its_own_that_can_be_swept() -> None:
    script = f"import subprocess, time; subprocess.Popen({SLEEP!r}); time.sleep(60)"
    child = spawn(
        [sys.executable, "-c", script],
        output=subprocess.DEVNULL,
        environment={**os.environ, "QUANQU_TEST_MARK": str(os.getpid())},
    )
    while len(found := processes_marked("QUANQU_TEST_MARK", str(os.getpid()))) < 2:
        time.sleep(0.01)

    kill_group(child.pid)
    child.wait()

    assert wait_gone(found, timeout_s=5) == []
    kill_group(child.pid)  # nobody is left: no error


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_a_child_gets_its_signal_when_the_parent_is_killed(tmp_path: Path) -> None:
    parent_script = f"""
        import signal, subprocess, sys, time
        from quanqu.infra.process.facade import spawn
        child = spawn({SLEEP!r}, output=subprocess.DEVNULL, death_signal=signal.SIGTERM)
        print(child.pid, flush=True); time.sleep(60)
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(parent_script)],
        env=python_environment(),
        stdout=subprocess.PIPE,
    )
    assert parent.stdout is not None
    with parent.stdout as output:
        child = int(output.readline())
    assert is_alive(child)

    parent.kill()
    parent.wait()

    assert wait_gone([child], timeout_s=5) == []


def test_processes_are_found_by_their_folder_and_program(tmp_path: Path) -> None:
    child = spawn(SLEEP, output=subprocess.DEVNULL, folder=tmp_path)
    program = Path(os.readlink(f"/proc/{child.pid}/exe")).name
    try:
        assert processes_in(tmp_path, program=program) == [child.pid]
        assert processes_in(tmp_path, program="postgres") == []
    finally:
        send([child.pid], signal.SIGKILL)
        child.wait()


def test_a_process_that_is_gone_is_not_alive_and_may_be_signalled() -> None:
    child = spawn([sys.executable, "-c", ""], output=subprocess.DEVNULL)
    while is_alive(child.pid):  # it turns into a zombie first, which counts as gone
        time.sleep(0.01)
    child.wait()

    assert not is_alive(child.pid)
    send([child.pid], signal.SIGTERM)


def test_a_module_of_ours_is_found_from_any_folder(tmp_path: Path) -> None:
    command = python_command("quanqu.infra.process.facade")
    environment = python_environment(PYTHONPATH="")

    assert environment["PYTHONPATH"] == ""
    done = subprocess.run(command, cwd=tmp_path, env=python_environment(), check=False)
    assert done.returncode == 0
