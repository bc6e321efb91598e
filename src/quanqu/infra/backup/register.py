"""The backups that were made of a home, so that a report can say which still hold somebody."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from quanqu.infra.home.facade import Home
from quanqu.kernel.time import format_time

_REGISTER: Final = "backups.jsonl"


def note_backup(home: Home, *, path: Path, now: datetime) -> None:
    """Note that a backup was made."""
    line = {"path": str(path.absolute()), "made_at": format_time(now)}
    with (home.privacy / _REGISTER).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())


def known_backups(*, home: Home) -> list[dict[str, Any]]:
    """Return the backups that were made and whose file has not been deleted where it was put.

    Shapes: `path`, `made_at` (RFC 3339), in the order of their making.  A copy somewhere else is
    not known of.
    """
    try:
        lines = (home.privacy / _REGISTER).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:  # cut off by a crash
            continue
        if Path(told["path"]).exists():
            found.append(told)
    return found
