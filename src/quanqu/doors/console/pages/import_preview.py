"""The first converted rows of a file, as a person reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.doors.connectors.contracts import EntityKind, Preview, RejectRow
from quanqu.doors.console.pages.customer_words import FIELD_TITLES, IDENTIFIER_TITLES
from quanqu.doors.console.pages.import_words import ENTITIES
from quanqu.doors.console.pages.order_words import LINE_KINDS, ORDER_STATES, REFUND_KINDS
from quanqu.doors.console.rules.numbers import money_text
from quanqu.doors.console.rules.times import absolute
from quanqu.doors.console.shell.frame import Frame

__all__ = ["Ground", "rejects_of", "tables_of", "title_of"]


@dataclass(frozen=True, slots=True)
class Ground:
    """The currency and zone that the rows of a preview were read in."""

    currency: str
    zone: str


_ROWS: Final = 5
_COLUMNS: Final = 9
_NUMBERS: Final = frozenset({"__row", "quantity"})
_KINDS: Final[dict[str, Promise]] = {str(code): words for code, words in LINE_KINDS.items()}
_WORDS: Final[dict[tuple[str, str], dict[str, Promise]]] = {
    (EntityKind.ORDERS, "status"): {str(code): told[0] for code, told in ORDER_STATES.items()},
    (EntityKind.LINES, "kind"): _KINDS,
    (EntityKind.REFUND_LINES, "kind"): _KINDS,
    (EntityKind.REFUNDS, "kind"): {str(code): words for code, words in REFUND_KINDS.items()},
}
_TITLES: Final[dict[str, Promise]] = {
    **FIELD_TITLES,
    "__row": _("Row"),
    "external_id": _("Number"),
    "external_product": _("Number"),
    "placed_at": _("Placed at"),
    "status": _("State"),
    "sku": _("SKU"),
    "quantity": _("Quantity"),
    "unit_price_e4": _("Unit price"),
    "amount_minor": _("Amount"),
    "discount_minor": _("Discount"),
    "brand": _("Brand"),
    "category_path": _("Category"),
    "gtin": _("Barcode"),
    "currency": _("Currency"),
    "number": _("Number"),
    "channel_status": _("State on the channel"),
    "refunded_at": _("Refunded at"),
    "order_external_id": _("Order"),
    "refund_external_id": _("Refund"),
    "total_minor": _("Total"),
    "tax_minor": _("Tax"),
    "price_minor": _("Price"),
    "postcode_area": _("Postcode"),
    "ship_name": _("Recipient"),
    "ship_street": _("Delivery address"),
    "ship_phone": _("Phone"),
    "ship_email": _("E-mail address"),
    "ship_postcode": _("Postcode"),
    "place": _("Place"),
    "note": _("Note"),
    "kind": _("Kind"),
    "title": _("Title"),
    "description": _("Description"),
    "image_urls": _("Picture"),
    "event": _("Event"),
    "occurred_at": _("Date and time"),
    "observed_at": _("Seen at"),
    "method": _("Payment method"),
    "reason": _("Reason"),
}


def tables_of(found: Preview, frame: Frame, ground: Ground) -> list[dict[str, Any]]:
    """Return a table per kind of row: titles in words, money and times in readable form."""
    tables = []
    for entity, rows in found.entities.items():
        shown = rows[:_ROWS]
        names = list(dict.fromkeys(name for row in shown for name in row))[:_COLUMNS]
        sums = found.sums.get(entity, {})
        tables.append(
            {
                "title": ENTITIES.get(entity, entity),
                "count": found.counts.entities.get(entity, {}).get("made", len(rows)),
                "sums": [money_text(minor, currency) for currency, minor in sums.items()],
                "titles": [(title_of(name, entity), _is_number(name)) for name in names],
                "rows": [
                    [(_text(name, row, frame, ground, entity), _is_number(name)) for name in names]
                    for row in shown
                ],
            }
        )
    return tables


def rejects_of(rows: Sequence[RejectRow]) -> list[dict[str, Any]]:
    """Return rejected rows with the title of the field that is wrong."""
    return [
        {
            "row": row.row,
            "title": title_of(row.field) if row.field else "",
            "message": row.message,
            "values": row.values,
        }
        for row in rows
    ]


def title_of(name: str, entity: str = "") -> str:
    """Return the title of a canonical field, in words where it has some."""
    bare = name.removeprefix("id:")
    if bare in IDENTIFIER_TITLES and (name != bare or bare not in _TITLES):
        return str(IDENTIFIER_TITLES[bare])
    if name == "name" and entity not in ("", EntityKind.CUSTOMERS):
        return str(_("Product name"))
    return str(_TITLES.get(name, name))


def _is_number(name: str) -> bool:
    return name in _NUMBERS or name.endswith(("_minor", "_e4"))


def _text(
    name: str, row: Mapping[str, object], frame: Frame, ground: Ground, entity: str = ""
) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if name in ("status", "kind") and value in (words := _WORDS.get((entity, name), {})):
        return str(words[str(value)])
    if isinstance(value, datetime):
        return absolute(value, ground.zone, frame.language)
    if isinstance(value, int) and name.endswith("_minor"):
        return money_text(value, str(row.get("currency") or ground.currency))
    if isinstance(value, int) and name.endswith("_e4"):
        return f"{Decimal(value).scaleb(-4).normalize():,f}"
    return str(value)
