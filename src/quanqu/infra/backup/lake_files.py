"""The lake's tables as files: a version of a Delta table is its log up to a number."""

import os
import re
from pathlib import Path
from typing import Final

from quanqu.infra.home.facade import Home

_ENTRY: Final = re.compile(r"(\d{20})\.(json|checkpoint\..*parquet|checkpoint\.parquet)")


def lake_folder(home: Home) -> Path | None:
    """Return the folder of the lake; None when it is in an object store."""
    given = os.environ.get("QUANQU_LAKE", "")
    if "://" in given:
        return None
    return Path(given) if given else home.lake


def versions(folder: Path | None) -> dict[str, int]:
    """Return the version of each table: the number of the last entry of its log."""
    if folder is None or not folder.is_dir():
        return {}
    found = {}
    for log in folder.glob("*/_delta_log"):
        entries = [_entry_version(path.name) for path in log.glob("*.json")]
        known = [number for number in entries if number is not None]
        if known:
            found[log.parent.name] = max(known)
    return found


def files_of(folder: Path, table: str, version: int) -> list[Path]:
    """Return the files that make a table at that version; newer data files do no harm."""
    log = folder / table / "_delta_log"
    kept = []
    for path in sorted((folder / table).rglob("*")):
        if not path.is_file() or path.name == "_last_checkpoint":
            continue  # the hint may point past the version; readers do without it
        number = _entry_version(path.name) if path.parent == log else None
        if number is None or number <= version:
            kept.append(path)
    return kept


def _entry_version(name: str) -> int | None:
    matched = _ENTRY.fullmatch(name)
    return int(matched[1]) if matched else None
