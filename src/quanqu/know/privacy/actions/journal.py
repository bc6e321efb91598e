"""What outlives the database: the journal of erasures, and the backups that still hold somebody.

A restore brings back people who were erased since.  The journal, in the home and in no backup, says
by keyed hashes who they are, so that they are erased again.
"""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from quanqu.infra.backup.facade import known_backups
from quanqu.infra.home.facade import open_home
from quanqu.infra.personal.facade import suppressed_since
from quanqu.kernel.time import format_time, parse_time
from quanqu.know.privacy.models import Request
from quanqu.know.privacy.queries.policy import present_policy
from quanqu.know.privacy.queries.rights import outside

_JOURNAL: Final = "erasures.jsonl"

Entries = list[tuple[str, bytes]]


def write_journal(request: Request, *, now: datetime) -> None:
    """Add the identifiers suppressed since the request was started; twice does no harm."""
    since = (request.started_at or now) - timedelta(microseconds=1)
    entries = [[kind, value.hex()] for kind, value in suppressed_since(since=since)]
    line = {"at": format_time(now), "request": outside(request.id), "entries": entries}
    with _path().open("a", encoding="ascii") as file:
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_journal() -> Entries:
    """Return every identifier that was ever erased, as type and keyed hash.

    A last line that a crash cut off is passed over: its erasure has not been closed either.
    """
    try:
        lines = _path().read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return []
    found: Entries = []
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:
            continue
        found += [(kind, bytes.fromhex(value)) for kind, value in told["entries"]]
    return found


def backups_holding(*, now: datetime) -> list[dict[str, Any]]:
    """Return the backups that were made before and may hold the person, with their last day."""
    days = timedelta(days=present_policy().backup_days)
    return [
        {
            "file": Path(one["path"]).name,
            "made_at": one["made_at"],
            "expires_on": (parse_time(one["made_at"]) + days).date().isoformat(),
        }
        for one in known_backups(home=open_home())
        if parse_time(one["made_at"]) <= now
    ]


def _path() -> Path:
    return open_home().privacy / _JOURNAL
