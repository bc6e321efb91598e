"""The environment is made from the lock, whole or not at all."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCK = "requirements.lock"
pytestmark = pytest.mark.slow


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A clone with an empty lock and a program that only says what it was given."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "environment.py", tmp_path / "tools")
    shutil.copy(ROOT / "quanqu", tmp_path)
    package = tmp_path / "src" / "quanqu" / "project" / "cli"
    package.mkdir(parents=True)
    (package / "__main__.py").write_text("import sys; print(*sys.argv[1:])\n")
    (tmp_path / LOCK).write_text("# nothing is needed\n")
    (tmp_path / "requirements-dev.lock").write_text("# nothing more\n")
    return tmp_path


def begin(tree: Path, *arguments: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "QUANQU_PYTHON": sys.executable}
    return subprocess.Popen(
        [str(tree / "quanqu"), *arguments],
        cwd="/",
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def quanqu(tree: Path, *arguments: str) -> tuple[int, str, str]:
    program = begin(tree, *arguments)
    out, err = program.communicate(timeout=120)
    return program.returncode, out, err


def test_the_environment_is_made_once_and_again_for_another_lock(tree: Path) -> None:
    code, out, err = quanqu(tree, "up", "now")
    assert (code, out) == (0, "up now\n"), err
    assert "Making the environment" in err

    assert quanqu(tree, "up") == (0, "up\n", "")

    (tree / LOCK).write_text("# another\n")
    code, out, err = quanqu(tree, "up")
    assert (code, out) == (0, "up\n")
    assert "The environment is ready" in err
    assert "Making" not in err


def test_tests_and_checks_use_the_development_lock(tree: Path) -> None:
    quanqu(tree, "up")

    _, _, err = quanqu(tree, "test")
    assert "The environment is ready" in err
    assert quanqu(tree, "check") == (0, "check\n", "")
    assert quanqu(tree, "up") == (0, "up\n", "")


def test_a_killed_installation_is_made_afresh(tree: Path) -> None:
    first = begin(tree, "up")
    mark = tree / ".venv" / ".installing"
    wait_for(lambda: mark.exists() and (tree / ".venv" / "bin").exists())
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    assert mark.exists()
    (tree / ".venv" / "half").touch()

    code, out, err = quanqu(tree, "up")

    assert (code, out) == (0, "up\n"), err
    assert not (tree / ".venv" / "half").exists()
    assert not mark.exists()


def test_two_first_runs_at_once_make_one_environment(tree: Path) -> None:
    programs = [begin(tree, "up", str(number)) for number in range(2)]
    said = [program.communicate(timeout=120) for program in programs]

    assert [out for out, _ in said] == ["up 0\n", "up 1\n"]
    assert sum("Making the environment" in err for _, err in said) == 1


def test_a_package_that_is_not_what_the_lock_says_leaves_nothing_half(tree: Path) -> None:
    (tree / LOCK).write_text("click==8.2.1 --hash=sha256:" + "0" * 64 + "\n")

    code, out, err = quanqu(tree, "up")

    assert (code, out) == (1, "")
    assert "could not be installed" in err
    assert (tree / ".venv" / ".installing").exists()


def test_a_python_that_is_too_old_is_said(tree: Path, tmp_path: Path) -> None:
    old = tmp_path / "bin" / "python3"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for name in ("dirname", "readlink", "cmp"):
        found = shutil.which(name)
        assert found is not None
        (old.parent / name).symlink_to(found)

    done = subprocess.run(
        [str(tree / "quanqu"), "up"],
        env={"PATH": str(old.parent)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "Python 3.11 or newer" in done.stderr
    assert "apt-get install -y python3 python3-venv" in done.stderr


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)
