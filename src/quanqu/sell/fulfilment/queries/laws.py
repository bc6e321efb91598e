"""What breaks the laws of fulfilment: parcels against the parts they leave from."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from django.db.models import Max

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.kernel.time import utc_now
from quanqu.sell.checkout.contracts import PartFilters, PartState, PartWork
from quanqu.sell.checkout.facade import list_parts
from quanqu.sell.fulfilment.contracts import ParcelState, PickState
from quanqu.sell.fulfilment.models import Parcel, ParcelLine, PickLine

__all__ = ["gone_unlike_the_parcels", "packed_beyond_the_part", "picked_twice"]

_AT_ONCE: Final = 1_000
_SETTLES: Final = timedelta(minutes=1)
"""What an event has still to tell this room, it has told by then."""


def packed_beyond_the_part() -> Sequence[str]:
    """Parcels that hold more of a line than their part has."""
    broken = []
    for parts, packed in _with_parcels():
        for one in parts:
            has = {line.line_no: line.quantity for line in one.lines}
            for line_no, (units, is_left) in packed[one.order.id, one.part.no].items():
                if units > has.get(line_no, 0) and (is_left or _is_settled(one)):
                    broken.append(f"{_name(one)}: {units} packed of line {line_no}, "
                                  f"which has {has.get(line_no, 0)}")  # fmt: skip
    return broken


def gone_unlike_the_parcels() -> Sequence[str]:
    """Parts whose goods left and parcels did not, or the other way round."""
    broken = []
    for parts, packed in _with_parcels():
        for one in parts:
            found = packed[one.order.id, one.part.no]
            is_gone = one.part.state is PartState.GONE
            has_left = {is_left for _, is_left in found.values()}
            if has_left != {is_gone} and _is_settled(one):
                broken.append(f"{_name(one)} is {one.part.state}, its parcels are not")
            has = {line.line_no: line.quantity for line in one.lines}
            if True in has_left and has != {line: units for line, (units, _) in found.items()}:
                broken.append(f"{_name(one)}: what left in parcels is not what the part had")
    return broken


def picked_twice() -> Sequence[str]:
    """Parcels of lines that a pick list says are not picked."""
    unpicked = PickLine.objects.filter(state__in=[PickState.OPEN.value, PickState.SHORT.value])
    wanted = {(one.order_id, one.part_no, one.line_no) for one in unpicked.iterator()}
    lines = ParcelLine.objects.filter(
        parcel__order_id__in={order for order, _, _ in wanted}
    ).exclude(parcel__state=ParcelState.CANCELLED.value)
    return [
        f"{encode('ord', order)} part {part}: line {line} is packed and not picked"
        for order, part, line in lines.values_list(
            "parcel__order_id", "parcel__work__part_no", "line_no"
        )
        if (order, part, line) in wanted
    ]


def _with_parcels() -> Iterator[
    tuple[list[PartWork], dict[tuple[object, int], dict[int, tuple[int, bool]]]]
]:
    """Yield parts that have parcels, a thousand at a time, with what is packed of each line and
    whether that left."""
    has_parcels = Parcel.objects.exclude(state=ParcelState.CANCELLED.value)
    if not has_parcels.aggregate(last=Max("key"))["last"]:
        return
    cursor = None
    while True:
        page = list_parts(actor=SYSTEM, filters=PartFilters(), cursor=cursor, limit=_AT_ONCE)
        packed: dict[tuple[object, int], dict[int, tuple[int, bool]]] = {}
        rows = ParcelLine.objects.filter(
            parcel__order_id__in={one.order.id for one in page.items}
        ).exclude(parcel__state=ParcelState.CANCELLED.value)
        for order, part, line, units, left_at in rows.values_list(
            "parcel__order_id", "parcel__work__part_no", "line_no", "quantity", "parcel__left_at"
        ):
            lines = packed.setdefault((order, part), {})
            before, _ = lines.get(line, (0, False))
            lines[line] = (before + units, left_at is not None)
        yield [one for one in page.items if (one.order.id, one.part.no) in packed], packed
        cursor = page.next_cursor
        if cursor is None:
            return


def _is_settled(one: PartWork) -> bool:
    return one.part.changed_at < utc_now() - _SETTLES


def _name(one: PartWork) -> str:
    return f"part {one.part.no} of {encode('ord', one.order.id)}"
