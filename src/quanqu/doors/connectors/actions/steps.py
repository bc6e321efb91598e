"""The steps of a run: what was refused at once, then every feed chunk by chunk."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa

from quanqu.doors.connectors.actions.places import Ground
from quanqu.doors.connectors.actions.writing import Written, write_chunk
from quanqu.doors.connectors.contracts import Reason
from quanqu.doors.connectors.feeds import CHUNK_ROWS, Feed
from quanqu.doors.connectors.inputs import Input
from quanqu.doors.connectors.rejects import reject_record
from quanqu.doors.connectors.rules.assemble import Canonical, Defaults, Slice, assemble
from quanqu.doors.connectors.rules.digests import DIGEST
from quanqu.doors.connectors.rules.flatten import GROUP, RECORD_JSON, ROW
from quanqu.doors.connectors.rules.needs import MAIN

__all__ = ["Converted", "Step", "StepResult", "convert", "run_step", "steps_of"]


@dataclass(frozen=True, slots=True)
class Step:
    """A piece of work that is done whole or not at all. `feed` None: what was refused at once."""

    feed: Feed | None
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Converted:
    """The rows of a step and what its mapping makes of them."""

    slices: dict[str, Slice]
    canonical: Canonical


@dataclass(slots=True)
class StepResult:
    """What a step came to; its rejects are ready to be filed."""

    accepted: int = 0
    rejects: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)


def steps_of(given: Input, *, chunk_rows: int = CHUNK_ROWS) -> Iterator[Step]:
    """Yield the steps in their order, which is the same for the same input."""
    yield Step(None)
    for feed in given.feeds:
        if feed.orphans:
            yield Step(feed)
        for first, last in feed.chunks(chunk_rows):
            yield Step(feed, first, last)


def convert(step: Step, *, ground: Ground) -> Converted | None:
    """Do the part of a step that needs no database; None when there is none."""
    if step.feed is None or step.last == 0:
        return None
    slices = step.feed.slices(step.first, step.last)
    defaults = Defaults(ground.place.currency, ground.place.time_zone)
    return Converted(slices, assemble(step.feed.mapping, slices, defaults))


def run_step(
    given: Input,
    step: Step,
    *,
    ground: Ground,
    source: str,
    now: datetime,
    converted: Converted | None = None,
) -> StepResult:
    """Do one step; must run in a transaction when the step has a feed.

    `converted`: what `convert` made of it, when that was done before.
    """
    if step.feed is None:
        return _refused(given)
    made = converted or convert(step, ground=ground)
    if made is None:
        return _orphans(step.feed)
    return _chunk(given, step.feed, made, ground=ground, source=source, now=now)


def _refused(given: Input) -> StepResult:
    result = StepResult()
    for row in given.refused:
        if not row.counts:
            result.counts["files_not_read", str(row.reason)] += 1
        else:
            own = {row.reason: row.words} if row.words else {}
            result.rejects.append(
                reject_record(
                    table=row.file, row=row.row, reason=row.reason, field="",
                    values={"text": row.text}, own=own,
                )
            )  # fmt: skip
    return result


def _orphans(feed: Feed) -> StepResult:
    result = StepResult()
    for name, table in feed.orphans.items():
        file = feed.tables[name].staged.file
        for row in table.to_pylist():
            number = row.pop(ROW)
            result.rejects.append(
                reject_record(
                    table=file, row=number, reason=Reason.ORPHAN_ROW, field="",
                    values=_plain(row), own={},
                )
            )  # fmt: skip
    return result


def _chunk(
    given: Input, feed: Feed, made: Converted, *, ground: Ground, source: str, now: datetime
) -> StepResult:
    slices, canonical = made.slices, made.canonical
    written = write_chunk(
        canonical.tables, ground=ground, source=source, balance=feed.mapping.balance, now=now
    )
    result = StepResult(counts=written.counts)
    if feed.mapping.counted:
        result.rejects = list(_rejects(given, feed, slices, canonical, written))
        result.accepted = canonical.read - len(result.rejects)
    return result


def _rejects(
    given: Input,
    feed: Feed,
    slices: Mapping[str, Slice],
    canonical: Canonical,
    written: Written,
) -> Iterator[dict[str, Any]]:
    """Yield rows the mapping rejected, then the rows of groups that a room refused."""
    done: set[tuple[str, int]] = set()
    by_table: dict[str, list[tuple[int, str, str, str]]] = {}
    for reject in canonical.rejects:
        done.add((reject.table, reject.at))
        entry = (reject.at, reject.reason, reject.field, "")
        by_table.setdefault(reject.table, []).append(entry)
    if written.refused:
        counted = [MAIN] if feed.mapping.kind == "payload" else list(slices)
        for table in counted:
            for at, group in enumerate(slices[table].groups.tolist()):
                if group in written.refused and (table, at) not in done:
                    reason, detail = written.refused[group]
                    by_table.setdefault(table, []).append((at, reason, "", detail))
    for table, entries in by_table.items():
        yield from _filed(given, feed, table, slices[table].table, entries)


def _filed(
    given: Input, feed: Feed, name: str, table: pa.Table, entries: list[tuple[int, str, str, str]]
) -> Iterator[dict[str, Any]]:
    rows = table.take(pa.array([at for at, *_ in entries])).to_pylist()
    file = feed.tables[name].staged.file
    for row, (_, reason, field_name, detail) in zip(rows, entries, strict=True):
        number = row.pop(ROW)
        row.pop(GROUP, None)
        row.pop(DIGEST, None)
        if feed.mapping.kind == "payload":
            file, number = given.origin(number)
            row = {"record": row[RECORD_JSON]}
        yield reject_record(
            table=file, row=number, reason=reason, field=field_name, values=_plain(row),
            own=feed.mapping.reasons, detail=detail,
        )  # fmt: skip


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str | int | float | bool) else str(value)
        for name, value in row.items()
        if value is not None
    }
