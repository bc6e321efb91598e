"""Make pick lists: a wave of parts for a place."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.checkout.contracts import PartWork
from quanqu.sell.fulfilment.actions.allowed import WORK
from quanqu.sell.fulfilment.actions.working import work_of
from quanqu.sell.fulfilment.contracts import (
    MOST_PARTS,
    ListState,
    NothingToPickError,
    PickListView,
    PickState,
)
from quanqu.sell.fulfilment.models import Bin, PickLine, PickList, PlaceRule, Work
from quanqu.sell.fulfilment.queries.lists import list_view
from quanqu.sell.fulfilment.queries.work import place_in_scope, waiting_parts
from quanqu.sell.sourcing.facade import get_offer

__all__ = ["make_pick_list"]


@transaction.atomic
def make_pick_list(
    *,
    actor: Actor,
    place_id: str,
    now: datetime,
    most_parts: int = 20,
    zone: str = "",
) -> PickListView:
    """Put the parts whose promise is due first on a list, in the order in which one walks.

    `zone`: only lines that lie there.  A line is on one list at a time.
    Locks: the rule of the place.
    Raises: NotAllowedError, FulfilmentPlaceError, NothingToPickError.
    """
    place = place_in_scope(actor, place_id, WORK)
    PlaceRule.objects.get_or_create(place_key=place.key)
    PlaceRule.objects.select_for_update().get(place_key=place.key)
    parts = [work for _, work in waiting_parts(place, now)]
    lines = _to_list(place, parts, min(max(most_parts, 1), MOST_PARTS), zone)
    if not lines:
        raise NothingToPickError(place=place.name)
    named = {(line.order_id, line.part_no) for line in lines}
    offer = get_offer(actor=SYSTEM, place_id=place.id)
    Work.objects.bulk_create(
        [work_of(one.order, one.part, place, offer) for one in parts
         if (one.order.id, one.part.no) in named],
        ignore_conflicts=True,
    )  # fmt: skip
    row = PickList.objects.create(
        place_key=place.key,
        company_key=place.company_key,
        zone=zone,
        state=ListState.OPEN.value,
        made_by=actor.id,
        made_at=now,
    )
    for line in lines:
        line.list = row
    PickLine.objects.bulk_create(lines)
    return list_view(row, now)


def _to_list(
    place: PlaceInfo, parts: Collection[PartWork], most_parts: int, zone: str
) -> list[PickLine]:
    """Return the lines of the first parts that have any that no list has."""
    listed = set(
        PickLine.objects.filter(order_id__in={one.order.id for one in parts})
        .exclude(state=PickState.DROPPED.value)
        .values_list("order_id", "part_no", "line_no")
    )
    wanted = {line.variant_key for one in parts for line in one.lines}
    bins = {
        row.variant_key: (row.zone, row.bin)
        for row in Bin.objects.filter(place_key=place.key, variant_key__in=wanted)
    }
    lines: list[PickLine] = []
    taken: set[tuple[UUID, int]] = set()
    for one in parts:
        for line in one.lines:
            where = bins.get(line.variant_key, ("", ""))
            is_elsewhere = bool(zone) and where[0] != zone
            if is_elsewhere or (one.order.id, one.part.no, line.line_no) in listed:
                continue
            taken.add((one.order.id, one.part.no))
            lines.append(
                PickLine(
                    order_id=one.order.id,
                    part_no=one.part.no,
                    line_no=line.line_no,
                    number=one.order.number,
                    variant_key=line.variant_key,
                    sku=line.sku,
                    name=line.name,
                    zone=where[0],
                    bin=where[1],
                    quantity=line.quantity,
                    state=PickState.OPEN.value,
                )
            )
        if len(taken) >= most_parts:
            break
    return lines
