"""Files that people upload for an import, kept in the home until they are imported or old."""

import os
import re
import secrets
import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from quanqu.doors.connectors.actions.places import PERMISSION
from quanqu.doors.connectors.contracts import LIMITS, ExpansionLimitError, UploadInfo
from quanqu.doors.connectors.readers.open import known_by_name
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.home.facade import open_home
from quanqu.kernel.errors import NotFoundError

__all__ = ["drop_old_uploads", "drop_upload", "keep_upload", "uploaded_path"]

KEPT: Final = timedelta(days=7)
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")
_UNSAFE: Final = re.compile(r"[^\w. ()\-]+")


def keep_upload(*, actor: Actor, file_name: str, blocks: Iterable[bytes]) -> UploadInfo:
    """Store an uploaded file. Raises: UnsupportedFileError, ExpansionLimitError."""
    actor.require(PERMISSION)
    name = _UNSAFE.sub("_", Path(file_name).name)[-120:] or "upload"
    known_by_name(Path(name))
    token = secrets.token_hex(16)
    folder = _folder() / token
    folder.mkdir(mode=0o700)
    size = 0
    with (folder / name).open("wb") as file:
        for block in blocks:
            size += len(block)
            if size > LIMITS.expanded:
                shutil.rmtree(folder)
                raise ExpansionLimitError(file=name, limit=LIMITS.expanded, size=size, row=0)
            file.write(block)
    return UploadInfo(token, name, size)


def uploaded_path(*, token: str) -> Path:
    """Return where an upload lies. Raises: NotFoundError."""
    folder = _folder() / token if _TOKEN.fullmatch(token) else None
    found = sorted(folder.iterdir()) if folder is not None and folder.is_dir() else []
    if not found:
        raise NotFoundError(kind="Upload", ref=token)
    return found[0]


def drop_upload(*, path: Path) -> None:
    """Delete an upload that was only looked at."""
    if path.parent.parent == _folder():
        shutil.rmtree(path.parent, ignore_errors=True)


def drop_old_uploads(*, now: datetime) -> int:
    """Delete uploads older than a week and return how many there were."""
    dropped = 0
    for folder in _folder().iterdir():
        if os.stat(folder).st_mtime < (now - KEPT).timestamp():
            shutil.rmtree(folder, ignore_errors=True)
            dropped += 1
    return dropped


def _folder() -> Path:
    folder = open_home().run / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
