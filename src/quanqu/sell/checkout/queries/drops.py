"""Where split parts of orders go."""

import json
from datetime import date
from uuid import UUID

from quanqu.infra.crypto.facade import decrypt
from quanqu.sell.checkout.contracts import Destination
from quanqu.sell.checkout.models import Drop, Order, Part
from quanqu.sell.checkout.queries.orders import CONTACT_PURPOSE

__all__ = ["destination_of", "drop_days", "drops_of"]


def destination_of(*, order_id: UUID, part_no: int) -> Destination | None:
    """Return where a part goes that does not go where its order goes, for a room above that checks
    who may see; None where it goes there.  An empty contact: only the day differs."""
    key = Order.objects.filter(id=order_id).values("key")[:1]
    part = Part.objects.filter(order_key=key, no=part_no).first()
    if part is None or not part.drop_no:
        return None
    return drops_of(part.order_key).get(part.drop_no)


def drops_of(order_key: int) -> dict[int, Destination]:
    """Return the drops of an order by number."""
    return {
        row.no: Destination(
            row.no,
            row.wanted_on,
            json.loads(decrypt(bytes(row.sealed), purpose=CONTACT_PURPOSE)) if row.sealed else {},
        )
        for row in Drop.objects.filter(order_key=order_key).order_by("no")
    }


def drop_days(order_key: int) -> dict[int, date | None]:
    """Return the day each drop of an order is to leave."""
    return dict(Drop.objects.filter(order_key=order_key).values_list("no", "wanted_on"))
