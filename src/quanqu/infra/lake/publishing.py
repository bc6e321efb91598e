"""Publishing: what changed is marked in the writing transaction and overwritten in the lake."""

import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import repeat
from typing import Final

import pyarrow as pa
from deltalake import DeltaTable
from django.db import connection, transaction
from django.db.models import Min

from quanqu.infra.jobs.facade import defer
from quanqu.infra.lake import registry
from quanqu.infra.lake.contracts import WHOLE, Publication, Published
from quanqu.infra.lake.durable import mend
from quanqu.infra.lake.models import LakeDirty, LakeState
from quanqu.infra.lake.stream import overwrite
from quanqu.infra.lake.tables import fit, has_drifted, open_table, retried

PUBLISH_JOB: Final = "lake.publish"

_PARTITION: Final = re.compile(r"[A-Za-z0-9_.-]+")
_LOCK_CLASS: Final = 0x6C616B65  # "lake"
_READ_AT_ONCE: Final = 6
_AT_ONCE: Final = 2


def mark_dirty(*, publication: str, partitions: Iterable[str]) -> None:
    """Note, within the writing transaction, that these partitions have changed.

    WHOLE stands for every partition and is all that a table without partitions knows.  The worker
    publishes soon after the commit; a roll-back takes the note with it.
    """
    declared = registry.publication(publication)
    if declared.read is None:
        raise ValueError(f"{publication} is appended to, not published")
    names = set(partitions)
    if not names:
        return
    if declared.partition_by is None or WHOLE in names:
        names = {WHOLE}
    if bad := sorted(name for name in names - {WHOLE} if not _PARTITION.fullmatch(name)):
        raise ValueError(f"not a partition of {publication}: {bad[0]!r}")
    LakeDirty.objects.bulk_create(
        LakeDirty(publication=publication, partition=name) for name in sorted(names)
    )
    defer(PUBLISH_JOB, once=PUBLISH_JOB)


def publish_dirty(*, now: datetime) -> tuple[Published, ...]:
    """Overwrite in the lake whatever is marked, one commit a table, and drop the marks.

    Locks: one publisher at a time per table; a second one waits and finds the rest.  A crash before
    the marks are dropped leaves them, and the same partitions are written again.  A table that is
    not the one written last, because it was dropped or replaced by hand, is written whole.
    Raises: LakeWriteError; the marks stay.
    """
    waiting = LakeDirty.objects.values_list("publication", flat=True).distinct()
    known = {declared.name for declared in registry.publications()}
    names = sorted(set(waiting) & known)
    if len(names) < 2 or connection.in_atomic_block:  # others would not see what is not committed
        done = [_publish(name, now) for name in names]
    else:
        with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="publisher") as pool:
            done = list(pool.map(_publish_apart, names, repeat(now)))
    return tuple(published for published in done if published is not None)


def mark_everything() -> None:
    """Mark every published table whole: the lake is rebuilt from PostgreSQL."""
    for declared in registry.publications():
        if declared.read is not None:
            mark_dirty(publication=declared.name, partitions=[WHOLE])


def mend_tables() -> tuple[str, ...]:
    """Take back what a power cut has torn in any table, and return the names of those.

    Published tables are marked whole, so that they are written anew; what was appended comes
    again from where its writer kept it.  To be called by one process, before others write.
    """
    torn = [declared for declared in registry.publications() if mend(declared.name)]
    for declared in torn:
        if declared.read is not None:
            mark_dirty(publication=declared.name, partitions=[WHOLE])
    return tuple(declared.name for declared in torn)


def published_at() -> dict[str, datetime]:
    """Return when each published table was last written to the lake."""
    return dict(LakeState.objects.values_list("name", "published_at"))


def mark_drifted() -> tuple[str, ...]:
    """Mark the published tables that are not as they were left; return their names.

    Their stored columns are not those declared: so a new version of the program fills its new
    columns without waiting for a change.  Or they were dropped or replaced by hand.
    """
    written = dict(LakeState.objects.values_list("name", "version"))
    drifted = [
        declared.name
        for declared in registry.publications()
        if declared.read is not None
        and _must_be_whole(open_table(declared.name), declared.name, written.get(declared.name))
    ]
    for name in drifted:
        mark_dirty(publication=name, partitions=[WHOLE])
    return tuple(drifted)


def waiting_partitions(name: str) -> frozenset[str] | None:
    """Return the partitions of a table that are marked and not yet published; None for all."""
    marked = LakeDirty.objects.filter(publication=name).values_list("partition", flat=True)
    found = frozenset(marked.distinct())
    return None if WHOLE in found else found


def fresh_until(*, names: Iterable[str], now: datetime) -> datetime:
    """Return the time up to which everything committed is in these tables: `now` if all is."""
    waiting = LakeDirty.objects.filter(publication__in=list(names))
    oldest: datetime | None = waiting.aggregate(at=Min("marked_at"))["at"]
    return now if oldest is None else min(oldest, now)


def _publish_apart(name: str, now: datetime) -> Published | None:
    """Publish on this thread's own connection: while one table is read another is written."""
    try:
        return _publish(name, now)
    finally:
        connection.close()


def _publish(name: str, now: datetime) -> Published | None:
    declared = registry.publication(name)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_CLASS, name])
        marks = list(LakeDirty.objects.filter(publication=name).values_list("key", "partition"))
        if not marks:
            return None
        known = LakeState.objects.filter(name=name).values_list("version", flat=True).first()
        published = _write(declared, {partition for _, partition in marks}, known, now)
        LakeDirty.objects.filter(key__in=[key for key, _ in marks]).delete()
        state = {
            "version": published.version,
            "row_count": published.row_count,
            "published_at": now,
        }
        LakeState.objects.update_or_create(name=name, defaults=state)
    return published


def _must_be_whole(handle: DeltaTable, name: str, known: int | None) -> bool:
    """Tell whether a table lacks columns, or the version that was written last (None: never)."""
    return has_drifted(handle, name) or (known is not None and handle.version() < known)


def _write(declared: Publication, dirty: set[str], known: int | None, now: datetime) -> Published:
    def write(handle: DeltaTable) -> Published:
        options: dict[str, str] = {}
        wanted = sorted(dirty)
        if _must_be_whole(handle, declared.name, known):
            wanted, options = [WHOLE], {"schema_mode": "overwrite"}
        if WHOLE in wanted:
            wanted = [WHOLE]
        else:
            listed = ", ".join(f"'{name}'" for name in wanted)
            options["predicate"] = f"{declared.partition_by} IN ({listed})"
        count = overwrite(handle, _read(declared, wanted), declared.schema, **options)
        return Published(declared.name, handle.version(), tuple(wanted), count, now)

    return retried(declared.name, write)


def _read(declared: Publication, dirty: Sequence[str]) -> Iterator[pa.Table]:
    assert declared.read is not None  # noqa: S101 - mark_dirty refuses the others
    if WHOLE in dirty:
        yield fit(declared.name, declared.read(None))
        return
    for at in range(0, len(dirty), _READ_AT_ONCE):
        yield fit(declared.name, declared.read(dirty[at : at + _READ_AT_ONCE]))
