"""Keep every audience up to date together: rules they share are worked out once, and what is new is
added to what is known."""

import logging
import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Final

import pyarrow as pa

from quanqu.infra.lake.facade import publish_dirty
from quanqu.know.audiences.actions.members import Found, write_members
from quanqu.know.audiences.actions.patching import Patch, write_patches
from quanqu.know.audiences.actions.refreshing import rules_of_many
from quanqu.know.audiences.actions.saving import scope_of
from quanqu.know.audiences.contracts import Node
from quanqu.know.audiences.models import Audience, AudienceRefresh
from quanqu.know.audiences.queries.found import as_of_in
from quanqu.know.audiences.queries.keeping import KeptMembers, Keys, Members
from quanqu.know.audiences.queries.question import KEY
from quanqu.know.audiences.queries.saved import stays_now

_AT_ONCE: Final = 100_000  # customers told of in one transaction, but for one audience
_log: Final = logging.getLogger(__name__)
_Places = tuple[int, ...] | None


@dataclass(slots=True)
class _Group:
    """What is kept of the audiences over one scope, and what was last written of each: the key of
    the refresh and the members."""

    kept: KeptMembers
    written: dict[int, tuple[int, Members]] = field(default_factory=dict)


@dataclass(slots=True)
class _Waiting:
    """Patches to be written together, and by audience its place and its members."""

    patches: list[Patch]
    places: dict[int, int]
    members: dict[int, Members]


_groups: Final[dict[_Places, _Group]] = {}
_busy: Final = threading.Lock()


def follow_audiences(*, now: datetime) -> int:
    """Work out the members of every active audience and return of how many they changed.

    What waits to be published to the lake is published first, so that a merge of customers is
    seen.  What was kept is thrown away when anything fails; the next round begins from the lake.
    An audience whose rules no longer make sense is left as it was, with a warning.
    """
    publish_dirty(now=now)
    active = Audience.objects.filter(archived_at__isnull=True).order_by("key")
    by_places: dict[_Places, list[Audience]] = {}
    for audience in active:
        places = None if audience.places is None else tuple(sorted(audience.places))
        by_places.setdefault(places, []).append(audience)
    with _busy:
        for places in set(_groups) - set(by_places):
            del _groups[places]
        return sum(_follow(places, mine, now) for places, mine in by_places.items())


def forget_followed() -> None:
    """Throw away everything that is kept; the next round begins from the lake."""
    with _busy:
        _groups.clear()


def _follow(places: _Places, audiences: list[Audience], now: datetime) -> int:
    known, matches = _sensible(audiences)
    if not known:
        return 0
    scope = scope_of(known[0])
    as_of = as_of_in(scope, now.astimezone(UTC).date())
    group = _groups.pop(places, None)
    if group is None:
        group = _Group(KeptMembers(matches, scope, as_of))
    else:
        group.kept.refresh(as_of=as_of, matches=matches)
    changed = _write(group, known, as_of, now)
    _groups[places] = group
    return changed


def _sensible(audiences: list[Audience]) -> tuple[list[Audience], list[Node]]:
    known, matches = [], []
    for audience, rules in rules_of_many(audiences):
        if rules is None:
            _log.warning("the rules of audience %s make no sense any more", audience.key)
            continue
        known.append(audience)
        matches.append(rules)
    return known, matches


def _write(group: _Group, audiences: list[Audience], as_of: date, now: datetime) -> int:
    """Write what changed and return of how many audiences: as differences to the last refresh,
    several audiences at once, and whole where there was none yet."""
    last = AudienceRefresh.objects.filter(audience__in=audiences).order_by("audience_id", "-key")
    refreshed = {row.audience_id: row for row in last.distinct("audience_id")}
    changed, waiting = 0, _Waiting([], {}, {})
    for at, audience in enumerate(audiences):
        row = refreshed.get(audience.key)
        if row is None:
            changed += _write_whole(group, at, audience, as_of, now)
            continue
        members = group.kept.held(at)
        entered, left = _since(group, audience, members, row)
        is_same_question = (row.version, row.as_of) == (audience.version, as_of)
        if is_same_question and not len(entered) and not len(left):
            group.written[audience.key] = (row.key, members)
            continue
        reasons = partial(group.kept.turned, at)
        waiting.patches.append(
            Patch(audience, row.key, as_of, entered, left, members.count, reasons)
        )
        waiting.places[audience.key], waiting.members[audience.key] = at, members
        if sum(patch.size for patch in waiting.patches) >= _AT_ONCE:
            changed += _write_waiting(group, waiting, as_of, now)
            waiting = _Waiting([], {}, {})
    return changed + _write_waiting(group, waiting, as_of, now)


def _since(
    group: _Group, audience: Audience, members: Members, row: AudienceRefresh
) -> tuple[Keys, Keys]:
    """Return who came and who left since a refresh; one that was not ours is looked up.

    Should yet another refresh come before they are read, the patch does not fit and is not written.
    """
    before = group.written.get(audience.key)
    if before is not None and before[0] == row.key:
        return members.since(before[1])
    return members.since_keys(stays_now(audience.key)[KEY].to_numpy())


def _write_waiting(group: _Group, waiting: _Waiting, as_of: date, now: datetime) -> int:
    """Write patches; an audience that somebody else refreshed meanwhile is written whole."""
    rows = write_patches(waiting.patches, now) if waiting.patches else {}
    changed = 0
    for patch in waiting.patches:
        key = patch.audience.key
        if key in rows:
            group.written[key] = (rows[key].key, waiting.members[key])
            changed += bool(rows[key].entered or rows[key].left)
        else:
            changed += _write_whole(group, waiting.places[key], patch.audience, as_of, now)
    return changed


def _write_whole(group: _Group, at: int, audience: Audience, as_of: date, now: datetime) -> bool:
    members = group.kept.held(at)
    found = Found(
        audience.version,
        as_of,
        pa.table({KEY: members.all_keys()}),
        partial(group.kept.turned, at),
    )
    row = write_members(audience, found, now)
    group.written[audience.key] = (row.key, members)
    return bool(row.entered or row.left)
