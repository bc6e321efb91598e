"""Pick lists, as an actor may see them: of the places in scope."""

from collections.abc import Sequence
from typing import Final

from django.db.models import QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import decode
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.fulfilment.contracts import (
    ListFilters,
    ListState,
    PickLineView,
    PickListNotFoundError,
    PickListView,
    PickState,
)
from quanqu.sell.fulfilment.models import PickLine, PickList
from quanqu.sell.fulfilment.queries.carriers import VIEW

__all__ = ["get_pick_list", "list_pick_lists", "list_view"]

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


def get_pick_list(*, actor: Actor, list_id: str) -> PickListView:
    """Return a pick list. Raises: NotAllowedError, PickListNotFoundError, MalformedIdError."""
    row = _seen(actor, None).filter(id=decode("pkl", list_id)).first()
    if row is None:
        raise PickListNotFoundError(ref=list_id)
    return list_view(row)


def list_view(row: PickList) -> PickListView:
    """Return a row with its lines as others see it."""
    return _views([row])[0]


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
