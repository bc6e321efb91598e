"""Decides where the database's files are and whom it runs as.

PostgreSQL refuses to run as the superuser. For the superuser it runs as `nobody`; when `nobody`
cannot reach the home or the wheel, data or programs go to a system folder of our own making.
No user is created and the mode of no existing folder is changed.
"""

import os
import pwd
import secrets
import subprocess
from pathlib import Path
from typing import Final

from quanqu.infra.home.contracts import Home
from quanqu.infra.postgres.binaries import bin_dir, copy_programs
from quanqu.infra.postgres.contracts import Placement, PostgresPlaceError
from quanqu.infra.process.facade import Owner

SYSTEM_FOLDER: Final = Path("/var/lib/quanqu")
_POINTER: Final = "where"


def place(home: Home) -> Placement:
    """Return where this home's cluster is; its parent folder exists. Raises: PostgresPlaceError."""
    owner = server_owner()
    if owner is None:
        return Placement(bin_dir(), home.postgres / "data")
    return Placement(_programs(owner), _folder(home, owner) / "data", owner)


def place_private(folder: Path) -> Placement:
    """Return a placement in an existing folder of ours that nobody else keeps anything in."""
    owner = server_owner()
    if owner is None:
        return Placement(bin_dir(), folder / "data")
    os.chown(folder, owner.uid, owner.gid)
    return Placement(_programs(owner), folder / "data", owner)


def server_owner() -> Owner | None:
    """Return the user the server must run as, None when it is the present one."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Owner(entry.pw_name, entry.pw_uid, entry.pw_gid)


def forsaken_folders() -> list[Path]:
    """Find data folders outside any home to which no home points any more."""
    found = []
    for note in sorted(SYSTEM_FOLDER.glob("*/home")):
        pointer = Path(note.read_text(encoding="utf-8").strip()) / "postgres" / _POINTER
        if not pointer.exists() or pointer.read_text(encoding="utf-8").strip() != str(note.parent):
            found.append(note.parent)
    return found


def _programs(owner: Owner) -> Path:
    programs = bin_dir()
    if _can_run(owner, [str(programs / "initdb"), "--version"]):
        return programs
    return copy_programs(_system_folder())


def _folder(home: Home, owner: Owner) -> Path:
    pointer = home.postgres / _POINTER
    if pointer.exists():
        folder = Path(pointer.read_text(encoding="utf-8").strip())
        if not folder.is_dir():
            raise PostgresPlaceError(path=folder, reason="the folder is gone")
        return folder
    if (home.postgres / "data").exists() or _can_run(
        owner, ["/bin/sh", "-c", 'cd "$1"', "sh", str(home.root)]
    ):
        os.chown(home.postgres, owner.uid, owner.gid)
        return home.postgres
    return _outside(home, owner)


def _outside(home: Home, owner: Owner) -> Path:
    folder = _system_folder() / secrets.token_hex(8)
    folder.mkdir(mode=0o700)
    (folder / "home").write_text(f"{home.root}\n", encoding="utf-8")
    os.chown(folder, owner.uid, owner.gid)
    pointer = home.postgres / _POINTER
    draft = pointer.with_suffix(".new")
    draft.write_text(f"{folder}\n", encoding="utf-8")
    draft.rename(pointer)
    return folder


def _system_folder() -> Path:
    try:
        SYSTEM_FOLDER.mkdir(mode=0o755, exist_ok=True)
    except OSError as error:
        raise PostgresPlaceError(path=SYSTEM_FOLDER, reason=error.strerror) from None
    return SYSTEM_FOLDER


def _can_run(owner: Owner, command: list[str]) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - a program of ours
            command,
            user=owner.uid,
            group=owner.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    return done.returncode == 0
