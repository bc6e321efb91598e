"""Make pools, and hold goods wherever in a pool they are."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.contracts import ChannelCode
from quanqu.know.org.facade import places_by_key
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.actions.holding import hold_stock
from quanqu.sell.inventory.actions.locking import lock_levels
from quanqu.sell.inventory.contracts import (
    Hold,
    HoldLine,
    HoldRequest,
    Pool,
    PoolDraft,
    PoolError,
    PoolHold,
    PoolRequest,
    StockPlaceError,
)
from quanqu.sell.inventory.models import Pool as PoolRow
from quanqu.sell.inventory.models import PoolPlace
from quanqu.sell.inventory.queries.kits import kit_parts
from quanqu.sell.inventory.queries.levels import holds_by_id
from quanqu.sell.inventory.queries.pools import get_pool, units_in
from quanqu.sell.inventory.rules.pools import check_pool, check_wanted, spread

__all__ = ["end_pool", "hold_from_pool", "save_pool"]

_TRIES: Final = 2


def save_pool(
    *, actor: Actor, draft: PoolDraft, pool_id: UUID | None = None, now: datetime
) -> Pool:
    """Make a pool, or change one; goods held from it stay where they are.

    The right is needed at every place of it, before and after.
    Raises: NotAllowedError, StockPlaceError, PoolNotFoundError, PoolError.
    """
    check_pool(draft, frozenset(ChannelCode))
    places = places_by_key(keys=draft.place_keys)
    for key in draft.place_keys:
        if key not in places or places[key].company_key != draft.company_key:
            raise StockPlaceError(ref=key)
    require_places(actor, set(draft.place_keys))
    with transaction.atomic():
        row = PoolRow(company_key=draft.company_key)
        if pool_id is not None:
            before = get_pool(actor=actor, pool_id=pool_id)
            require_places(actor, set(before.draft.place_keys))
            row = PoolRow.objects.select_for_update().get(key=before.key)
            if row.company_key != draft.company_key:
                raise PoolError(problem="it belongs to another company")
        named = PoolRow.objects.filter(company_key=draft.company_key, name=draft.name)
        if named.exclude(key=row.key).exists():
            raise PoolError(problem="another pool of the company has this name")
        row.name, row.channels = draft.name, list(draft.channels)
        row.set_by, row.set_at = actor.id, now
        row.save()
        PoolPlace.objects.filter(pool=row).delete()
        PoolPlace.objects.bulk_create(
            PoolPlace(pool=row, place_key=key, rank=rank)
            for rank, key in enumerate(draft.place_keys)
        )
    return get_pool(actor=actor, pool_id=row.id)


def end_pool(*, actor: Actor, pool_id: UUID) -> None:
    """End a pool; goods held from it stay held.

    Raises: NotAllowedError, StockPlaceError, PoolNotFoundError.
    """
    pool = get_pool(actor=actor, pool_id=pool_id)
    require_places(actor, set(pool.draft.place_keys))
    PoolRow.objects.filter(key=pool.key).delete()


def hold_from_pool(*, actor: Actor, pool_id: UUID, request: PoolRequest, now: datetime) -> PoolHold:
    """Hold all lines of a request at places of a pool, or none.

    A line goes whole to the first place that has all of it, else it is split in the order of the
    pool.  The hold decides: where somebody was quicker, it is looked again, at last under the locks
    of all that the pool has of the items, so that what is there is found.  Asked again under the
    same id, the first grant counts.
    Locks: levels by (place, item).
    Raises: NotAllowedError, StockPlaceError, PoolNotFoundError, PoolError, HoldLineError.
    """
    check_wanted(request.lines)
    pool = get_pool(actor=actor, pool_id=pool_id)
    require_places(actor, set(pool.draft.place_keys))
    known = holds_by_id(request_ids=[request.request_id]).get(request.request_id)
    if known is not None:
        again = _ask(actor, request, known.lines, now)
        return PoolHold(again, known.lines)
    for _try in range(_TRIES):
        answer = _hold_once(actor, pool, request, now)
        if answer.is_granted or answer.short or answer.hold.over or answer.hold.ended:
            return answer
    with transaction.atomic():
        items = {item for item, _ in request.lines}
        items |= {part.variant_key for parts in kit_parts(items).values() for part in parts}
        lock_levels({(place, item) for place in pool.draft.place_keys for item in items})
        return _hold_once(actor, pool, request, now)


def _hold_once(actor: Actor, pool: Pool, request: PoolRequest, now: datetime) -> PoolHold:
    units = units_in(actor, pool, {item for item, _ in request.lines}, request.channel)
    lines, short = spread(request.lines, pool.draft.place_keys, units)
    if short:
        return PoolHold(Hold(request.request_id), short=tuple(short))
    return PoolHold(_ask(actor, request, tuple(lines), now), tuple(lines))


def _ask(actor: Actor, request: PoolRequest, lines: tuple[HoldLine, ...], now: datetime) -> Hold:
    asked = HoldRequest(
        request.request_id, request.owner, lines, request.expires_at,
        channel=request.channel, buyer=request.buyer,
    )  # fmt: skip
    return hold_stock(actor=actor, request=asked, now=now)
