"""Read an access log into a source: every line once, however often and under whatever name.

A file is told by its first line, which rotation and packing leave as it is.  A step is one
transaction that hands its events in and moves the place where reading goes on.
"""

import gzip
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

from django.db import transaction

from quanqu.infra.audit import facade as audit
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto import facade as crypto
from quanqu.infra.home.facade import open_home
from quanqu.know.timeline.actions.accept import accept_events
from quanqu.know.timeline.contracts import (
    LogFileError,
    LogProgress,
    LogReading,
    LogRequest,
    SourceNotFoundError,
)
from quanqu.know.timeline.models import LogFile, Source
from quanqu.know.timeline.queries.rights import require_place
from quanqu.know.timeline.rules.logs import (
    COMBINED,
    MAX_LINE_BYTES,
    event_of,
    is_asset,
    line_pattern,
    read_line,
)

STEP_LINES: Final = 5_000
_PURPOSE: Final = "timeline.log_visitor"
_GZIP: Final = b"\x1f\x8b"
_TAIL_BYTES: Final = 256


@dataclass(slots=True)
class _Tally:
    lines: int = 0
    events: int = 0
    assets: int = 0
    rejected: int = 0


@dataclass(slots=True)
class _Step:
    """The lines of one step: their events, their rejects, and where the next begins."""

    end: int
    events: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    lines: int = 0
    assets: int = 0
    tail: bytes = b""


def read_log(
    *, actor: Actor, request: LogRequest, now: datetime, progress: LogProgress | None = None
) -> LogReading:
    """Read what is new in a file, plain or packed with gzip, up to its last whole line.

    Lines that cannot be read are told with their place in a file of rejects, addresses left out.
    Raises: LogFileError, LogFormatError, SourceNotFoundError, NotAllowedError.
    """
    actor.require("timeline.manage")
    source = Source.objects.filter(code=request.source_code).first()
    if source is None:
        raise SourceNotFoundError(ref=request.source_code)
    require_place(actor, "timeline.manage", source.place_id)
    pattern = line_pattern(request.log_format or COMBINED)
    tally = _Tally()
    with _opened(request.path) as stream:
        head = _head(stream, request.path)
        begun_at = _go_on(stream, source.key, head)
        rejects = open_home().rejects / f"log-{source.code}-{head.hex[:12]}"
        for step in _steps(stream, begun_at, pattern, head):
            if not request.dry_run:
                _write(source, head, step, rejects, now)
            tally.lines += step.lines
            tally.events += len(step.events)
            tally.assets += step.assets
            tally.rejected += len(step.rejects)
            if progress is not None:
                progress(tally.lines)
    if tally.lines and not request.dry_run:
        _note(actor, source, request.path.name, tally, now)
    told = str(rejects) if tally.rejected and not request.dry_run else ""
    return LogReading(
        request.path.name,
        begun_at,
        tally.lines,
        tally.events,
        tally.assets,
        tally.rejected,
        told,
    )


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, unpacked as it is read; a packed one that breaks off ends where it does."""
    try:
        with path.open("rb") as raw:
            is_packed = raw.read(2) == _GZIP
            raw.seek(0)
            yield io.BufferedReader(gzip.GzipFile(fileobj=raw)) if is_packed else raw
    except (OSError, EOFError) as error:
        raise LogFileError(file=path.name, reason=str(error) or type(error).__name__) from error


def _head(stream: IO[bytes], path: Path) -> UUID:
    first = stream.readline(MAX_LINE_BYTES)
    if not first.endswith(b"\n"):
        raise LogFileError(file=path.name, reason="it has no whole line yet")
    return _digest(first)


def _go_on(stream: IO[bytes], source_key: int, head: UUID) -> int:
    """Move to where reading of this file ended last; to its start when that is not there."""
    known = LogFile.objects.filter(source_key=source_key, head=head).first()
    if known is not None:
        before = _before(stream, known.offset)
        if len(before) == min(_TAIL_BYTES, known.offset) and _digest(before) == known.tail:
            return int(known.offset)
    stream.seek(0)
    return 0


def _before(stream: IO[bytes], at: int) -> bytes:
    """Return the last bytes before a place, and stand there."""
    back = min(_TAIL_BYTES, at)
    stream.seek(at - back)
    return stream.read(back)


def _steps(stream: IO[bytes], at: int, pattern: Any, head: UUID) -> Iterator[_Step]:
    step = _Step(at)
    tail = _before(stream, at)
    while (size := len(raw := stream.readline(MAX_LINE_BYTES))) > 0:
        while raw and not raw.endswith(b"\n"):  # too long, or the server is still writing it
            raw = stream.readline(MAX_LINE_BYTES)
            size += len(raw)
        if not raw:
            break
        _take(step, raw, at, size, pattern, head)
        at += size
        tail = (tail + raw)[-_TAIL_BYTES:]
        step.end, step.tail = at, tail
        if step.lines == STEP_LINES:
            yield step
            step = _Step(at)
    if step.lines:
        yield step


def _take(step: _Step, raw: bytes, at: int, size: int, pattern: Any, head: UUID) -> None:
    step.lines += 1
    text = raw.decode("utf-8", "replace").rstrip("\r\n")
    line = "it is longer than 64 KiB" if size >= MAX_LINE_BYTES else read_line(text, pattern)
    if isinstance(line, str):
        step.rejects.append({"offset": at, "bytes": size, "reason": line})
    elif is_asset(line):
        step.assets += 1
    else:
        day = line.at.astimezone(UTC).date().isoformat()
        visitor = line.visitor or _visitor(line.address, line.agent, day)
        message_id = f"log-{head.hex[:16]}-{at}"
        step.events.append(event_of(line, message_id=message_id, visitor=visitor))


def _visitor(address: str, agent: str, day: str) -> str:
    """Return whom a line is of, for one day: a keyed hash that cannot be taken back."""
    return crypto.keyed_hash(f"{day}|{address}|{agent}", purpose=_PURPOSE).hex()[:32]


@transaction.atomic(durable=True)
def _write(source: Source, head: UUID, step: _Step, rejects: Path, now: datetime) -> None:
    accept_events(source_code=source.code, events=step.events, now=now, is_internal=False)
    if step.rejects:
        rejects.mkdir(mode=0o700, parents=True, exist_ok=True)
        lines = "".join(f"{json.dumps(each)}\n" for each in step.rejects)
        (rejects / f"rejects-{step.end:016}.ndjson").write_text(lines)
    LogFile.objects.bulk_create(
        [
            LogFile(
                source_key=source.key,
                head=head,
                offset=step.end,
                tail=_digest(step.tail),
                lines=step.lines,
                events=len(step.events),
                read_at=now,
            )
        ],
        update_conflicts=True,
        unique_fields=["source_key", "head"],
        update_fields=["offset", "tail", "lines", "events", "read_at"],
    )


def _note(actor: Actor, source: Source, name: str, tally: _Tally, now: datetime) -> None:
    audit.record(
        actor=actor,
        action="timeline.read_log",
        subject=source.code,
        now=now,
        after={"file": name, "lines": tally.lines, "events": tally.events},
    )


def _digest(content: bytes) -> UUID:
    return UUID(bytes=blake2b(content, digest_size=16).digest())
