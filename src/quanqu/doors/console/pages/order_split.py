"""Split a line of a placed order: some of its units to another place, day or address."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.order_edit import WORDS
from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError
from quanqu.kernel.ids import decode
from quanqu.sell.checkout import facade
from quanqu.sell.checkout.contracts import (
    Delivery,
    LineSplit,
    LiveOrderDetail,
    OrderEdit,
    OrderEditError,
    PartState,
)

__all__ = ["OrderSplitPage", "joins_offered"]

_ONCE: Final = UUID("6f0c2b38-7f2a-5a55-9f0f-2b1b5c9c6d41")
_CONTACT: Final = ("name", "phone", "street", "postcode", "city", "region", "country")
_OPEN: Final = frozenset({PartState.WAITING, PartState.PICKING, PartState.READY})
_LONGEST: Final = 300


class OrderSplitPage(ConsoleView):
    """A form: which line, how many units, and where and when they go instead."""

    page_code = "orders"
    permission = "orders.manage"
    is_detail = True

    def get(self, request: HttpRequest, live_order_id: str) -> HttpResponse:
        """Show the form."""
        return self._draw(live_order_id, {})

    def post(self, request: HttpRequest, live_order_id: str) -> HttpResponse:
        """Split, or say why not and keep what was typed."""
        found = facade.get_live_order(
            actor=self.frame.person, order_id=decode("ord", live_order_id)
        )
        try:
            facade.edit_order(actor=self.frame.person, edit=self._edit(found), now=self.frame.now)
        except (InvalidError, RefusedError, NotFoundError) as error:
            return self._draw(live_order_id, request.POST, mistake=said(error))
        messages.success(request, _("The line is split."))
        return redirect(self.frame.link(reverse("console:order", args=[live_order_id])))

    def _edit(self, found: LiveOrderDetail) -> OrderEdit:
        post = self.request.POST
        refs = {one.id: one.key for one in self.frame.visible_places}
        contact = {name: text for name in _CONTACT if (text := _text(post, name))}
        once = _text(post, "once") or self.frame.now.isoformat()
        split = LineSplit(
            line_no=_number(post.get("line", "")),
            quantity=_number(post.get("units", "")),
            place_key=refs.get(post.get("place", "")),
            contact=contact or None,
            wanted_on=_day(post.get("day", "")),
        )
        return OrderEdit(
            id=uuid5(_ONCE, f"{self.frame.person.id} {found.order.id} {once}"),
            order_id=found.order.id,
            edition=_number(post.get("edition", "")),
            splits=(split,),
            reason=_text(post, "reason"),
        )

    def _draw(self, order_id: str, told: Mapping[str, str], *, mistake: str = "") -> HttpResponse:
        found = facade.get_live_order(actor=self.frame.person, order_id=decode("ord", order_id))
        order, parts = found.order, {one.no: one.state for one in found.parts}
        scope = self.frame.person.scope(self.permission)
        context = {
            "order": order,
            "order_id": order_id,
            "mistake": mistake,
            "told": told,
            "once": told.get("once") or secrets.token_hex(16),
            "lines": [
                (line, self.frame.places.get(line.from_place_key))
                for line in found.lines
                if parts[line.part_no] in _OPEN and line.quantity > 1
            ],
            "places": [
                place
                for place in self.frame.visible_places
                if place.company_key == order.company_key
                and (scope.everything or place.key in scope.places)
            ],
            "contact": [(name, WORDS[name], told.get(name, "")) for name in _CONTACT]
            if order.delivery is Delivery.SHIP
            else [],
        }
        return self.page("console/orders/split.html", context, 422 if mistake else 200)


def _number(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit()):
        raise OrderEditError(ref="", problem=_("a quantity is a whole number"))
    return min(int(text), 10**9)


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise OrderEditError(ref="", problem=_("a day is written as 2026-11-28")) from None


def _text(post: Mapping[str, str], name: str) -> str:
    return str(post.get(name, "")).strip().replace("\0", "")[:_LONGEST]


def joins_offered(found: LiveOrderDetail) -> dict[int, int]:
    """Return the lines that can be put into an earlier one again: the same item at one price."""
    parts = {one.no: one.state for one in found.parts}
    first: dict[tuple[int, int], int] = {}
    offered: dict[int, int] = {}
    for line in found.lines:
        if parts[line.part_no] not in _OPEN:
            continue
        same = (line.variant_key, line.unit_price_minor)
        if same in first:
            offered[line.line_no] = first[same]
        else:
            first[same] = line.line_no
    return offered
