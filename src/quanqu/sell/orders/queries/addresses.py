"""Delivery addresses: masked for everybody, in clear for those who reveal them."""

import json

from quanqu.infra.crypto.facade import decrypt
from quanqu.kernel.text import mask_email, mask_name, mask_phone
from quanqu.sell.orders.contracts import DeliveryAddress
from quanqu.sell.orders.models import OrderAddress

ADDRESS_PURPOSE = "orders.address"
_HIDDEN = "***"


def sealed_address(order_key: int) -> DeliveryAddress | None:
    """Return an order's address in clear, or None where there is none."""
    row = OrderAddress.objects.filter(order_id=order_key).first()
    if row is None:
        return None
    told: dict[str, str] = json.loads(decrypt(bytes(row.sealed), purpose=ADDRESS_PURPOSE))
    return DeliveryAddress(
        name=told.get("name", ""),
        phone=told.get("phone", ""),
        email=told.get("email", ""),
        street=told.get("street", ""),
        postcode=told.get("postcode", ""),
        city=told.get("city", ""),
        region=told.get("region", ""),
        country=told.get("country", ""),
        is_masked=False,
    )


def hint_of(order_key: int) -> DeliveryAddress | None:
    """Return an order's address with everything personal masked."""
    told = sealed_address(order_key)
    if told is None:
        return None
    return DeliveryAddress(
        name=mask_name(told.name),
        phone=mask_phone(told.phone) if told.phone else "",
        email=mask_email(told.email) if told.email else "",
        street=_HIDDEN if told.street else "",
        postcode=_HIDDEN if told.postcode else "",
        city=told.city,
        region=told.region,
        country=told.country,
        is_masked=True,
    )
