"""One order: lines, payments, refunds, where it went and what happened to it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from quanqu.doors.console.kit.cells import chip
from quanqu.doors.console.kit.countries import country_name
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.live_order import live_context
from quanqu.doors.console.pages.order_words import (
    LINE_KINDS,
    ORDER_STATES,
    PAYMENT_STATES,
    REFUND_KINDS,
)
from quanqu.doors.console.pages.product_words import product_title
from quanqu.doors.console.rules.numbers import symbol
from quanqu.kernel import ids
from quanqu.kernel.money import exponent
from quanqu.know.customers.facade import customers_by_subject
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.orders.contracts import LineKind, LineRow, OrderDetail, RefundKind
from quanqu.sell.orders.facade import get_order, reveal_address

__all__ = ["OrderPage", "OrderReveal"]


class OrderPage(ConsoleView):
    """Everything known of an order."""

    page_code = "orders"
    permission = "orders.view"
    is_detail = True

    def get(self, request: HttpRequest, order_id: str) -> HttpResponse:
        """Show the order."""
        order = get_order(actor=self.frame.actor, order_id=order_id)
        title, tone, icon = ORDER_STATES[order.order.status]
        place = self.frame.places.get(order.order.place_key)
        context = {
            "order": order,
            "row": order.order,
            "place": place,
            "state": chip(str(title), tone, icon),
            "lines": self._lines(order),
            "payments": [
                (
                    payment,
                    chip(str(PAYMENT_STATES[payment.status][0]), PAYMENT_STATES[payment.status][1]),
                )
                for payment in order.payments
            ],
            "refunds": [
                (refund, REFUND_KINDS[refund.kind], refund.kind == RefundKind.ADJUSTMENT)
                for refund in order.refunds
            ],
            "history": [(entry, _changes(entry.before, entry.after)) for entry in order.history],
            "customer": self._customer(order),
            "ships_to": country_name(order.order.country, self.frame.language),
            "may_reveal": self.frame.person.can("customers.reveal"),
            "live": live_context(self.frame, order_id),
        }
        return self.page("console/orders/detail.html", context)

    def _lines(self, order: OrderDetail) -> list[dict[str, Any]]:
        keys = {line.variant_key for line in order.lines if line.variant_key is not None}
        labels = variant_labels(variant_keys=keys)
        currency = order.order.total.currency
        shown = []
        for line in order.lines:
            label = labels.get(line.variant_key) if line.variant_key is not None else None
            href = (
                self.frame.link(reverse("console:product", args=[label.product_id]))
                if label and self.frame.person.can("catalog.view")
                else ""
            )
            shown.append(
                {
                    "line": line,
                    "name": product_title(line.name or (label.name if label else ""), line.sku),
                    "href": href,
                    "kind": LINE_KINDS[line.kind] if line.kind is not LineKind.GOODS else "",
                    "price": _price(line, currency),
                }
            )
        return shown

    def _customer(self, order: OrderDetail) -> dict[str, str] | None:
        subject = order.order.subject_key
        if subject is None or not self.frame.person.can("customers.view"):
            return None
        found = customers_by_subject(actor=self.frame.actor, subject_keys=[subject]).get(subject)
        if found is None:
            return None
        identity = ids.encode("cus", found.id)
        hint = found.identifiers[0].hint if found.identifiers else ""
        return {
            "name": found.name or hint or identity,
            "hint": hint,
            "href": self.frame.link(reverse("console:customer", args=[identity])),
            "orders_href": self.frame.link(reverse("console:orders"), customer=identity),
        }


class OrderReveal(ConsoleView):
    """Show the delivery address in clear, once, with a trail."""

    page_code = "orders"
    permission = "customers.reveal"

    def post(self, request: HttpRequest, order_id: str) -> HttpResponse:
        """Return the address as a fragment."""
        address = reveal_address(actor=self.frame.actor, order_id=order_id, now=self.frame.now)
        return self.page("console/orders/address.html", {"address": address, "is_clear": True})


def _price(line: LineRow, currency: str) -> str:
    if line.unit_price_e4 is None:
        return "–"
    digits = exponent(currency)
    whole, rest = divmod(abs(line.unit_price_e4), 10_000)
    decimals = f"{rest:04d}"
    shown = decimals[:digits] + decimals[digits:].rstrip("0")
    sign = "\u2212" if line.unit_price_e4 < 0 else ""
    return f"{sign}{symbol(currency)}{whole:,}{'.' if shown else ''}{shown}"


def _changes(
    before: dict[str, object], after: dict[str, object]
) -> list[tuple[str, object, object]]:
    return [
        (name, before.get(name), after.get(name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]
