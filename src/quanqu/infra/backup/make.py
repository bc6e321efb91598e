"""Makes a backup."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import quanqu
from quanqu.infra.backup.archive import ArchiveWriter
from quanqu.infra.backup.contracts import (
    DATABASE_MEMBER,
    FORMAT,
    BackupExistsError,
    BackupPlaceError,
    Manifest,
    UnquietLakeError,
)
from quanqu.infra.backup.dump import dump
from quanqu.infra.backup.instant import Instant, instant
from quanqu.infra.backup.lake_files import files_of, lake_folder
from quanqu.infra.backup.register import note_backup
from quanqu.infra.home.facade import Home
from quanqu.infra.process.facade import scratch_folder
from quanqu.kernel.time import format_time

# they open the embedded server of this home, and a restored home has its own
CLUSTER_KEYS: Final = frozenset({"database", "database-superuser"})

Progress = Callable[[str], None]


def make_backup(
    *, home: Home, url: str, target: Path, now: datetime, progress: Progress
) -> Manifest:
    """Write the database, the lake and the keys of one instant into a new file, 0600.

    The file is complete or not there. `progress` is told what is being taken.
    Raises: BackupExistsError, BackupPlaceError, UnquietLakeError, DumpError.
    """
    if target.exists():
        raise BackupExistsError(path=target)
    _require_place(target.parent)
    lake = lake_folder(home)
    # beside the target, so that the whole file appears there in one step
    with scratch_folder(target.parent, purpose=".quanqu-backup", guard=home.run) as work:
        draft, dumped = work / "archive", work / DATABASE_MEMBER
        with instant(url, lake) as moment:
            progress("the database")
            dump(url, snapshot=moment.snapshot, target=dumped)
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                writer = ArchiveWriter(file)
                writer.add(DATABASE_MEMBER, dumped)
                _add_keys(writer, home)
                _add_rejects(writer, home)
                _add_lake(writer, lake, moment, progress)
                manifest = _manifest(writer, lake, moment, now)
                writer.finish(manifest)
                file.flush()
                os.fsync(file.fileno())
        os.link(draft, target)
    note_backup(home, path=target, now=now)
    return manifest


def _require_place(folder: Path) -> None:
    if not folder.is_dir():
        raise BackupPlaceError(path=folder, reason="there is no such folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BackupPlaceError(path=folder, reason="you may not write there")


def _add_keys(writer: ArchiveWriter, home: Home) -> None:
    for path in sorted(home.keys.iterdir()):
        if path.is_file() and path.name not in CLUSTER_KEYS:
            writer.add(f"keys/{path.name}", path)


def _add_rejects(writer: ArchiveWriter, home: Home) -> None:
    for path in sorted(home.rejects.rglob("*")):
        if path.is_file():
            writer.add(f"rejects/{path.relative_to(home.rejects).as_posix()}", path)


def _add_lake(
    writer: ArchiveWriter, lake: Path | None, moment: Instant, progress: Progress
) -> None:
    if lake is None:
        return
    for table, version in sorted(moment.lake.items()):
        progress(f"the lake's {table}")
        try:
            for path in files_of(lake, table, version):
                writer.add(f"lake/{path.relative_to(lake).as_posix()}", path)
        except FileNotFoundError:  # an erasure drops files at once
            raise UnquietLakeError(attempts=1) from None


def _manifest(writer: ArchiveWriter, lake: Path | None, moment: Instant, now: datetime) -> Manifest:
    return Manifest(
        format=FORMAT,
        quanqu=quanqu.__version__,
        made_at=format_time(now),
        postgresql=moment.server_version,
        lake=moment.lake,
        lake_elsewhere=os.environ["QUANQU_LAKE"] if lake is None else None,
        files=writer.files,
    )
