"""Words of imports: states, kinds of row, what became of them."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.doors.connectors.contracts import ORDER_TOTALS, REFUND_TOTALS, EntityKind, RunState
from quanqu.doors.console.kit.cells import Tone

__all__ = [
    "COLUMN_FIELDS",
    "ENCODINGS",
    "ENTITIES",
    "FIELD_GROUPS",
    "HOLDS",
    "OUTCOMES",
    "RUN_STATES",
    "SHAPES",
    "SUMS",
]

RUN_STATES: Final[dict[RunState, tuple[Promise, Tone, str]]] = {
    RunState.WAITING: (_("Waiting"), "", "clock"),
    RunState.RUNNING: (_("Running"), "info", "loader-circle"),
    RunState.DONE: (_("Done"), "good", "check"),
    RunState.FAILED: (_("Failed"), "bad", "circle-x"),
    RunState.CANCELLED: (_("Cancelled"), "hollow", "ban"),
}
ENTITIES: Final[dict[str, Promise]] = {
    EntityKind.CUSTOMERS: _("Customers"),
    EntityKind.PRODUCTS: _("Products"),
    EntityKind.LISTINGS: _("Listings"),
    EntityKind.ORDERS: _("Orders"),
    EntityKind.LINES: _("Order lines"),
    EntityKind.PAYMENTS: _("Payments"),
    EntityKind.REFUNDS: _("Refunds"),
    EntityKind.REFUND_LINES: _("Refund lines"),
    EntityKind.EVENTS: _("Events"),
    "files_not_read": _("Not read"),
}
SUMS: Final[dict[str, Promise]] = {
    ORDER_TOTALS: _("Sum of the orders"),
    REFUND_TOTALS: _("Sum of the refunds"),
}
OUTCOMES: Final[dict[str, Promise]] = {
    "created": _("new"),
    "updated": _("changed"),
    "unchanged": _("as before"),
    "rejected": _("rejected"),
    "accepted": _("accepted"),
    "duplicate": _("known already"),
    "recorded": _("recorded"),
    "refused": _("refused"),
    "nobody": _("without an identifier"),
    "unknown_file": _("file of another kind"),
    "second_file": _("second file of its kind"),
    "not_a_record_of_business": _("no record of business"),
    "sheet_not_read": _("sheet that tells too little"),
}
SHAPES: Final[dict[str, Promise]] = {
    "order_lines": _("Order lines: one row is one item of an order"),
    "orders": _("Orders: one row is one order with its total"),
    "products": _("Products: one row is one SKU"),
    "customers": _("Customers: one row is one person"),
    "events": _("Events: one row is one thing a person did"),
}
COLUMN_FIELDS: Final[dict[str, Promise]] = {
    "order_id": _("Order number"),
    "line_id": _("Line number"),
    "date": _("Date and time"),
    "status": _("State"),
    "sku": _("SKU"),
    "product_name": _("Product name"),
    "quantity": _("Quantity"),
    "price": _("Unit price"),
    "amount": _("Line amount"),
    "order_total": _("Total of the order"),
    "gross": _("Line amount before the discount"),
    "discount": _("Discount"),
    "refunded": _("Amount given back"),
    "tax": _("Tax"),
    "shipping": _("Shipping"),
    "currency": _("Currency"),
    "store": _("Store code"),
    "note": _("Note"),
    "customer_id": _("Member number"),
    "customer_name": _("Customer's name"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "email": _("E-mail address"),
    "phone": _("Phone"),
    "gender": _("Gender"),
    "birth_on": _("Birthday"),
    "member_since_on": _("Member since"),
    "company_name": _("Company"),
    "language": _("Language"),
    "street": _("Street"),
    "city": _("City"),
    "region": _("Region"),
    "postcode": _("Postcode"),
    "country": _("Country"),
    "ship_name": _("Recipient"),
    "ship_street": _("Delivery address"),
    "brand": _("Brand"),
    "category": _("Category"),
    "subcategory": _("Subcategory"),
    "gtin": _("Barcode"),
    "description": _("Description"),
    "image": _("Picture"),
    "event": _("Event"),
    "session_id": _("Session"),
    "trait": _("Keep as it is"),
}
FIELD_GROUPS: Final[tuple[tuple[Promise, tuple[str, ...]], ...]] = (
    (_("Order"), (
        "order_id", "date", "status", "amount", "price", "quantity", "order_total", "discount",
        "gross", "refunded", "tax", "shipping", "currency", "store", "note", "line_id",
    )),
    (_("Product"), (
        "sku", "product_name", "brand", "category", "subcategory", "gtin", "description", "image",
    )),
    (_("Customer"), (
        "customer_id", "customer_name", "first_name", "last_name", "email", "phone", "gender",
        "birth_on", "member_since_on", "company_name", "language",
    )),
    (_("Address"), (
        "street", "city", "region", "postcode", "country", "ship_name", "ship_street",
    )),
    (_("Other"), ("event", "session_id", "trait")),
)  # fmt: skip
ENCODINGS: Final = {
    "utf-8": "UTF-8", "gb18030": "GB 18030", "cp950": "Big5", "cp932": "Shift JIS",
    "cp949": "EUC-KR", "cp1252": "Windows-1252", "cp1250": "Windows-1250", "cp1251": "Windows-1251",
    "utf-16": "UTF-16",
}  # fmt: skip
HOLDS: Final[dict[str, Promise]] = {
    "text": _("text"),
    "number": _("number"),
    "time": _("time"),
    "email": _("e-mail"),
    "phone": _("phone"),
    "nothing": _("nothing"),
}
