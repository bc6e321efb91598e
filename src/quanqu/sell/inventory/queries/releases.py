"""From which day goods may leave, as an actor may see it."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from django.db.models import Q, QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.paging import Page
from quanqu.kernel.time import local_date
from quanqu.know.org.facade import places_by_key, resolve_scope
from quanqu.sell.inventory.contracts import ReleaseFilters, ReleaseRow
from quanqu.sell.inventory.models import Release
from quanqu.sell.inventory.queries.levels import VIEW, release_days
from quanqu.sell.inventory.rules.admission import At

__all__ = [
    "count_releases",
    "find_release",
    "list_releases",
    "unreleased",
]

_NEWEST: Final = Sorting("newest", "key", read=read_number)


def unreleased(*, ats: Collection[At], now: datetime) -> dict[At, date]:
    """Return which items at places (place, item) may not leave yet, and from which day they may,
    for a room above that checks who may see.  Days are those of the place's calendar."""
    days = release_days({item for _, item in ats})
    if not days:
        return {}
    places = places_by_key(keys={place for place, _ in ats})
    today = {key: local_date(now, one.time_zone) for key, one in places.items()}
    found = {}
    for place, item in ats:
        day = days.get((item, place), days.get((item, None)))
        if day is not None and place in today and day > today[place]:
            found[place, item] = day
    return found


def list_releases(
    *, actor: Actor, filters: ReleaseFilters, cursor: str | None = None, limit: int = 50
) -> Page[ReleaseRow]:
    """Return a page of release days, those set last first; those of a place where the actor sees
    it.  Raises: NotAllowedError."""
    rows, following = _NEWEST.page(_seen(actor, filters), cursor, limit)
    return Page(tuple(map(_told, rows)), following)


def count_releases(*, actor: Actor, filters: ReleaseFilters) -> int:
    """Return how many release days match. Raises: NotAllowedError."""
    return _seen(actor, filters).count()


def find_release(*, actor: Actor, key: int) -> ReleaseRow | None:
    """Return a release day that the actor may see. Raises: NotAllowedError."""
    row = _seen(actor, ReleaseFilters()).filter(key=key).first()
    return _told(row) if row else None


def _seen(actor: Actor, filters: ReleaseFilters) -> "QuerySet[Release]":
    scope = resolve_scope(actor=actor, permission=VIEW)
    found = Release.objects.all()
    if not scope.everything:
        found = found.filter(
            Q(company_key__in=scope.companies),
            Q(place_key__isnull=True) | Q(place_key__in=scope.places),
        )
    if filters.company_keys is not None:
        found = found.filter(company_key__in=filters.company_keys)
    if filters.place_keys is not None:
        found = found.filter(place_key__in=filters.place_keys)
    if filters.variant_keys is not None:
        found = found.filter(variant_key__in=filters.variant_keys)
    return found if filters.after is None else found.filter(release_on__gt=filters.after)


def _told(row: Release) -> ReleaseRow:
    return ReleaseRow(
        row.key,
        row.company_key,
        row.variant_key,
        row.place_key,
        row.release_on,
        row.set_by,
        row.set_at,
    )
