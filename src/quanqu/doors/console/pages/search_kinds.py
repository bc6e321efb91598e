"""The kinds of thing a search finds: how each is found, shown and listed in full."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.sealing import seal_text
from quanqu.doors.console.pages.customer_words import IDENTIFIER_TITLES
from quanqu.doors.console.pages.customers import title_of
from quanqu.doors.console.pages.product_words import product_title
from quanqu.doors.console.rules.numbers import grouped, money_text
from quanqu.doors.console.rules.times import day_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel import ids
from quanqu.know.audiences.contracts import AudienceFilters
from quanqu.know.audiences.facade import list_audiences
from quanqu.know.customers.contracts import CustomerFilters
from quanqu.know.customers.facade import list_customers
from quanqu.sell.catalog.contracts import ProductFilters
from quanqu.sell.catalog.facade import list_products
from quanqu.sell.orders.contracts import OrderFilters
from quanqu.sell.orders.facade import list_orders

__all__ = ["KINDS", "Hit", "Kind"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found."""

    title: str
    note: str
    icon: str
    href: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: `find` returns at most so many, `list_name` is where all are listed."""

    title: Promise
    permission: str
    find: Callable[[Frame, str, int], list[Hit]]
    list_name: str
    is_sealed: bool = False

    def all_href(self, frame: Frame, text: str) -> str:
        """Return the address of the list narrowed to the text."""
        shown = seal_text(text) if self.is_sealed else text
        return frame.link(reverse(self.list_name), q=shown)


def _customers(frame: Frame, text: str, limit: int) -> list[Hit]:
    found = list_customers(actor=frame.actor, filters=CustomerFilters(search=text), limit=limit)
    return [
        Hit(
            title_of(row),
            " ".join(f"{IDENTIFIER_TITLES[one.type]} {one.hint}" for one in row.identifiers[:1]),
            "user",
            frame.link(reverse("console:customer", args=[ids.encode("cus", row.id)])),
        )
        for row in found.items
    ]


def _orders(frame: Frame, text: str, limit: int) -> list[Hit]:
    found = list_orders(actor=frame.actor, filters=OrderFilters(text=text), limit=limit)
    return [
        Hit(
            row.number or row.external_id,
            " · ".join(
                part
                for part in (
                    money_text(row.total.minor, row.total.currency),
                    day_text(row.business_date, frame.language),
                    frame.places[row.place_key].name if row.place_key in frame.places else "",
                )
                if part
            ),
            "receipt-text",
            frame.link(reverse("console:order", args=[row.id])),
        )
        for row in found.items
    ]


def _products(frame: Frame, text: str, limit: int) -> list[Hit]:
    found = list_products(actor=frame.actor, filters=ProductFilters(text=text), limit=limit)
    return [
        Hit(
            product_title(row.name, row.sku),
            row.sku,
            "package",
            frame.link(reverse("console:product", args=[row.id])),
        )
        for row in found.items
    ]


def _audiences(frame: Frame, text: str, limit: int) -> list[Hit]:
    found = list_audiences(actor=frame.actor, filters=AudienceFilters(text=text), limit=limit)
    return [
        Hit(
            row.name,
            grouped(row.last_refresh.members) if row.last_refresh else "",
            "target",
            frame.link(reverse("console:audience", args=[ids.encode("aud", row.id)])),
        )
        for row in found.items
    ]


KINDS: Final = (
    Kind(_("Customers"), "customers.view", _customers, "console:customers", is_sealed=True),
    Kind(_("Orders"), "orders.view", _orders, "console:orders"),
    Kind(_("Products"), "catalog.view", _products, "console:products"),
    Kind(_("Audiences"), "audiences.view", _audiences, "console:audiences"),
)
