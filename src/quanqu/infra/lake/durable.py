"""Commits that outlast a power cut: nobody relies on one before its files are on the disk.

Delta's writer leaves its files to the operating system, which may lose the last seconds of them.
After each commit the files it names, its entry of the log and their folders are flushed.  What a
power cut tears nonetheless was never relied on: `mend` takes it back.
"""

import json
import logging
import os
import re
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from quanqu.infra.lake.location import LOG, is_remote, log_entry, table_uri

LOOK_BACK: Final = 64
"""How many of the last commits a process flushes at its first, and `mend` looks at."""

_HINT: Final = "_last_checkpoint"
_ENTRY: Final = re.compile(r"(\d{20})\.json")
_CHECKPOINT: Final = re.compile(r"(\d{20})\.checkpoint\.(?:.*\.)?parquet")
_MAGIC: Final = b"PAR1"
_flushed: dict[str, int] = {}
_guard = threading.Lock()
log = logging.getLogger(__name__)


def make_durable(name: str, version: int) -> None:
    """Flush every commit of a table up to this version that this process has not flushed yet.

    Commits of other processes are among them: one that lies below must not be torn either.
    """
    uri = table_uri(name)
    if is_remote(uri):
        return
    folder = Path(uri)
    with _guard:
        done = _flushed.get(uri, version)
    done = done if done < version else version - LOOK_BACK
    entries = [log_entry(folder, number) for number in range(max(done + 1, 0), version + 1)]
    files = {path for entry in entries for path, _ in _added(folder, _actions(entry) or [])}
    _flush([*files, *entries], folder)
    with _guard:
        _flushed[uri] = max(version, _flushed.get(uri, version))


def make_checkpoint_durable(name: str) -> None:
    """Flush a table's checkpoints, before entries of the log that they replace are dropped."""
    uri = table_uri(name)
    if not is_remote(uri):
        entries = (Path(uri) / LOG).iterdir()
        found = [path for path in entries if _CHECKPOINT.fullmatch(path.name)]
        _flush([*found, Path(uri) / LOG / _HINT], Path(uri))


def mend(name: str) -> int:
    """Take back the last commits of a table that a power cut has torn; return how many.

    To be called before anybody writes: later commits on top of a torn one go with it.
    """
    uri = table_uri(name)
    folder = Path(uri)
    if is_remote(uri) or not (folder / LOG).is_dir():
        return 0
    torn = _torn_from(folder)
    gone = [] if torn is None else [v for v in _versions(folder) if v >= torn]
    for version in reversed(gone):
        entry = log_entry(folder, version)
        entry.rename(entry.with_suffix(".torn"))
        log.error("a power cut tore version %s of %s; it was taken back", version, name)
    _drop_torn_checkpoints(folder, below=torn)
    _flush([], folder)
    with _guard:
        _flushed.pop(uri, None)
    return len(gone)


def _torn_from(folder: Path) -> int | None:
    """Return the first of the last versions that is torn, or names a live file that is."""
    last = _versions(folder)[-LOOK_BACK:]
    live: dict[Path, tuple[int, int]] = {}
    for version in last:
        actions = _actions(log_entry(folder, version))
        if actions is None:
            return version
        for path in _removed(folder, actions):
            live.pop(path, None)
        live.update({path: (version, size) for path, size in _added(folder, actions)})
    return min((v for path, (v, size) in live.items() if not _is_whole(path, size)), default=None)


def _drop_torn_checkpoints(folder: Path, *, below: int | None) -> None:
    """Delete checkpoints that are torn or of versions taken back: the log itself is still there."""
    dropped = False
    for path in (folder / LOG).iterdir():
        matched = _CHECKPOINT.fullmatch(path.name)
        if matched is None:
            continue
        is_above = below is not None and int(matched[1]) >= below
        if is_above or not _is_whole(path, path.stat().st_size):
            path.unlink()
            dropped = True
    hint = folder / LOG / _HINT
    if hint.exists() and (dropped or _actions(hint) is None):
        hint.unlink()


def _is_whole(path: Path, size: int) -> bool:
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC or file.seek(0, os.SEEK_END) != size:
                return False
            file.seek(-len(_MAGIC), os.SEEK_END)
            return file.read() == _MAGIC
    except OSError:
        return False


def _actions(entry: Path) -> list[dict[str, Any]] | None:
    """Return the actions of an entry of the log; None when it is torn, none when it is gone."""
    try:
        lines = entry.read_text("utf-8").splitlines()
        found = [json.loads(line) for line in lines if line]
    except FileNotFoundError:
        return []
    except (UnicodeDecodeError, ValueError):
        return None
    return found if found and all(isinstance(each, dict) for each in found) else None


def _added(folder: Path, actions: Iterable[dict[str, Any]]) -> list[tuple[Path, int]]:
    told = [each["add"] for each in actions if "add" in each]
    return [(folder / unquote(add["path"]), int(add["size"])) for add in told]


def _removed(folder: Path, actions: Iterable[dict[str, Any]]) -> list[Path]:
    return [folder / unquote(each["remove"]["path"]) for each in actions if "remove" in each]


def _versions(folder: Path) -> list[int]:
    matched = (_ENTRY.fullmatch(path.name) for path in (folder / LOG).iterdir())
    return sorted(int(found[1]) for found in matched if found)


def _flush(files: Iterable[Path], folder: Path) -> None:
    """Flush files that are still there, and every folder on the way to them."""
    folders = {folder, folder / LOG, folder.parent}
    for path in files:
        _flush_one(path)
        folders |= set(path.parents) & {path.parent, folder}
    for path in folders:
        _flush_one(path)


def _flush_one(path: Path) -> None:
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return  # joined or dropped meanwhile by a commit that is flushed in its turn
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
