"""Work folders go with their work; those of killed makers are swept, those in use never."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from quanqu.infra.process.facade import python_environment, scratch_folder, sweep_scratch

MAKER = """
import sys, time
from pathlib import Path
from quanqu.infra.process.facade import scratch_folder
with scratch_folder(Path(sys.argv[1]), purpose="import") as folder:
    (folder / "rows").write_text("personal")
    print(folder, flush=True)
    time.sleep(60)
"""


def test_a_folder_is_private_empty_and_gone_with_the_block(tmp_path: Path) -> None:
    with scratch_folder(tmp_path, purpose="import") as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert list(folder.iterdir()) == []
        (folder / "rows").touch()

    assert not folder.exists()


def test_a_folder_is_gone_with_a_block_that_fails(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="no"),
        scratch_folder(tmp_path, purpose="import") as folder,
    ):
        raise ValueError("no")

    assert not folder.exists()


def test_a_killed_makers_folder_is_swept_and_not_before(tmp_path: Path) -> None:
    maker = subprocess.Popen(
        [sys.executable, "-c", MAKER, str(tmp_path)],
        env=python_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert maker.stdout is not None
    left = Path(maker.stdout.readline().strip())
    assert sweep_scratch(tmp_path) == 0
    assert (left / "rows").exists()

    os.kill(maker.pid, signal.SIGKILL)
    maker.communicate()

    with scratch_folder(tmp_path, purpose="restore"):
        assert left.exists()  # of another purpose: only a sweep of everything takes it
    with scratch_folder(tmp_path, purpose="import"):
        assert not left.exists()


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    guard = tmp_path / "run"
    guard.mkdir()
    theirs = tmp_path / "summer.work"
    theirs.mkdir()
    (tmp_path / "backup-1.work").touch()

    with scratch_folder(tmp_path, purpose="backup", guard=guard):
        assert theirs.is_dir()

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "backup-1.work",
        "run",
        "summer.work",
    ]
