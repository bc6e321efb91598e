"""Pools, and what can be promised from them as one stock."""

from collections.abc import Collection
from uuid import UUID

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.kernel.ids import encode
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.inventory.contracts import Pool, PoolDraft, PoolError, PoolNotFoundError
from quanqu.sell.inventory.models import Pool as PoolRow
from quanqu.sell.inventory.queries.availability import available_at
from quanqu.sell.inventory.queries.levels import VIEW

__all__ = ["get_pool", "list_pools", "pool_availability", "units_in"]


def list_pools(*, actor: Actor) -> tuple[Pool, ...]:
    """Return the pools of companies in scope, by name; those wholly at places in scope.

    Raises: NotAllowedError.
    """
    scope = resolve_scope(actor=actor, permission=VIEW)
    rows = PoolRow.objects.prefetch_related("places").order_by("name", "key")
    if not scope.everything:
        rows = rows.filter(company_key__in=scope.companies)
    return tuple(one for one in map(_pool, rows) if _is_seen(one, scope))


def get_pool(*, actor: Actor, pool_id: UUID) -> Pool:
    """Return a pool. Raises: NotAllowedError, PoolNotFoundError."""
    scope = resolve_scope(actor=actor, permission=VIEW)
    row = PoolRow.objects.prefetch_related("places").filter(id=pool_id).first()
    found = _pool(row) if row else None
    if found is None or not _is_seen(found, scope):
        raise PoolNotFoundError(ref=encode("spl", pool_id))
    return found


def pool_availability(
    *, actor: Actor, pool_id: UUID, variant_keys: Collection[int], channel: str = ""
) -> dict[int, int]:
    """Return what can be promised of items from a pool, the sum over its places.

    Raises: NotAllowedError, PoolNotFoundError; PoolError for a channel that does not sell from it.
    """
    pool = get_pool(actor=actor, pool_id=pool_id)
    totals = dict.fromkeys(variant_keys, 0)
    for (_place, item), units in units_in(actor, pool, variant_keys, channel).items():
        totals[item] += units
    return totals


def units_in(
    actor: Actor, pool: Pool, variant_keys: Collection[int], channel: str
) -> dict[tuple[int, int], int]:
    """Return what can be promised by place and item. Raises: PoolError."""
    if pool.draft.channels and channel and channel not in pool.draft.channels:
        raise PoolError(problem=f"{channel} does not sell from it")
    found = available_at(
        actor=actor,
        variant_keys=variant_keys,
        place_keys=pool.draft.place_keys,
        channel=channel,
    )
    rows = zip(
        found.place_keys.tolist(), found.variant_keys.tolist(), found.units.tolist(), strict=True
    )
    return {(place, item): units for place, item, units in rows}


def _is_seen(pool: Pool, scope: Scope) -> bool:
    if scope.everything:
        return True
    return pool.draft.company_key in scope.companies and (
        set(pool.draft.place_keys) <= scope.places
    )


def _pool(row: PoolRow) -> Pool:
    places = sorted(row.places.all(), key=lambda one: one.rank)
    draft = PoolDraft(
        row.company_key, row.name, tuple(one.place_key for one in places), tuple(row.channels)
    )
    return Pool(row.key, row.id, draft, row.set_by, row.set_at)
