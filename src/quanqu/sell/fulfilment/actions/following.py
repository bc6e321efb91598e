"""Follow what becomes of orders elsewhere, and release what nobody collects."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.errors import RefusedError
from quanqu.sell.checkout.contracts import CancelReason, PartState
from quanqu.sell.checkout.facade import cancel_order
from quanqu.sell.fulfilment.actions.allowed import require_place
from quanqu.sell.fulfilment.actions.packing import drop_parcel
from quanqu.sell.fulfilment.actions.working import Held, lock_work
from quanqu.sell.fulfilment.contracts import (
    LARGEST_KEEP_DAYS,
    ListState,
    ParcelFieldError,
    ParcelState,
    PickState,
)
from quanqu.sell.fulfilment.models import Bin, Parcel, PickLine, PickList, PlaceRule, Work
from quanqu.sell.fulfilment.queries.pickups import overdue_works
from quanqu.sell.fulfilment.queries.work import packed_by_parcel
from quanqu.sell.fulfilment.rules.packing import left_to_pack

__all__ = ["follow_orders", "release_no_shows", "set_bins", "set_keep_days"]

_LONGEST: Final = 40


def follow_orders(*, order_ids: Collection[UUID], now: datetime) -> None:
    """Let the work of orders follow what was done to them elsewhere: lines that are no longer a
    part's are not picked there, parcels that hold them are opened, goods that left have left.

    Orders nobody has begun to work at cost one query together.  Again, it changes nothing.
    Locks: works, each part in a transaction of its own.
    """
    parts = Work.objects.filter(order_id__in=order_ids).order_by("order_id", "part_no")
    for order_id, part_no in list(parts.values_list("order_id", "part_no")):
        with transaction.atomic():
            _follow(lock_work(SYSTEM, order_id, part_no), now)


def release_no_shows(*, now: datetime) -> int:
    """Cancel the orders that nobody collected within the days their place keeps them, and return
    how many: goods are free again and money goes back.

    An order of which something left already is not cancelled: it stays on its shelf for a person.
    """
    count = 0
    for row in overdue_works(now):
        try:
            with transaction.atomic():
                cancel_order(
                    actor=SYSTEM,
                    order_id=row.order_id,
                    reason=CancelReason.NOT_COLLECTED,
                    now=now,
                    detail="nobody collected it in time",
                )
                Work.objects.filter(order_id=row.order_id, gone_at__isnull=True).update(
                    cancelled_at=now, is_no_show=True, contact_enc=None
                )
        except RefusedError:
            continue
        count += 1
    return count


@transaction.atomic
def set_keep_days(*, actor: Actor, place_key: int, days: int, now: datetime) -> int:
    """Say for how many days a place keeps what is to be collected.

    Raises: NotAllowedError, FulfilmentPlaceError, ParcelFieldError.
    """
    place = require_place(actor, "fulfilment.manage", place_key)
    if not 1 <= days <= LARGEST_KEEP_DAYS:
        raise ParcelFieldError(field="keep_days", problem=f"1 to {LARGEST_KEEP_DAYS} days")
    PlaceRule.objects.update_or_create(place_key=place_key, defaults={"keep_days": days})
    record(
        actor=actor, action="fulfilment.keep_days_set", subject=place.id, now=now,
        after={"keep_days": days},
    )  # fmt: skip
    return days


@transaction.atomic
def set_bins(*, actor: Actor, place_key: int, bins: dict[int, tuple[str, str]]) -> int:
    """Say where items lie at a place, by item: zone and bin; return how many were told.

    Raises: NotAllowedError, FulfilmentPlaceError, ParcelFieldError.
    """
    require_place(actor, "fulfilment.work", place_key)
    for zone, name in bins.values():
        if max(len(zone), len(name)) > _LONGEST or "\0" in zone + name:
            raise ParcelFieldError(field="bin", problem=f"at most {_LONGEST} characters")
    Bin.objects.bulk_create(
        [
            Bin(place_key=place_key, variant_key=variant, zone=zone, bin=name)
            for variant, (zone, name) in sorted(bins.items())
        ],
        update_conflicts=True,
        update_fields=["zone", "bin"],
        unique_fields=["place_key", "variant_key"],
    )
    return len(bins)


def _follow(held: Held, now: datetime) -> None:
    work, part = held.work, held.part
    mine = {one.line_no for one in held.lines}
    is_over = part.state is PartState.CANCELLED
    lines = PickLine.objects.filter(order_id=work.order_id, part_no=work.part_no)
    stale = lines.filter(state__in=[PickState.OPEN.value, PickState.SHORT.value])
    if not is_over:
        stale = stale.exclude(line_no__in=mine)
    lists = set(stale.values_list("list_id", flat=True))
    stale.update(state=PickState.DROPPED.value, settled_at=now)
    _close_lists(lists, now)
    if part.state is PartState.GONE and work.gone_at is None:
        work.gone_at = part.changed_at
        work.save(update_fields=["gone_at"])
    if is_over and work.cancelled_at is None:
        work.cancelled_at, work.contact_enc = now, None
        work.save(update_fields=["cancelled_at", "contact_enc"])
    _follow_parcels(held)


def _close_lists(keys: set[int], now: datetime) -> None:
    """End claimed lists on which nothing is left to pick."""
    done = PickList.objects.filter(key__in=keys, state=ListState.CLAIMED.value)
    done.exclude(lines__state=PickState.OPEN.value).update(state=ListState.DONE.value, done_at=now)


def _follow_parcels(held: Held) -> None:
    """Open what holds goods of another part; what left with the part by other ways has left."""
    rows = Parcel.objects.select_related("work", "carrier").filter(
        work=held.work, left_at__isnull=True
    )
    waiting = list(rows.exclude(state=ParcelState.CANCELLED.value))
    if not waiting:
        return
    left = left_to_pack(held.lines, packed_by_parcel(held.order.id, held.part.no).values())
    is_whole = held.part.state is PartState.GONE and not left
    if is_whole:
        keys = [row.key for row in waiting]
        Parcel.objects.filter(key__in=keys).update(
            state=ParcelState.HANDED_OVER.value, left_at=held.part.changed_at
        )
        return
    is_over = held.part.state in (PartState.CANCELLED, PartState.GONE)
    if is_over or any(units < 0 for units in left.values()):
        for row in waiting:
            drop_parcel(row)
