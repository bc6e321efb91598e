"""Closed places, as an actor may see them."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.inventory.contracts import ClosedPlace, PlaceClosing
from quanqu.sell.inventory.models import Closing, Level
from quanqu.sell.inventory.queries.levels import VIEW

__all__ = ["list_closed_places"]


def list_closed_places(
    *, actor: Actor, now: datetime, place_keys: Collection[int] | None = None
) -> tuple[ClosedPlace, ...]:
    """Return the places in scope that are closed or will be, in the order of their closing.

    Raises: NotAllowedError.
    """
    scope = resolve_scope(actor=actor, permission=VIEW).narrow(place_keys)
    found = Closing.objects.filter(Q(closed_until__isnull=True) | Q(closed_until__gt=now))
    if not scope.everything:
        found = found.filter(place_key__in=scope.places)
    rows = list(found.order_by("closed_from", "key"))
    claims = dict(
        Level.objects.filter(place_key__in=[row.place_key for row in rows])
        .values_list("place_key")
        .annotate(claimed=Coalesce(Sum("held"), 0) + Coalesce(Sum("allocated"), 0))
        .order_by()
    )
    return tuple(
        ClosedPlace(
            row.key,
            row.place_key,
            PlaceClosing(row.closed_from, row.closed_until, row.reason),
            row.set_by,
            row.set_at,
            int(claims.get(row.place_key, 0)),
        )
        for row in rows
    )
