"""Folders for work in progress: gone with the work, or swept after whoever made them was killed."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from quanqu.infra.process.locks import FileLock

_SUFFIX: Final = ".work"


@contextmanager
def scratch_folder(parent: Path, *, purpose: str, guard: Path | None = None) -> Iterator[Path]:
    """Make an empty folder (0700) below `parent` for the block.

    Folders of the same purpose whose makers were killed are swept first.  `guard` is the folder
    of the lock under which that happens, `parent` itself unless that is somebody else's.
    """
    with _guarded(guard or parent):
        _sweep(parent, purpose)
        folder = Path(tempfile.mkdtemp(prefix=f"{purpose}-", suffix=_SUFFIX, dir=parent))
        handle = _hold(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if handle is not None:
            os.close(handle)


def sweep_scratch(parent: Path) -> int:
    """Delete the work folders whose makers have ended, however they ended; return how many."""
    with _guarded(parent):
        return _sweep(parent, "*")


def _guarded(folder: Path) -> FileLock:
    return FileLock(folder / "scratch.lock")


def _sweep(parent: Path, purpose: str) -> int:
    swept = 0
    for folder in parent.glob(f"{purpose}-*{_SUFFIX}"):
        handle = _hold(folder)
        if handle is None:
            continue
        with suppress(OSError):
            shutil.rmtree(folder)
            swept += 1
        os.close(handle)
    return swept


def _hold(folder: Path) -> int | None:
    """Lock the folder itself as long as this process lives; None when another holds it."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None  # gone meanwhile, or not a folder
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle
