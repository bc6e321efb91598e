"""Find the order that comes back: by number or scan, by its id, or by the buyer's contact."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.money import Money
from quanqu.know.customers.contracts import CustomerFilters
from quanqu.know.customers.facade import get_customer, list_customers
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.orders.contracts import NOT_SOLD, OrderFilters, OrderRow
from quanqu.sell.orders.facade import list_orders
from quanqu.sell.returns.contracts import Sale
from quanqu.sell.returns.facade import find_sale, get_sale

__all__ = ["Found", "find_orders"]

_MOST = 20


@dataclass(frozen=True, slots=True)
class Found:
    """An order that was found, as the desk shows it."""

    number: str
    place: str
    bought_on: object
    goods: str
    free: int | None
    left: Money
    href: str


def find_orders(frame: Frame, text: str, place: PlaceInfo, *, total: int | None) -> list[Found]:
    """Return the orders of a number, an id, or of the buyer of an e-mail address or phone number.

    Buyers are looked for where the reader may see customers, and their orders where the reader may
    see orders.
    """
    sales = {
        encode("ord", sale.order_id): sale
        for sale in find_sale(actor=frame.actor, text=text, place_key=place.key, proof=total)
    }
    if named := _named(frame, text, place, total):
        sales[text] = named
    told = {"at": place.id} | ({"total": Money(total, place.currency).amount} if total else {})
    found = [_of_sale(frame, order_id, sale, told) for order_id, sale in sales.items()]
    rows = [row for row in _of_buyer(frame, text, place) if row.id not in sales]
    return found + [_of_order(frame, row, told) for row in rows]


def _of_sale(frame: Frame, order_id: str, sale: Sale, told: dict[str, str]) -> Found:
    return Found(
        number=sale.number or order_id,
        place=_place_name(frame, sale.place_key),
        bought_on=sale.bought_on,
        goods=", ".join(line.name or line.sku for line in sale.lines[:3]),
        free=sum(line.free for line in sale.lines),
        left=Money(sale.left_minor, sale.currency),
        href=_href(order_id, told),
    )


def _of_order(frame: Frame, row: OrderRow, told: dict[str, str]) -> Found:
    """Return an order of a buyer; what of it can come back is worked out once it is chosen."""
    return Found(
        number=row.number or row.external_id,
        place=_place_name(frame, row.place_key),
        bought_on=row.business_date,
        goods="",
        free=None,
        left=Money(row.total.minor - row.refunded.minor, row.total.currency),
        href=_href(row.id, told),
    )


def _place_name(frame: Frame, key: int) -> str:
    place = frame.places.get(key)
    return place.name if place else ""


def _href(order_id: str, told: dict[str, str]) -> str:
    return f"{reverse('console:return_open', args=[order_id])}?{urlencode(told)}"


def _named(frame: Frame, text: str, place: PlaceInfo, total: int | None) -> Sale | None:
    """Return the order whose id was typed or scanned; None where it is not for this desk."""
    try:
        order_id = decode("ord", text)
        return get_sale(actor=frame.actor, order_id=order_id, place_key=place.key, proof=total)
    except QuanquError:
        return None


def _of_buyer(frame: Frame, text: str, place: PlaceInfo) -> list[OrderRow]:
    """Return the orders of who has this e-mail address or phone number, the newest first."""
    can = frame.actor.can
    looks_so = "@" in text or sum(letter.isdigit() for letter in text) >= 7
    if not (looks_so and can("customers.view") and can("orders.view")):
        return []
    rows = list_customers(actor=frame.actor, filters=CustomerFilters(search=text), limit=3).items
    keys = {
        key
        for row in rows
        for key in get_customer(actor=frame.actor, customer_id=row.id).subject_keys
    }
    if not keys:
        return []
    filters = OrderFilters(
        subject_keys=frozenset(keys), company_keys=frozenset({place.company_key})
    )
    found = list_orders(actor=frame.actor, filters=filters, limit=_MOST).items
    return [row for row in found if row.status not in NOT_SOLD]
