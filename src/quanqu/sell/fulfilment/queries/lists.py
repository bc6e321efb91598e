"""Pick lists, as an actor may see them: of the places in scope."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import decode
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.fulfilment.contracts import (
    ListFilters,
    ListState,
    LotToPick,
    PickLineView,
    PickListNotFoundError,
    PickListView,
    PickState,
)
from quanqu.sell.fulfilment.models import PickLine, PickList
from quanqu.sell.fulfilment.queries.carriers import VIEW
from quanqu.sell.fulfilment.rules.lots import share_lots
from quanqu.sell.inventory.facade import propose_picks

__all__ = ["get_pick_list", "list_pick_lists", "list_view"]

_LIVE: Final = (ListState.OPEN.value, ListState.CLAIMED.value)
_NEWEST: Final = Sorting("newest", "key", read=read_number)


def list_pick_lists(
    *, actor: Actor, filters: ListFilters, cursor: str | None = None, limit: int = 50
) -> Page[PickListView]:
    """Return a page of pick lists, the newest first. Raises: NotAllowedError, UnitNotFoundError."""
    rows = _seen(actor, filters.unit_id)
    if filters.states:
        rows = rows.filter(state__in=[state.value for state in filters.states])
    found, following = _NEWEST.page(rows, cursor, limit)
    return Page(tuple(_views(found)), following)


def get_pick_list(*, actor: Actor, list_id: str, now: datetime) -> PickListView:
    """Return a pick list with the lots to take.

    Raises: NotAllowedError, PickListNotFoundError, MalformedIdError.
    """
    row = _seen(actor, None).filter(id=decode("pkl", list_id)).first()
    if row is None:
        raise PickListNotFoundError(ref=list_id)
    return list_view(row, now)


def list_view(row: PickList, now: datetime) -> PickListView:
    """Return a row with its lines, and the lots to take, as others see it."""
    found = _views([row])[0]
    if row.state not in _LIVE:
        return found
    lots = _lots(row, now)
    lines = tuple(
        replace(one, lots=lots.get(one.key, ())) if one.state is PickState.OPEN else one
        for one in found.lines
    )
    return replace(found, lines=lines)


def _lots(row: PickList, now: datetime) -> dict[int, tuple[LotToPick, ...]]:
    """Return the lots of the lines of a list, after those of lists that were made before it."""
    mine = PickLine.objects.filter(list=row).values_list("variant_key", flat=True)
    ahead = PickLine.objects.filter(
        list__place_key=row.place_key,
        list__state__in=_LIVE,
        list__key__lte=row.key,
        variant_key__in=set(mine),
        state__in=[PickState.OPEN.value, PickState.PICKED.value],
    ).order_by("list__key", "zone", "bin", "sku", "key")
    lines = [(one.key, one.variant_key, one.quantity) for one in ahead]
    wanted: dict[int, int] = {}
    for _, item, units in lines:
        wanted[item] = wanted.get(item, 0) + units
    picks = propose_picks(actor=SYSTEM, place_key=row.place_key, wanted=wanted, now=now)
    return share_lots(
        lines,
        [(one.variant_key, LotToPick(one.code, one.best_before, one.quantity)) for one in picks],
    )


def _views(rows: Sequence[PickList]) -> list[PickListView]:
    lines: dict[int, list[PickLineView]] = {row.key: [] for row in rows}
    wanted = PickLine.objects.filter(list__in=list(lines)).order_by("zone", "bin", "sku", "key")
    for one in wanted:
        lines[one.list_id].append(
            PickLineView(
                one.key, one.order_id, one.part_no, one.line_no, one.number, one.variant_key,
                one.sku, one.name, one.zone, one.bin, one.quantity, one.picked,
                PickState(one.state),
            )
        )  # fmt: skip
    return [
        PickListView(
            id=row.id,
            key=row.key,
            place_key=row.place_key,
            zone=row.zone,
            state=ListState(row.state),
            picker=row.picker,
            picker_name=row.picker_name,
            made_at=row.made_at,
            claimed_at=row.claimed_at,
            done_at=row.done_at,
            lines=tuple(lines[row.key]),
        )
        for row in rows
    ]


def _seen(actor: Actor, unit_id: str | None) -> "QuerySet[PickList]":
    scope = resolve_scope(actor=actor, permission=VIEW, unit_id=unit_id)
    rows = PickList.objects.all()
    return rows if scope.everything else rows.filter(place_key__in=scope.places)
