"""Connect a warehouse to a source, and read what is new in it.

A step is asked for first, outside any transaction; then its events and the place of its last row
are written in one.  Killed in between, the same rows are read again, with the same message ids.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from quanqu.infra.audit import facade as audit
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto import facade as crypto
from quanqu.infra.jobs.facade import defer
from quanqu.know.timeline.actions.accept import accept_events
from quanqu.know.timeline.adapters import postgres
from quanqu.know.timeline.contracts import (
    WarehouseDraft,
    WarehouseInfo,
    WarehouseNotFoundError,
    WarehousePull,
    WarehouseRead,
    WarehouseReadError,
)
from quanqu.know.timeline.models import Source, Warehouse
from quanqu.know.timeline.queries.rights import require_whole_group
from quanqu.know.timeline.queries.sources import source_row
from quanqu.know.timeline.queries.warehouse import warehouse_info
from quanqu.know.timeline.rules.warehouse import check_read, check_url, event_of, is_reachable

PULL_JOB: Final = "timeline.pull_warehouses"
PULL_ONE_JOB: Final = "timeline.pull_warehouse"
STEP_ROWS: Final = 2_000
MOST_STEPS: Final = 500
_PURPOSE: Final = "timeline.warehouse"
_LOCK: Final = 7_204_104


@dataclass(slots=True)
class _Tally:
    rows: int = 0
    accepted: int = 0
    rejected: int = 0


@transaction.atomic
def put_warehouse(
    *, actor: Actor, source_id: str, draft: WarehouseDraft, now: datetime
) -> WarehouseInfo:
    """Connect a warehouse to a source, in place of the one before; it is read from its start.

    The connection string is encrypted where it rests and never shown again.
    Raises: WarehouseInputError, SourceNotFoundError, NotAllowedError.
    """
    require_whole_group(actor)
    source = source_row(source_id, actor.scope("timeline.manage"))
    read = check_read(draft.read)
    _, address = check_url(draft.url)
    fields = {
        "url": crypto.encrypt(draft.url, purpose=_PURPOSE),
        "address": address,
        "read": asdict(read),
        "place": None,
        "rows": 0,
        "read_at": None,
        "fault": "",
    }
    row, _ = Warehouse.objects.update_or_create(source_key=source.key, defaults=fields)
    audit.record(
        actor=actor,
        action="timeline.put_warehouse",
        subject=source_id,
        now=now,
        after={"address": address, **asdict(read)},
    )
    return warehouse_info(row, source_id)


def pull_warehouse(*, actor: Actor, source_id: str, now: datetime) -> WarehousePull:
    """Read what is new in a source's warehouse, at most a million rows at once.

    Only one process reads a warehouse at a time: others find nothing to do.
    Raises: WarehouseReadError, SourceNotFoundError, NotAllowedError.
    """
    require_whole_group(actor)
    source = source_row(source_id, actor.scope("timeline.manage"))
    return _pull(source, now)


def ask_for_pull(*, actor: Actor, source_id: str) -> None:
    """Have a source's warehouse read soon, by the worker.

    Raises: WarehouseNotFoundError, SourceNotFoundError, NotAllowedError.
    """
    require_whole_group(actor)
    source = source_row(source_id, actor.scope("timeline.manage"))
    if not Warehouse.objects.filter(source_key=source.key).exists():
        raise WarehouseNotFoundError(ref=source_id)
    defer(PULL_ONE_JOB, once=f"{PULL_ONE_JOB}:{source.key}", source_key=source.key)


def pull_one_warehouse(*, source_key: int, now: datetime) -> int:
    """Read what is new in the warehouse of one source and return how many rows.

    One that cannot be read keeps its fault for people to see.
    """
    source = Source.objects.filter(key=source_key, is_enabled=True).first()
    if source is None:
        return 0
    try:
        return _pull(source, now).rows
    except (WarehouseReadError, WarehouseNotFoundError):
        return 0


def pull_every_warehouse(*, now: datetime) -> int:
    """Read what is new in the warehouses of every enabled source and return how many rows.

    One that cannot be read keeps its fault for people to see, and keeps no other from being read.
    """
    keys = Warehouse.objects.values_list("source_key", flat=True)
    count = 0
    for source in Source.objects.filter(key__in=list(keys), is_enabled=True).order_by("key"):
        try:
            count += _pull(source, now).rows
        except WarehouseReadError:
            continue
    return count


def _pull(source: Source, now: datetime) -> WarehousePull:
    tally = _Tally()
    if not _take_turn(source.key):
        return WarehousePull(0, 0, 0)
    try:
        row = Warehouse.objects.filter(source_key=source.key).first()
        if row is None:
            raise WarehouseNotFoundError(ref=source.code)
        _read(source, row, now, tally)
    except WarehouseReadError as error:
        fault = str(error.fields.get("reason", ""))[:300]
        Warehouse.objects.filter(source_key=source.key).update(fault=fault, read_at=now)
        raise
    finally:
        _give_turn(source.key)
    return WarehousePull(tally.rows, tally.accepted, tally.rejected)


def _read(source: Source, row: Warehouse, now: datetime, tally: _Tally) -> None:
    url, read = crypto.decrypt(bytes(row.url), purpose=_PURPOSE), WarehouseRead(**row.read)
    address = _address(url)
    after = None if row.place is None else (str(row.place[0]), str(row.place[1]))
    for _ in range(MOST_STEPS):
        rows, after = postgres.fetch(
            url=url, address=address, read=read, after=after, limit=STEP_ROWS
        )
        _keep(source, rows, read, after, now, tally)
        if len(rows) < STEP_ROWS:
            break


@transaction.atomic(durable=True)
def _keep(
    source: Source,
    rows: list[dict[str, Any]],
    read: WarehouseRead,
    place: tuple[str, str] | None,
    now: datetime,
    tally: _Tally,
) -> None:
    events = [json.dumps(event_of(row, read), default=str).encode() for row in rows]
    taken = accept_events(
        source_code=source.code, events=b"\n".join(events), now=now, is_internal=False
    )
    held = Warehouse.objects.select_for_update().get(source_key=source.key)
    held.rows += len(rows)
    held.read_at, held.fault = now, ""
    if place is not None:
        held.place = list(place)
    held.save(update_fields=["rows", "read_at", "fault", "place"])
    tally.rows += len(rows)
    tally.accepted += taken.accepted
    tally.rejected += len(taken.rejected)


def _address(url: str) -> str:
    """Return the address to connect to: of what the host means now, one that is allowed."""
    host, _ = check_url(url)
    allowed = postgres.allowed_hosts()
    for address in postgres.addresses_of(host):
        if is_reachable(host, address, allowed):
            return address
    raise WarehouseReadError(reason=f"{host} is not a host that may be connected to")


def _take_turn(key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, key])
        row = cursor.fetchone()
    return bool(row and row[0])


def _give_turn(key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, key])
