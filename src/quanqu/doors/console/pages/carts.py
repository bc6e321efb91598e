"""Carts: what shoppers mean to buy, and those a store's desk fills for them."""

from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.cells import Cell, chip, count_cell, moment_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter, Option
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.cart_words import CART_KINDS, CART_STATES
from quanqu.doors.console.pages.options import place_options
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import encode, new_id
from quanqu.kernel.paging import Page
from quanqu.know.org.contracts import PlaceType
from quanqu.know.org.facade import get_place
from quanqu.sell.carts.contracts import CartDraft, CartFilters, CartKind, CartRow, CartState
from quanqu.sell.carts.facade import count_carts, list_carts, open_cart

__all__ = ["CartNew", "CartsPage"]

_LYING: Final = timedelta(hours=1)


def _touched(row: CartRow, frame: Frame) -> Cell:
    return moment_cell(row.touched_at, now=frame.now, zone=frame.zone, language=frame.language)


def _place(row: CartRow, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    return text_cell(place.name if place else "")


def _state(row: CartRow, frame: Frame) -> Cell:
    title, tone, icon = CART_STATES[row.state]
    return chip(str(title), tone, icon)


def _who(row: CartRow, frame: Frame) -> Cell:
    who = _("Member") if row.subject_key is not None else _("Guest")
    return text_cell(str(CART_KINDS[row.kind]), sub=who)


class CartsPage(ListView):
    """The carts in scope, the newest first."""

    page_code = "orders"
    views_code = "carts"
    permission = "orders.view"
    export_permission = "orders.export"
    title = gettext_lazy("Orders")
    lede = gettext_lazy("What shoppers mean to buy, and what a store's desk put together for them.")
    search_label = gettext_lazy("Share code or id")
    head_template = "console/orders/carts_head.html"
    empty = Empty(
        "shopping-cart",
        gettext_lazy("No carts here"),
        gettext_lazy(
            "A shop opens carts through the API. At a store's desk, open one for a shopper, add "
            "what they want from any place, and share it by its code or take the money here."
        ),
        gettext_lazy("All orders"),
        "console:orders",
    )
    columns = (
        Column(
            "code",
            gettext_lazy("Cart"),
            lambda row, frame: text_cell(row.share_code or encode("crt", row.id)[-8:]),
            is_title=True,
        ),
        Column("state", gettext_lazy("State"), _state),
        Column("who", gettext_lazy("Filled by"), _who),
        Column("place", gettext_lazy("Place"), _place),
        Column(
            "units",
            gettext_lazy("Units"),
            lambda row, frame: count_cell(row.units),
            is_number=True,
        ),
        Column("touched", gettext_lazy("Touched"), _touched),
    )
    filters = (
        Filter(
            "state",
            gettext_lazy("State"),
            options=lambda frame: [
                Option(code.value, str(words[0])) for code, words in CART_STATES.items()
            ],
        ),
        Filter(
            "kind",
            gettext_lazy("Filled by"),
            options=lambda frame: [Option(code.value, str(t)) for code, t in CART_KINDS.items()],
            is_single=True,
        ),
        Filter(
            "lying",
            gettext_lazy("Left lying"),
            options=lambda frame: [Option("yes", _("Left lying"))],
            is_single=True,
        ),
        Filter("place", gettext_lazy("Place"), options=place_options, is_single=True),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of carts."""
        return list_carts(
            actor=self.frame.actor, filters=self._filters(asked), cursor=cursor, limit=limit
        )

    def count(self, asked: Asked) -> Total:
        """Return how many carts match."""
        return Total(count_carts(actor=self.frame.actor, filters=self._filters(asked)))

    def head(self, asked: Asked) -> dict[str, Any]:
        """Return the tabs, and where the reader may open a cart."""
        scope = self.frame.person.scope("orders.manage")
        places = [
            place
            for place in self.frame.visible_places
            if scope.everything or place.key in scope.places
        ]
        return {
            "above_template": "console/orders/tabs.html",
            "tab": "carts",
            "desk_places": sorted(
                places, key=lambda one: one.details.place_type is not PlaceType.STORE
            )
            if self.frame.person.can("orders.manage")
            else [],
        }

    def identify(self, row: CartRow) -> str:
        """Return the cart's outside id."""
        return encode("crt", row.id)

    def href(self, row: CartRow) -> str:
        """Return the address of a cart."""
        return reverse("console:cart", args=[self.identify(row)])

    def _filters(self, asked: Asked) -> CartFilters:
        states, kinds = set(CartState), set(CartKind)
        kind, place = asked.one("kind"), asked.one("place")
        is_lying = asked.one("lying") == "yes"
        told = tuple(CartState(one) for one in asked.many("state") if one in states)
        return CartFilters(
            unit_id=place if place in {one.id for one in self.frame.visible_places} else None,
            states=told or ((CartState.OPEN,) if is_lying else ()),
            kind=CartKind(kind) if kind in kinds else None,
            untouched_since=self.frame.now - _LYING if is_lying else None,
            search=asked.text,
        )


class CartNew(ConsoleView):
    """Open a cart at a store's desk."""

    page_code = "orders"
    permission = "orders.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Open it and go there, or say why not."""
        try:
            place = get_place(actor=self.frame.person, place_id=request.POST.get("place", ""))
            draft = CartDraft(new_id(), place.key, place.details.currency, CartKind.DESK)
            made = open_cart(actor=self.frame.person, draft=draft, now=self.frame.now)
        except QuanquError as error:
            messages.error(request, said(error))
            return redirect(self.frame.link(reverse("console:carts")))
        return redirect(self.frame.link(reverse("console:cart", args=[encode("crt", made.id)])))
