"""Say from which day goods that are sold ahead may leave, and keep them until then."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.facade import places_by_key
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.contracts import (
    KitStockError,
    ReleaseDayError,
    StockPlaceError,
)
from quanqu.sell.inventory.models import Release
from quanqu.sell.inventory.queries.kits import kit_parts

__all__ = ["set_release_day"]

FURTHEST: Final = timedelta(days=3_660)


def set_release_day(
    *,
    actor: Actor,
    company_key: int,
    variant_keys: Collection[int],
    place_key: int | None,
    release_on: date | None,
    now: datetime,
) -> None:
    """Let items leave a place (None: any of the company) from a day on; None: at any time.

    They can be sold before it, as far as there is stock or a backorder limit.  The day of a place
    counts before that of its company.  Raises: NotAllowedError, StockPlaceError, ReleaseDayError,
    KitStockError.
    """
    if release_on is not None and not abs(release_on - now.date()) <= FURTHEST:
        raise ReleaseDayError(problem="it is a day within ten years")
    places = {key for key, one in places_by_key().items() if one.company_key == company_key}
    if place_key is not None and place_key not in places:
        raise StockPlaceError(ref=place_key)
    require_places(actor, places if place_key is None else {place_key})
    if kit_parts(variant_keys):
        raise KitStockError
    with transaction.atomic():
        told: dict[str, Any] = {"company_key": company_key, "place_key": place_key}
        if release_on is None:
            Release.objects.filter(variant_key__in=variant_keys, **told).delete()
            return
        Release.objects.bulk_create(
            [
                Release(
                    variant_key=item, release_on=release_on, set_by=actor.id, set_at=now, **told
                )
                for item in sorted(set(variant_keys))
            ],
            update_conflicts=True,
            unique_fields=["variant_key", "place_key", "company_key"],
            update_fields=["release_on", "set_by", "set_at"],
        )
