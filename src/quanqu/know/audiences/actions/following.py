"""Keep every audience up to date together: rules they share are worked out once, and what is new is
added to what is known."""

import logging
import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

import numpy as np
import pyarrow as pa

from quanqu.infra.lake.facade import publish_dirty
from quanqu.know.audiences.actions.members import Found, Keys, write_members
from quanqu.know.audiences.actions.refreshing import rules_of_many
from quanqu.know.audiences.actions.saving import scope_of
from quanqu.know.audiences.contracts import Node
from quanqu.know.audiences.models import Audience, AudienceRefresh
from quanqu.know.audiences.queries.found import as_of_in
from quanqu.know.audiences.queries.keeping import KeptMembers
from quanqu.know.audiences.queries.question import KEY

_log: Final = logging.getLogger(__name__)
_Places = tuple[int, ...] | None


@dataclass(slots=True)
class _Group:
    """What is kept of the audiences over one scope, and what was last written of each: the key of
    the refresh and the members."""

    kept: KeptMembers
    written: dict[int, tuple[int, Keys]] = field(default_factory=dict)


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
    last = AudienceRefresh.objects.filter(audience__in=known).order_by("audience_id", "-key")
    refreshed = {row.audience_id: row for row in last.distinct("audience_id")}
    changed = 0
    for at, audience in enumerate(known):
        members = group.kept.members(at)
        if not _is_written(group, audience, members, refreshed.get(audience.key), as_of):
            changed += _write(group, at, audience, as_of, now)
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


def _is_written(
    group: _Group, audience: Audience, members: Keys, last: AudienceRefresh | None, as_of: date
) -> bool:
    """Tell whether the last refresh was ours, of these rules and this day, and found the same."""
    before = group.written.get(audience.key)
    if last is None or before is None or before[0] != last.key:
        return False
    is_same_question = (last.version, last.as_of) == (audience.version, as_of)
    return is_same_question and np.array_equal(before[1], members)


def _write(group: _Group, at: int, audience: Audience, as_of: date, now: datetime) -> bool:
    members = group.kept.members(at)
    found = Found(
        audience.version,
        as_of,
        pa.table({KEY: members}),
        lambda customers: group.kept.turned(at, customers),
    )
    row = write_members(audience, found, now)
    group.written[audience.key] = (row.key, members)
    return bool(row.entered or row.left)
