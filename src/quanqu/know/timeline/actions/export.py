"""Events out of the lake as Parquet, a file a day, with a manifest that says what is whole.

The manifest is written first with the key of the newest event: an export that was broken off goes
on with the same events, and files that are there with the right digest are not written again.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from quanqu.infra.audit import facade as audit
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.lake import facade as lake
from quanqu.kernel.time import format_time
from quanqu.know.timeline.contracts import (
    EXPORT_SCHEMA,
    ExportProgress,
    ExportRequest,
    ExportResult,
    ExportTargetError,
)
from quanqu.know.timeline.publish import TABLE

_MANIFEST: Final = "manifest.json"
_LEFT_OUT: Final = frozenset({"part"})


class _Target:
    """A folder, here or in an object store, that is written file by file."""

    def __init__(self, url: str) -> None:
        try:
            if "://" in url:
                self._files, self._root = fs.FileSystem.from_uri(url)
            else:
                self._files, self._root = fs.LocalFileSystem(), url
            self._files.create_dir(self._root, recursive=True)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise ExportTargetError(target=url, reason=str(error)) from error

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None when it is not there."""
        try:
            with self._files.open_input_stream(f"{self._root}/{name}") as stream:
                return bytes(stream.read())
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole: under another name first."""
        path = f"{self._root}/{name}"
        try:
            self._files.create_dir(path.rpartition("/")[0], recursive=True)
            with self._files.open_output_stream(f"{path}.draft") as stream:
                stream.write(content)
            self._files.move(f"{path}.draft", path)
        except (pa.ArrowException, OSError) as error:
            raise ExportTargetError(target=self._root, reason=str(error)) from error


def export_events(
    *,
    actor: Actor,
    request: ExportRequest,
    now: datetime,
    progress: ExportProgress | None = None,
) -> ExportResult:
    """Write the events that the actor may see, a file for each day that has some.

    Shapes: the columns of fact_event without `part`, in the order of `event_key`; Parquet with
    Zstandard.  The same call again goes on where it stopped, or finds all of it there.
    Raises: ExportTargetError, NotAllowedError.
    """
    actor.require("timeline.manage")
    scope = actor.scope("timeline.manage")
    places = None if scope.everything else sorted(scope.places)
    target = _Target(request.target)
    asked = _asked(request, places)
    manifest = _begun(target, asked, now)
    days = [request.period.first + timedelta(days=n) for n in range(request.period.days)]
    files: dict[str, Any] = manifest["files"]
    below = int(manifest["below_event_key"])
    filled = _filled_days(request, places, below)
    kept = 0
    for at, day in enumerate(days, 1):
        name = f"events/{day:%Y/%m}/{day.isoformat()}.parquet"
        if _is_there(target, name, files.get(name)):
            kept += 1
        elif day in filled:
            rows = _rows(request, day, places, below)
            content = _parquet(rows)
            target.write(name, content)
            digest = hashlib.sha256(content).hexdigest()
            files[name] = {"rows": rows.num_rows, "bytes": len(content), "sha256": digest}
            target.write(_MANIFEST, _json(manifest))
        if progress is not None:
            progress(at, len(days))
    manifest |= {"is_complete": True, "rows": sum(each["rows"] for each in files.values())}
    target.write(_MANIFEST, _json(manifest))
    audit.record(
        actor=actor,
        action="timeline.export_events",
        subject="timeline",
        now=now,
        after={"rows": manifest["rows"], "files": len(files), **asked},
    )
    return ExportResult(len(files), kept, int(manifest["rows"]), f"{request.target}/{_MANIFEST}")


def _asked(request: ExportRequest, places: list[int] | None) -> dict[str, Any]:
    return {
        "first": request.period.first.isoformat(),
        "last": request.period.last.isoformat(),
        "sources": list(request.sources),
        "events": list(request.events),
        "places": places,
    }


def _begun(target: _Target, asked: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the manifest of the same export that was broken off or done, or a new one."""
    told = target.read(_MANIFEST)
    if told is not None:
        found: dict[str, Any] = json.loads(told)
        if found.get("asked") != asked or found.get("schema_version") != EXPORT_SCHEMA:
            reason = "it holds another export: choose an empty folder"
            raise ExportTargetError(target=target._root, reason=reason)
        return found
    events = lake.table(TABLE)
    newest = lake.run(events.aggregate(key=events.event_key.max()))["key"][0].as_py()
    manifest = {
        "schema_version": EXPORT_SCHEMA,
        "table": TABLE,
        "asked": asked,
        "begun_at": format_time(now),
        "below_event_key": int(newest or 0) + 1,
        "columns": _columns(),
        "is_complete": False,
        "files": {},
    }
    target.write(_MANIFEST, _json(manifest))
    return manifest


def _columns() -> list[dict[str, str]]:
    declared = next(each for each in lake.registered() if each.name == TABLE)
    return [
        {"name": each.name, "type": str(each.arrow_type), "meaning": each.doc}
        | ({"unit": each.unit} if each.unit else {})
        for each in declared.columns
        if each.name not in _LEFT_OUT
    ]


def _is_there(target: _Target, name: str, told: Mapping[str, Any] | None) -> bool:
    if told is None:
        return False
    content = target.read(name)
    return content is not None and hashlib.sha256(content).hexdigest() == told["sha256"]


def _filled_days(request: ExportRequest, places: list[int] | None, below: int) -> set[date]:
    """Return the days that have events of the export: most days of a long period may have none."""
    first, last = request.period.first, request.period.last
    mine = _asked_for(request, places, below)
    mine = mine.filter(
        mine.part.between(f"{first:%Y%m}", f"{last:%Y%m}"),
        mine.day.between(ibis.literal(first), ibis.literal(last)),
    )
    return set(lake.run(mine.select(mine.day).distinct())["day"].to_pylist())


def _rows(request: ExportRequest, day: date, places: list[int] | None, below: int) -> pa.Table:
    mine = _asked_for(request, places, below)
    mine = mine.filter(mine.part == f"{day:%Y%m}", mine.day == ibis.literal(day))
    return lake.run(mine.order_by(mine.event_key).drop(*_LEFT_OUT))


def _asked_for(request: ExportRequest, places: list[int] | None, below: int) -> ibis.Table:
    events = lake.table(TABLE)
    mine = events.filter(events.event_key < below)
    if places is not None:
        mine = mine.filter(mine.place_key.isin(places))
    if request.sources:
        mine = mine.filter(mine.source.isin(list(request.sources)))
    if request.events:
        mine = mine.filter(mine.event.isin(list(request.events)))
    return mine


def _parquet(rows: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink, compression="zstd")
    return bytes(sink.getvalue())


def _json(manifest: Mapping[str, Any]) -> bytes:
    return json.dumps(manifest, ensure_ascii=False, indent=1).encode()
