"""Where the goods of an order go, as sell.orders has it, and of split parts sell.checkout."""

from datetime import datetime
from uuid import UUID

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.checkout.facade import destination_of
from quanqu.sell.fulfilment.ports import Address
from quanqu.sell.orders.contracts import OrderNotFoundError
from quanqu.sell.orders.facade import reveal_address

__all__ = ["address_of", "sender_of"]


def address_of(order_id: UUID, part_no: int, *, now: datetime) -> Address | None:
    """Return where the goods of a part go, in clear; None where nobody told.

    The trail of sell.orders keeps that this room asked.
    """
    own = destination_of(order_id=order_id, part_no=part_no)
    if own is not None and own.contact:
        words = ("name", "phone", "street", "postcode", "city", "region", "country")
        return Address(*(own.contact.get(word, "") for word in words))
    try:
        told = reveal_address(actor=SYSTEM, order_id=encode("ord", order_id), now=now)
    except OrderNotFoundError:
        return None
    return Address(
        told.name, told.phone, told.street, told.postcode, told.city, told.region, told.country
    )


def sender_of(place: PlaceInfo) -> Address:
    """Return where goods leave from."""
    details = place.details
    return Address(
        name=place.name,
        postcode=details.postcode,
        city=details.city,
        region=details.region,
        country=details.country,
    )
