"""One cart: its lines as they are now, and how it becomes an order at a store's desk."""

import re
from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.cells import chip
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.cart_words import CART_KINDS, CART_STATES
from quanqu.doors.console.pages.live_words import DELIVERIES
from quanqu.doors.console.pages.order_edit import WORDS, due_tenders
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.money import Money
from quanqu.sell.carts import facade
from quanqu.sell.carts.contracts import (
    CartDetail,
    CartItemError,
    CartLineDraft,
    CartLineError,
    CartState,
    PlacingDraft,
)
from quanqu.sell.catalog.facade import variant_keys
from quanqu.sell.checkout.contracts import ContactDraft, Delivery, TenderDraft

__all__ = ["CartAct", "CartPage"]

MANAGE: Final = "orders.manage"
_APART: Final = re.compile(r"\s*[\t;,]\s*|\s{2,}")
_CONTACT: Final = ("name", "phone", "email", "street", "postcode", "city", "region", "country")
_LONGEST: Final = 300
_LARGEST: Final = 10**9


class CartPage(ConsoleView):
    """A cart with its lines, priced and looked up now."""

    page_code = "orders"
    permission = "orders.view"
    is_detail = True

    def get(self, request: HttpRequest, cart_id: str) -> HttpResponse:
        """Show it."""
        found = facade.get_cart(actor=self.frame.actor, cart_id=decode("crt", cart_id))
        row, frame = found.row, self.frame
        scope = frame.person.scope(MANAGE)
        may = scope.everything or row.place_key in scope.places
        is_open = row.state is CartState.OPEN
        places = [one for one in frame.visible_places if one.company_key == row.company_key]
        title, tone, icon = CART_STATES[row.state]
        context = {
            "row": row,
            "cart_id": cart_id,
            "state": chip(str(title), tone, icon),
            "kind": CART_KINDS[row.kind],
            "place": frame.places.get(row.place_key),
            "lines": [self._line(found, one) for one in found.lines],
            "goods": Money(found.goods_minor, row.currency),
            "is_orderable": found.is_orderable,
            "may_change": may and is_open,
            "places": places,
            "tenders": due_tenders(),
            "deliveries": [(one.value, DELIVERIES[one]) for one in
                           (Delivery.CARRY_OUT, Delivery.SHIP, Delivery.PICKUP)],
            "contact": [(name, WORDS[name]) for name in _CONTACT],
            "order_href": frame.link(reverse("console:order", args=[encode("ord", row.order_id)]))
            if row.order_id
            else "",
        }  # fmt: skip
        return self.page("console/orders/cart.html", context)

    def _line(self, found: CartDetail, line: Any) -> dict[str, Any]:
        currency = found.row.currency
        price = line.unit_price_minor
        return {
            "line": line,
            "key": f"{line.variant_key}-{line.place_key or 0}",
            "wish": self.frame.places.get(line.place_key or 0),
            "price": Money(price, currency) if price is not None else None,
            "amount": Money(line.amount_minor, currency),
            "is_short": not line.is_saved and line.available < line.quantity,
        }


class CartAct(ConsoleView):
    """Change a cart, share it, make an order of it."""

    page_code = "orders"
    permission = MANAGE

    def post(self, request: HttpRequest, cart_id: str) -> HttpResponse:
        """Do it, or say why it was not done."""
        found = facade.get_cart(actor=self.frame.person, cart_id=decode("crt", cart_id))
        act = _ACTS.get(request.POST.get("act", ""))
        target = reverse("console:cart", args=[cart_id])
        if act is not None:
            try:
                told = act(self, found)
            except QuanquError as error:
                messages.error(request, said(error))
            else:
                messages.success(request, told)
        return redirect(self.frame.link(target))

    def lines(self, found: CartDetail) -> str:
        """Set the quantities of the lines, and which are kept for later; add further ones."""
        post, drafts = self.request.POST, []
        for line in found.lines:
            key = f"{line.variant_key}-{line.place_key or 0}"
            drafts.append(
                CartLineDraft(
                    line.variant_key,
                    _units(post.get(f"n-{key}", ""), line.quantity, line.sku),
                    line.place_key,
                    is_saved=f"saved-{key}" in post,
                    is_gift=f"gift-{key}" in post,
                )
            )
        drafts += self._added(found)
        self._set(found, drafts)
        return _("The cart is changed.")

    def share(self, found: CartDetail) -> str:
        """Give the cart a code."""
        row = facade.share_cart(actor=self.frame.person, cart_id=found.row.id, now=self.frame.now)
        return _("The cart opens by the code %(code)s.") % {"code": row.share_code}

    def order(self, found: CartDetail) -> str:
        """Make an order of the cart, paid here."""
        post = self.request.POST
        told = {name: _text(post.get(name, "")) for name in _CONTACT}
        delivery = post.get("delivery", "")
        refs = {one.id: one.key for one in self.frame.visible_places}
        shipping = post.get("shipping", "").strip()
        draft = PlacingDraft(
            tenders=(TenderDraft(post.get("tender", "")[:100]),),
            delivery=Delivery(delivery) if delivery in set(Delivery) else Delivery.CARRY_OUT,
            pickup_place_key=refs.get(post.get("pickup", ""), found.row.place_key)
            if delivery == Delivery.PICKUP
            else None,
            contact=ContactDraft(**told) if any(told.values()) else None,
            shipping_minor=Money.parse(shipping, found.row.currency).minor if shipping else 0,
            gift_message=_text(post.get("gift_message", "")),
            hides_prices="hides_prices" in post,
        )
        placed = facade.place_cart(
            actor=self.frame.person, cart_id=found.row.id, draft=draft, now=self.frame.now
        )
        return _("The order %(number)s is placed.") % {"number": placed.number}

    def _added(self, found: CartDetail) -> list[CartLineDraft]:
        text = self.request.POST.get("add", "")
        rows = [_APART.split(line.strip()) for line in text.splitlines() if line.strip()]
        told = variant_keys(company_key=found.row.company_key, skus=[row[0] for row in rows])
        known = dict(zip(told["sku"].to_pylist(), told["variant_key"].to_pylist(), strict=True))
        refs = {one.id: one.key for one in self.frame.visible_places}
        wish = refs.get(self.request.POST.get("wish", ""))
        added = []
        for row in rows:
            if known.get(row[0]) is None:
                raise CartItemError(ref=row[0])
            units = _units(row[1] if len(row) > 1 else "1", 1, row[0])
            added.append(CartLineDraft(known[row[0]], units, wish))
        return added

    def _set(self, found: CartDetail, drafts: list[CartLineDraft]) -> None:
        facade.set_lines(
            actor=self.frame.person, cart_id=found.row.id, lines=drafts, now=self.frame.now
        )


def _units(text: str, usual: int, item: str) -> int:
    text = text.strip()
    if not text:
        return usual
    if not (text.isascii() and text.isdigit()):
        raise CartLineError(item=item, problem="a quantity is a whole number")
    return min(int(text), _LARGEST)


def _text(text: str) -> str:
    return text.strip().replace("\0", "")[:_LONGEST]


_ACTS: Final[dict[str, Callable[[CartAct, CartDetail], str]]] = {
    "lines": CartAct.lines,
    "share": CartAct.share,
    "order": CartAct.order,
}
