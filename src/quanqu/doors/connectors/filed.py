"""The files of the connectors as an erasure sees them: rejected rows, and uploads that wait."""

import csv
import io
import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from quanqu.infra.home.facade import open_home
from quanqu.infra.personal.contracts import Subjects
from quanqu.infra.personal.facade import Matcher

__all__ = ["FiledRejects", "UploadedFiles", "count_rejects_before", "drop_rejects_before"]

_PLAIN: Final = (".csv", ".tsv", ".txt", ".json", ".ndjson", ".jsonl", ".xml")


class FiledRejects:
    """Rejected rows in the home's folder of rejects, line by line."""

    def count(self, people: Subjects) -> int:
        """Return how many rejected rows hold one of the people's values."""
        return sum(1 for _ in self.export(people))

    def export(self, people: Subjects) -> Iterator[Mapping[str, Any]]:
        """Yield the values of these rows."""
        matcher = Matcher(people.values)
        for path in _reject_files("*.ndjson"):
            for line in path.read_bytes().splitlines():
                found = msgspec.json.decode(line)
                if matcher.matches(found["values"]):
                    yield {"table": found["table"], "row": found["row"], "values": found["values"]}

    def erase(self, people: Subjects, *, now: datetime) -> None:
        """Write the files without these rows; each takes the place of the old one in one step."""
        del now
        matcher = Matcher(people.values)
        for path in _reject_files("*.ndjson"):
            lines = path.read_bytes().splitlines()
            kept = [x for x in lines if not matcher.matches(msgspec.json.decode(x)["values"])]
            if len(kept) < len(lines):
                _put(path, b"".join(line + b"\n" for line in kept))
        for path in _reject_files("*.csv"):
            _clean_sheet(path, matcher)


class UploadedFiles:
    """Files that were uploaded and not imported yet; one that names the person goes whole.

    Workbooks and archives cannot be looked into here: they go after a week, as all uploads do.
    """

    def count(self, people: Subjects) -> int:
        """Return how many files hold one of the people's values."""
        return len(self._found(people))

    def export(self, people: Subjects) -> Iterator[Mapping[str, Any]]:
        """Yield the names of these files: they hold other people's data too."""
        for path in self._found(people):
            yield {"file": path.name}

    def erase(self, people: Subjects, *, now: datetime) -> None:
        """Delete these files."""
        del now
        for path in self._found(people):
            shutil.rmtree(path.parent, ignore_errors=True)

    def _found(self, people: Subjects) -> list[Path]:
        matcher = Matcher(people.values)
        if matcher.is_empty:
            return []
        files = (open_home().run / "uploads").glob("*/*")
        return [p for p in files if p.suffix.lower() in _PLAIN and _names(p, matcher)]


def count_rejects_before(moment: datetime) -> int:
    """Return how many imports have rejected rows that were filed before a moment."""
    return len(_filed_before(moment))


def drop_rejects_before(moment: datetime) -> int:
    """Delete the rejected rows of imports that ended before a moment; return how many imports."""
    folders = _filed_before(moment)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    return len(folders)


def _filed_before(moment: datetime) -> list[Path]:
    """Return the folders of rejects none of whose files was written since."""
    folders = [path for path in open_home().rejects.iterdir() if path.is_dir()]
    return [
        folder
        for folder in folders
        if all(path.stat().st_mtime < moment.timestamp() for path in [folder, *folder.iterdir()])
    ]


def _names(path: Path, matcher: Matcher) -> bool:
    with path.open(encoding="utf-8", errors="replace") as file:
        return any(matcher.matches_text(line) for line in file)


def _reject_files(pattern: str) -> list[Path]:
    return sorted(open_home().rejects.glob(f"*/{pattern}"))


def _clean_sheet(path: Path, matcher: Matcher) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    kept = [row for row in rows if not (row and matcher.matches_text(row[-1].lstrip("'")))]
    if len(kept) < len(rows):
        sink = io.StringIO()
        sink.write("\ufeff")
        csv.writer(sink).writerows(kept)
        _put(path, sink.getvalue().encode())


def _put(path: Path, content: bytes) -> None:
    draft = path.with_suffix(path.suffix + ".draft")
    draft.write_bytes(content)
    os.replace(draft, path)
