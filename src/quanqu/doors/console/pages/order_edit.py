"""Change a placed order: units, places, new lines, address, gift, how the difference is paid."""

import re
import secrets
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.return_words import tender_title
from quanqu.doors.console.shell.frame import Frame
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError
from quanqu.kernel.ids import decode
from quanqu.kernel.money import Money
from quanqu.know.org.facade import display_names
from quanqu.sell.catalog.facade import variant_keys
from quanqu.sell.checkout import facade
from quanqu.sell.checkout.contracts import (
    EditView,
    LineDraft,
    LinePlace,
    LiveOrderDetail,
    OrderEdit,
    OrderEditError,
    OrderItemError,
    PartState,
    TenderDraft,
)
from quanqu.sell.payments.contracts import Channel
from quanqu.sell.payments.facade import list_tenders

__all__ = ["OrderEditPage", "due_tenders", "edits_shown"]

_ONCE: Final = UUID("1d6f4b1e-6b0c-5f0e-8a53-3f8d3f7f9b21")
_APART: Final = re.compile(r"\s*[\t;,]\s*|\s{2,}")
_LARGEST: Final = 10**9
_LONGEST: Final = 300
WORDS: Final[dict[str, Promise]] = {
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "street": gettext_lazy("Street"),
    "postcode": gettext_lazy("Postcode"),
    "city": gettext_lazy("City"),
    "region": gettext_lazy("Region"),
    "country": gettext_lazy("Country"),
    "gift_message": gettext_lazy("Gift message"),
    "hides_prices": gettext_lazy("Hide prices"),
}
_CONTACT: Final = ("name", "phone", "email", "street", "postcode", "city", "region", "country")
_OPEN: Final = frozenset({PartState.WAITING, PartState.PICKING, PartState.READY})


class OrderEditPage(ConsoleView):
    """A form with the order as it is; what is left as it is does not change."""

    page_code = "orders"
    permission = "orders.manage"
    is_detail = True

    def get(self, request: HttpRequest, live_order_id: str) -> HttpResponse:
        """Show the order to change."""
        return self._draw(live_order_id, {})

    def post(self, request: HttpRequest, live_order_id: str) -> HttpResponse:
        """Change it, or say why not and keep what was typed."""
        found = facade.get_live_order(
            actor=self.frame.person, order_id=decode("ord", live_order_id)
        )
        known = facade.list_edits(actor=self.frame.person, order_id=found.order.id)
        if self._id(found) in {one.id for one in known}:  # the button pressed twice
            return redirect(self.frame.link(reverse("console:order", args=[live_order_id])))
        try:
            edit = self._edit(found)
            made = facade.edit_order(actor=self.frame.person, edit=edit, now=self.frame.now)
        except (InvalidError, RefusedError, NotFoundError) as error:
            return self._draw(live_order_id, request.POST, mistake=said(error))
        if made.due_minor:
            messages.warning(request, _("The order is changed; something is still to be paid."))
        else:
            messages.success(request, _("The order is changed."))
        return redirect(self.frame.link(reverse("console:order", args=[live_order_id])))

    def _edit(self, found: LiveOrderDetail) -> OrderEdit:
        post, order = self.request.POST, found.order
        refs = {one.id: one.key for one in self.frame.visible_places}
        quantities, places = {}, []
        for line in found.lines:
            units = _units(post.get(f"n-{line.line_no}", ""), line.quantity)
            if units != line.quantity:
                quantities[line.line_no] = units
            place = refs.get(post.get(f"at-{line.line_no}", ""), line.from_place_key)
            if place != line.from_place_key:
                places.append(LinePlace(line.line_no, place))
        contact = {name: text for name in _CONTACT if (text := _text(post, name))}
        message, hides = facade.gift_of(order_id=order.id, actor=self.frame.person)
        gift, hides_now = _text(post, "gift_message"), "hides_prices" in post
        shipping = post.get("shipping", "").strip()
        minor = Money.parse(shipping, order.currency).minor if shipping else order.shipping_minor
        tender = post.get("tender", "")[:100]
        return OrderEdit(
            id=self._id(found),
            order_id=order.id,
            edition=_units(post.get("edition", ""), 0),
            add=self._added(found, post.get("add", "")),
            quantities=quantities,
            places=tuple(places),
            contact=contact,
            gift_message=gift if gift != message else None,
            hides_prices=hides_now if hides_now != hides else None,
            shipping_minor=minor if minor != order.shipping_minor else None,
            tenders=(TenderDraft(tender),) if tender else (),
            reason=_text(post, "reason"),
        )

    def _id(self, found: LiveOrderDetail) -> UUID:
        once = self.request.POST.get("once", "")[:100] or self.frame.now.isoformat()
        return uuid5(_ONCE, f"{self.frame.person.id} {found.order.id} {once}")

    def _added(self, found: LiveOrderDetail, text: str) -> tuple[LineDraft, ...]:
        rows = [_APART.split(line.strip()) for line in text.splitlines() if line.strip()]
        order = found.order
        told = variant_keys(company_key=order.company_key, skus=[row[0] for row in rows])
        known = dict(zip(told["sku"].to_pylist(), told["variant_key"].to_pylist(), strict=True))
        place = self.frame.places[order.place_key].name
        added = []
        for number, row in enumerate(rows, 1):
            sku, units, price, *_rest = [*row, "1", ""] if len(row) == 1 else [*row, ""]
            if known.get(sku) is None:
                raise OrderItemError(line=number, ref=sku, place=place)
            minor = Money.parse(price, order.currency).minor if price else None
            added.append(LineDraft(known[sku], _units(units, 0), None, minor))
        return tuple(added)

    def _draw(self, order_id: str, told: Mapping[str, str], *, mistake: str = "") -> HttpResponse:
        key = decode("ord", order_id)
        found = facade.get_live_order(actor=self.frame.person, order_id=key)
        order, parts = found.order, {one.no: one.state for one in found.parts}
        message, hides = facade.gift_of(order_id=key, actor=self.frame.person)
        places = [
            place
            for place in self.frame.visible_places
            if place.company_key == order.company_key and self._may(place.key)
        ]
        context = {
            "order": order,
            "order_id": order_id,
            "mistake": mistake,
            "told": told,
            "once": told.get("once") or secrets.token_hex(16),
            "lines": [
                {
                    "line": line,
                    "price": Money(line.unit_price_minor, order.currency),
                    "asked": told.get(f"n-{line.line_no}", line.quantity),
                    "is_open": parts[line.part_no] in _OPEN,
                    "at": self.frame.places.get(line.from_place_key),
                    "wanted": told.get(f"at-{line.line_no}", ""),
                }
                for line in found.lines
            ],
            "places": places,
            "shipping": told.get("shipping") or Money(order.shipping_minor, order.currency).amount,
            "total": Money(order.total_minor, order.currency),
            "contact": [(name, WORDS[name], told.get(name, "")) for name in _CONTACT],
            "gift_message": told.get("gift_message", message),
            "hides_prices": "hides_prices" in told if told else hides,
            "tenders": due_tenders(),
        }
        return self.page("console/orders/edit.html", context, 422 if mistake else 200)

    def _may(self, place_key: int) -> bool:
        scope = self.frame.person.scope(self.permission)
        return scope.everything or place_key in scope.places


def due_tenders() -> list[tuple[str, str]]:
    """Return the ways to pay a difference that a person can take at once, with their words."""
    return [
        (one.code, str(tender_title(one.code)))
        for one in list_tenders()
        if one.channel is Channel.OFFLINE and one.code != "test"
    ]


def edits_shown(frame: Frame, found: LiveOrderDetail) -> list[dict[str, Any]]:
    """Return what was changed of an order, the last first, each with before and after."""
    edits = facade.list_edits(actor=frame.actor, order_id=found.order.id)
    names = display_names(actor_ids={one.actor for one in edits})
    currency = found.order.currency
    return [
        {
            "edit": one,
            "actor": _("Quanqu itself") if one.actor == SYSTEM.id else names.get(one.actor, ""),
            "lines": _changed(frame, one),
            "before": Money(one.before["total_minor"], currency),
            "after": Money(one.after["total_minor"], currency),
            "is_dearer": one.before["total_minor"] != one.after["total_minor"],
            "fields": [WORDS[name] for name in one.fields],
        }
        for one in reversed(edits)
    ]


def _changed(frame: Frame, edit: EditView) -> list[tuple[str, str, str]]:
    """Return the lines that changed: what, how it was, how it is; empty where there is none."""
    was = {one["line"]: one for one in edit.before["lines"]}
    now = {one["line"]: one for one in edit.after["lines"]}
    found = []
    for number in sorted({*was, *now}):
        before, after = was.get(number), now.get(number)
        if before == after:
            continue
        one = after or before or {}
        moved = before and after and before["from_place_key"] != after["from_place_key"]
        found.append(
            (
                str(one["name"] or one["sku"]),
                _of(frame, before, with_place=bool(moved)),
                _of(frame, after, with_place=bool(moved)),
            )
        )
    return found


def _of(frame: Frame, line: Mapping[str, Any] | None, *, with_place: bool) -> str:
    if line is None:
        return ""
    place = frame.places.get(line["from_place_key"]) if with_place else None
    return f"{line['quantity']:,}" + (f" ({place.name})" if place else "")


def _units(text: str, usual: int) -> int:
    text = text.strip()
    if not text:
        return usual
    if not (text.isascii() and text.isdigit()):
        raise OrderEditError(ref="", problem=_("a quantity is a whole number"))
    return min(int(text), _LARGEST)


def _text(post: Mapping[str, str], name: str) -> str:
    return str(post.get(name, "")).strip().replace("\0", "")[:_LONGEST]
