"""Work out who wears which tag with which value, and write the difference."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pyarrow as pa
from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.lake.facade import publish_dirty, run
from quanqu.kernel.errors import QuanquError
from quanqu.know.audiences.facade import compile_members, find_as_of, keep_members
from quanqu.know.customers.contracts import ComputedTag, CustomerFilters, TagKind
from quanqu.know.customers.facade import count_customers, list_computed_tags, set_computed_tag
from quanqu.know.tags.actions.saving import known_needs
from quanqu.know.tags.contracts import ArchivedTagError, Every, TagCycleError, TagRefreshRow
from quanqu.know.tags.models import TagRefresh, WorkedTag
from quanqu.know.tags.queries.definitions import EVERYTHING, parse_statistic
from quanqu.know.tags.queries.tags import (
    MANAGE,
    definitions_of,
    make_rows,
    require_group,
    worked_tag,
)
from quanqu.know.tags.queries.values import KEY, WEARERS, find_values
from quanqu.know.tags.rules.depending import circle, rounds
from quanqu.know.tags.rules.due import is_due


@dataclass(frozen=True, slots=True)
class _Found:
    """What came of working out one tag: its wearers, or the error; how long it took."""

    wearers: pa.Table | None
    duration_ms: int
    error: str = ""


def refresh_tag(*, actor: Actor, tag_id: UUID, now: datetime) -> TagRefreshRow | None:
    """Work out one tag now; None when a later refresh or another version came in between.

    Raises: NotAllowedError, NotFoundError, ArchivedTagError.
    """
    require_group(actor, MANAGE)
    row = worked_tag(tag_id)
    if make_rows([row])[0].archived_at is not None:
        raise ArchivedTagError
    _refresh([row], now)
    tried = TagRefresh.objects.filter(worked=row, started_at=now).order_by("-key").first()
    if tried is None:
        return None
    after = make_rows([row])[0]
    return after.failure if tried.error else after.last_refresh


def refresh_one(*, worked_key: int, now: datetime) -> None:
    """Work out one tag, unless it was put away meanwhile."""
    _refresh(list(WorkedTag.objects.filter(key=worked_key)), now)


def refresh_due(*, now: datetime) -> int:
    """Work out every tag whose time has come and return how many were.

    Rules are worked out together, so that what they share is looked at once; tags that rules speak
    of come before, and are published to the lake in between.
    """
    rows = list(WorkedTag.objects.exclude(every=Every.NEVER).order_by("key"))
    tries = TagRefresh.objects.filter(worked__in=rows).order_by("worked_id", "-key")
    last = {one.worked_id: one.started_at for one in tries.distinct("worked_id")}
    due = [row for row in rows if is_due(Every(row.every), last.get(row.key), row.stale_at, now)]
    if not due:
        return 0
    publish_dirty(now=now)
    return _refresh(due, now)


def hurry_tags(*, now: datetime) -> None:
    """Note that customers were merged or split: all tags are worked out again after a rest."""
    WorkedTag.objects.update(stale_at=now)


def _refresh(rows: Sequence[WorkedTag], now: datetime) -> int:
    """Work out tags in rounds and return how many were written."""
    named = {tag.key: tag for tag in list_computed_tags() if tag.archived_at is None}
    by_name = {named[row.tag_id].name: row for row in rows if row.tag_id in named}
    _, needs = known_needs(list(WorkedTag.objects.all()))
    as_of = find_as_of(actor=SYSTEM, today=now.astimezone(UTC).date())
    written = 0
    for number, names in enumerate(rounds(list(by_name), needs)):
        if number:
            publish_dirty(now=now)
        mine = [by_name[name] for name in names]
        ways = {by_name[name].key: way for name in names if (way := circle(name, needs))}
        for row, found in _work_out(mine, named, ways, as_of):
            written += _write(row, found, as_of, now)
    return written


def _work_out(
    rows: list[WorkedTag],
    named: Mapping[int, ComputedTag],
    ways: Mapping[int, tuple[str, ...]],
    as_of: date,
) -> Iterator[tuple[WorkedTag, _Found]]:
    """Yield each tag with what came of it; rules together, statistics one by one."""
    rules: list[tuple[WorkedTag, Mapping[str, Any]]] = []
    for row, definition in zip(rows, definitions_of(rows), strict=True):
        began = time.monotonic()
        if row.key in ways:
            told = TagCycleError(cycle=" → ".join(ways[row.key]))
            yield row, _Found(None, 0, str(told))
            continue
        try:
            if named[row.tag_id].kind is TagKind.RULE:
                compile_members(definition=definition, scope=EVERYTHING, as_of=as_of)
                rules.append((row, definition))
                continue
            values = find_values(parse_statistic(definition), EVERYTHING, as_of)
        except QuanquError as error:
            yield row, _Found(None, _since(began), str(error))
            continue
        yield row, _Found(values, _since(began))
    yield from _by_rules(rules, as_of)


def _by_rules(
    rules: list[tuple[WorkedTag, Mapping[str, Any]]], as_of: date
) -> Iterator[tuple[WorkedTag, _Found]]:
    """Yield who fulfils each of some rules; the time of many is shared out evenly."""
    if not rules:
        return
    began = time.monotonic()
    definitions = [definition for _, definition in rules]
    try:
        members = _members(definitions, as_of)
    except QuanquError as error:
        for row, _ in rules:
            yield row, _Found(None, _since(began) // len(rules), str(error))
        return
    each = _since(began) // len(rules)
    for (row, _), keys in zip(rules, members, strict=True):
        yield row, _Found(_without_values(keys), each)


def _members(definitions: Sequence[Mapping[str, Any]], as_of: date) -> list[pa.Array]:
    if len(definitions) == 1:
        asked = compile_members(definition=definitions[0], scope=EVERYTHING, as_of=as_of)
        return [run(asked)[KEY].combine_chunks()]
    kept = keep_members(definitions=definitions, scope=EVERYTHING, as_of=as_of)
    return [pa.array(kept.members(at), pa.int64()) for at in range(len(definitions))]


def _without_values(keys: pa.Array) -> pa.Table:
    nothing = [pa.nulls(len(keys), field.type) for field in list(WEARERS)[1:]]
    return pa.table([keys, *nothing], schema=WEARERS)


def _write(row: WorkedTag, found: _Found, as_of: date, now: datetime) -> bool:
    """Write what came of a tag in one transaction, unless it was changed, put away or worked out
    later meanwhile: then that one's result stands.

    Locks: the tag.
    """
    with transaction.atomic():
        locked = WorkedTag.objects.select_for_update().get(key=row.key)
        is_late = TagRefresh.objects.filter(worked=locked, started_at__gt=now).exists()
        if is_late or locked.version != row.version or make_rows([locked])[0].archived_at:
            return False
        made = TagRefresh(
            worked=locked,
            version=row.version,
            as_of=as_of,
            started_at=now,
            duration_ms=found.duration_ms,
            error=found.error,
        )
        if found.wearers is not None:
            change = set_computed_tag(tag_key=locked.tag_id, wearers=found.wearers, now=now)
            made.customers, made.entered = change.customers, change.entered
            made.left, made.changed = change.left, change.changed
            made.everybody = count_customers(actor=SYSTEM, filters=CustomerFilters())
            if locked.stale_at is not None and locked.stale_at <= now:
                locked.stale_at = None
                locked.save(update_fields=["stale_at"])
        made.save()
    return True


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
