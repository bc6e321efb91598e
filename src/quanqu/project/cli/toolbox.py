"""Runs the development tools of the environment in the source tree."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import quanqu
from quanqu.kernel.errors import RefusedError


class NoSourceTreeError(RefusedError):
    """The command works on a clone of the repository only."""

    code = "cli.no_source_tree"
    template = "This command needs a clone of the repository; {path} is not one."


def source_tree() -> Path:
    """Return the root of the clone this program runs from. Raises: NoSourceTreeError."""
    root = Path(quanqu.__file__).resolve().parents[2]
    if not (root / "pyproject.toml").is_file() or not (root / "tests").is_dir():
        raise NoSourceTreeError(path=root)
    return root


def tool_environment(root: Path, **changes: str) -> dict[str, str]:
    """Return the environment in which tools find the package, the tests and the benchmarks."""
    path = os.pathsep.join([str(root / "src"), str(root)])
    return {**os.environ, "PYTHONPATH": path, **changes}


def run_module(
    module: str, arguments: Sequence[str], *, root: Path, aside: bool = False, **changes: str
) -> int:
    """Run a Python module of the environment in the source tree; return its exit code.

    `aside` sends what it prints to stderr, where it does not mix with data.
    """
    command = [sys.executable, "-P", "-m", module, *arguments]
    return _run(command, root=root, aside=aside, changes=changes)


def run_script(name: str, arguments: Sequence[str], *, root: Path, **changes: str) -> int:
    """Run a program beside the interpreter in the source tree, aside; return its exit code."""
    command = [str(Path(sys.executable).parent / name), *arguments]
    return _run(command, root=root, aside=True, changes=changes)


def _run(command: Sequence[str], *, root: Path, aside: bool, changes: dict[str, str]) -> int:
    done = subprocess.run(  # noqa: S603 - our own tools
        command,
        cwd=root,
        env=tool_environment(root, **changes),
        stdout=sys.stderr if aside else None,
        check=False,
    )
    return done.returncode
