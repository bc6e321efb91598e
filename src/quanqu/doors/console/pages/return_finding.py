"""Find the order that comes back: by number or scan, by its id, or by the buyer's contact."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import MalformedIdError, decode, encode
from quanqu.kernel.money import Money
from quanqu.know.customers.contracts import CustomerFilters
from quanqu.know.customers.facade import get_customer, list_customers
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.orders.contracts import NOT_SOLD, OrderFilters
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
    free: int
    left: Money
    href: str


def find_orders(frame: Frame, text: str, place: PlaceInfo, *, total: int | None) -> list[Found]:
    """Return the orders of a number, an id, or of the buyer of an e-mail address or phone number.

    Buyers are looked for where the reader may see customers, and their orders where the reader may
    see orders.
    """
    sales: dict[object, Sale] = {}
    for sale in find_sale(actor=frame.actor, text=text, place_key=place.key, proof=total):
        sales[sale.order_id] = sale
    order_ids = [*_by_id(text), *_of_buyer(frame, text, place)]
    for order_id in order_ids:
        try:
            sale = get_sale(
                actor=frame.actor, order_id=decode("ord", order_id), place_key=place.key,
                proof=total,
            )  # fmt: skip
        except QuanquError:
            continue  # not sold yet, or not for this desk
        sales[sale.order_id] = sale
    query = {"at": place.id} | ({"total": Money(total, place.currency).amount} if total else {})
    return [
        Found(
            number=sale.number or encode("ord", sale.order_id),
            place=frame.places[sale.place_key].name if sale.place_key in frame.places else "",
            bought_on=sale.bought_on,
            goods=", ".join(line.name or line.sku for line in sale.lines[:3]),
            free=sum(line.free for line in sale.lines),
            left=Money(sale.left_minor, sale.currency),
            href=reverse("console:return_open", args=[encode("ord", sale.order_id)])
            + f"?{urlencode(query)}",
        )
        for sale in list(sales.values())[:_MOST]
    ]


def _by_id(text: str) -> list[str]:
    try:
        decode("ord", text)
    except MalformedIdError:
        return []
    return [text]


def _of_buyer(frame: Frame, text: str, place: PlaceInfo) -> list[str]:
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
    return [row.id for row in found if row.status not in NOT_SOLD]
