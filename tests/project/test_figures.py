"""Counters of processes that are gone do not pile up."""

import os
from pathlib import Path

from quanqu.project.figures import open_figures


def test_folder_is_made_and_keeps_the_living(tmp_path: Path) -> None:
    folder = tmp_path / "run" / "metrics"
    open_figures(folder)
    mine, gone, other = (
        folder / f"counter_{os.getpid()}.db",
        folder / "counter_4194999.db",
        folder / "notes.txt",
    )
    for file in (mine, gone, other):
        file.touch()

    open_figures(folder)

    assert mine.exists()
    assert other.exists()
    assert not gone.exists()
    assert folder.stat().st_mode & 0o777 == 0o700
