"""The canonical entities every channel is mapped to, and the type of each of their fields."""

from enum import StrEnum
from typing import Final

__all__ = [
    "CODES",
    "ENTITIES",
    "IDENTIFIER_TYPES",
    "NAMESPACED",
    "OUTSIDE_IDS",
    "PER_GROUP",
    "EntityKind",
    "ValueType",
]


class ValueType(StrEnum):
    """How a value is read. Money is in minor units, prices in ten-thousandths."""

    TEXT = "text"
    INT = "int"
    MONEY = "money"
    PRICE_E4 = "price_e4"
    DATETIME = "datetime"
    DATE = "date"
    BOOL = "bool"
    NUMBER = "number"
    JSON = "json"


class EntityKind(StrEnum):
    """What a mapping can make."""

    CUSTOMERS = "customers"
    PRODUCTS = "products"
    LISTINGS = "listings"
    ORDERS = "orders"
    LINES = "lines"
    PAYMENTS = "payments"
    REFUNDS = "refunds"
    REFUND_LINES = "refund_lines"
    EVENTS = "events"


_T, _I, _M, _P = ValueType.TEXT, ValueType.INT, ValueType.MONEY, ValueType.PRICE_E4
_W, _D, _B, _J = ValueType.DATETIME, ValueType.DATE, ValueType.BOOL, ValueType.JSON

ENTITIES: Final[dict[EntityKind, dict[str, ValueType]]] = {
    EntityKind.CUSTOMERS: {
        "name": _T, "email": _T, "phone": _T, "street": _T, "city": _T, "region": _T,
        "postcode": _T, "country": _T, "language": _T, "gender": _T, "birth_on": _D,
        "company_name": _T, "member_since_on": _D, "observed_at": _W, "place": _T,
    },
    EntityKind.PRODUCTS: {
        "external_product": _T, "external_variant": _T, "sku": _T, "name": _T, "description": _T,
        "brand": _T, "category_path": _T, "gtin": _T, "image_urls": _J, "status": _T,
        "weight_g": _I,
    },
    EntityKind.LISTINGS: {
        "external_id": _T, "external_product": _T, "external_variant": _T, "title": _T,
        "description": _T, "price_minor": _M,
        "currency": _T, "url": _T, "status": _T, "place": _T,
    },
    EntityKind.ORDERS: {
        "external_id": _T, "number": _T, "placed_at": _W, "currency": _T, "status": _T,
        "channel_status": _T, "discount_minor": _M, "tax_minor": _M, "tax_included": _B,
        "total_minor": _M, "note": _T, "country": _T,
        "region": _T, "city": _T, "postcode_area": _T, "place": _T, "ship_name": _T,
        "ship_phone": _T, "ship_email": _T, "ship_street": _T, "ship_postcode": _T,
    },
    EntityKind.LINES: {
        "external_line": _T, "sku": _T, "name": _T, "kind": _T, "quantity": _I,
        "unit_price_e4": _P, "discount_minor": _M, "tax_minor": _M, "amount_minor": _M,
    },
    EntityKind.PAYMENTS: {
        "method": _T, "amount_minor": _M, "currency": _T, "installments": _I, "status": _T,
        "paid_at": _W, "reference": _T,
    },
    EntityKind.REFUNDS: {
        "external_id": _T, "order_external_id": _T, "refunded_at": _W, "currency": _T,
        "kind": _T, "amount_minor": _M, "reason": _T, "country": _T, "region": _T, "city": _T,
        "place": _T,
    },
    EntityKind.REFUND_LINES: {
        "refund_external_id": _T, "sku": _T, "name": _T, "kind": _T, "quantity": _I,
        "amount_minor": _M,
    },
    EntityKind.EVENTS: {
        "message_id": _T, "event": _T, "occurred_at": _W, "place": _T,
    },
}  # fmt: skip

CODES: Final = frozenset(
    {"external_id", "external_product", "external_variant", "sku", "gtin", "order_external_id",
     "refund_external_id", "external_line", "email", "phone", "currency", "place", "ship_email",
     "ship_phone"}
)  # fmt: skip
OUTSIDE_IDS: Final = ("external_product", "external_variant", "external_id")
PER_GROUP: Final = frozenset({EntityKind.ORDERS, EntityKind.REFUNDS, EntityKind.CUSTOMERS})

NAMESPACED: Final = frozenset(
    {"member_id", "user_id", "marketplace_buyer_id", "household_id", "loyalty_card", "anonymous_id"}
)
IDENTIFIER_TYPES: Final = NAMESPACED | {
    "phone", "email", "wechat_unionid", "wechat_openid", "device_id", "cookie", "order_id",
}  # fmt: skip
