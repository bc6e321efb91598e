"""Brings a backup back into a home."""

import json
import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psycopg

import quanqu
from quanqu.infra.backup.archive import unpack
from quanqu.infra.backup.contracts import (
    DATABASE_MEMBER,
    BackupNewerError,
    DatabaseInUseError,
    DumpError,
    HomeNotEmptyError,
    LakeElsewhereError,
    Manifest,
    RestoreInterruptedError,
)
from quanqu.infra.backup.dump import load
from quanqu.infra.backup.lake_files import lake_folder
from quanqu.infra.home.facade import Home
from quanqu.infra.process.facade import scratch_folder

_PATIENCE_S: Final = 5
_LOOK_EVERY_S: Final = 0.1


def restore_backup(
    *, home: Home, url: str, archive: Path, force: bool, progress: Callable[[str], None]
) -> Manifest:
    """Put the archive's database, lake and keys in place of the home's.

    The archive is read and checked whole before anything is touched. The database comes back in
    one transaction. From there to the end a mark keeps everything else from using the home.
    Raises: DatabaseInUseError, HomeNotEmptyError, BackupDamagedError, BackupNewerError,
    LakeElsewhereError, DumpError.
    """
    _require_alone(url)
    held = [] if force or _mark(home).exists() else _held(home, url)
    if held:
        raise HomeNotEmptyError(home=home.root, what=", ".join(held))
    with scratch_folder(home.run, purpose="restore") as work:
        progress("reading and checking the archive")
        manifest = unpack(archive, work)
        _require_fit(archive, manifest, lake_folder(home))
        progress("the database")
        _begin(home, archive)
        try:
            load(url, source=work / DATABASE_MEMBER)
        except DumpError:  # it was rolled back: the home is what it was
            _mark(home).unlink()
            raise
        progress("the lake and the keys")
        for key in sorted((work / "keys").glob("*")):
            key.replace(home.keys / key.name)
        _replace(work / "lake", lake_folder(home))
        _replace(work / "rejects", home.rejects)
        (home.run / "migrations.json").unlink(
            missing_ok=True
        )  # the dump may be older than the code
        _mark(home).unlink()
    return manifest


def require_whole(home: Home) -> None:
    """Refuse a home that a restore left half-way. Raises: RestoreInterruptedError."""
    try:
        told = json.loads(_mark(home).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except ValueError:  # cut off by a crash of the machine
        told = {}
    raise RestoreInterruptedError(home=home.root, archive=told.get("archive", "FILE"))


def _require_alone(url: str) -> None:
    """Refuse when others stay connected; the server counts those who just left for a while."""
    until = time.monotonic() + _PATIENCE_S
    with psycopg.connect(url, autocommit=True) as connection:
        while count := _others(connection):
            if time.monotonic() > until:
                raise DatabaseInUseError(count=count)
            time.sleep(_LOOK_EVERY_S)


def _others(connection: "psycopg.Connection[Any]") -> int:
    row = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    ).fetchone()
    return int(row[0]) if row else 0


def _held(home: Home, url: str) -> list[str]:
    lake = lake_folder(home)
    with psycopg.connect(url) as connection:
        asked = connection.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
        ).fetchone()
    tables = asked[0] if asked else 0
    held = [f"{tables} database tables"] if tables else []
    if lake is not None and lake.is_dir() and any(lake.iterdir()):
        held.append("a lake")
    return held


def _require_fit(archive: Path, manifest: Manifest, lake: Path | None) -> None:
    if _numbers(manifest.quanqu) > _numbers(quanqu.__version__):
        raise BackupNewerError(path=archive, made_by=manifest.quanqu, ours=quanqu.__version__)
    if lake is None and manifest.lake:
        raise LakeElsewhereError(path=archive, lake=os.environ["QUANQU_LAKE"])


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _begin(home: Home, archive: Path) -> None:
    with _mark(home).open("w", encoding="utf-8") as file:
        json.dump({"archive": str(archive.absolute())}, file)
        file.flush()
        os.fsync(file.fileno())


def _replace(source: Path, folder: Path | None) -> None:
    if folder is None:
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.iterdir():
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    for new in sorted(source.glob("*")):
        shutil.move(new, folder / new.name)


def _mark(home: Home) -> Path:
    return home.run / "restoring.json"
