"""Split lines of a locked order, and write where what is split off goes."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from quanqu.infra.crypto.facade import encrypt
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.contracts import Delivery, LiveLine, OrderEdit, PartState
from quanqu.sell.checkout.models import Drop, Order
from quanqu.sell.checkout.queries.drops import drops_of
from quanqu.sell.checkout.queries.orders import CONTACT_PURPOSE
from quanqu.sell.checkout.queries.places import places_of
from quanqu.sell.checkout.rules.splits import SplitAt, with_splits

__all__ = ["split_lines"]


def split_lines(
    row: Order,
    lines: Sequence[LiveLine],
    edit: OrderEdit,
    parts: Mapping[int, PartState],
    *,
    first_line: int,
    now: datetime,
) -> tuple[LiveLine, ...]:
    """Return the lines of a locked order as the splits and joins of an edit leave them; new drops
    are written.  Raises: OrderEditError, OrderLineError."""
    if not edit.splits and not edit.joins:
        return tuple(lines)
    known = drops_of(row.key)
    place = places_of({row.place_key})[row.place_key]
    found, drops = with_splits(
        edit,
        lines,
        SplitAt(
            ref=encode("ord", row.id),
            delivery=Delivery(row.delivery),
            today=now.astimezone(ZoneInfo(place.details.time_zone or "UTC")).date(),
            first_line=first_line,
            first_drop=max(known, default=0) + 1,
            parts=parts,
        ),
    )
    made = []
    for number, (source, split) in drops.items():
        contact = split.contact
        if contact is None and source in known:
            contact = known[source].contact
        told = {name: text for name, text in (contact or {}).items() if text}
        sealed = encrypt(json.dumps(told, ensure_ascii=False), purpose=CONTACT_PURPOSE)
        made.append(
            Drop(
                order_key=row.key,
                no=number,
                wanted_on=split.wanted_on,
                sealed=sealed if told else None,
            )
        )
    Drop.objects.bulk_create(made)
    return found
