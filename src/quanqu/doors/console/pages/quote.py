"""One quote: written, changed, and what is done with it."""

import re
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.cells import chip
from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.live_words import DELIVERIES
from quanqu.doors.console.pages.order_edit import WORDS, due_tenders
from quanqu.doors.console.pages.quote_words import QUOTE_ACTS, QUOTE_STATES
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import local_date
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import display_names, get_place
from quanqu.sell.catalog.facade import variant_keys
from quanqu.sell.checkout.contracts import ContactDraft, Delivery, TenderDraft
from quanqu.sell.quotes import facade
from quanqu.sell.quotes.contracts import (
    QuoteAct,
    QuoteDetail,
    QuoteDraft,
    QuoteFieldError,
    QuoteItemError,
    QuoteLineDraft,
    QuoteOrdering,
    QuoteState,
)

__all__ = ["QuoteActs", "QuoteForm", "QuoteNew", "QuotePage"]

MANAGE: Final = "orders.manage"
_ONCE: Final = UUID("a0b5a3b2-64fb-5d0c-9f55-3b7a1a8cfe11")
_APART: Final = re.compile(r"\s*[\t;,]\s*|\s{2,}")
_CONTACT: Final = ("name", "phone", "email", "street", "postcode", "city", "region", "country")
_FIELDS: Final = ("place", "buyer", "lines", "valid_until", "shipping", "note")
_LARGEST: Final = 10**9
_LONGEST: Final = 300
_USUAL_DAYS: Final = 14
_PARTS: Final = 3
_OFFERED: Final[dict[QuoteAct, frozenset[QuoteState]]] = {
    QuoteAct.CHANGE: frozenset({QuoteState.DRAFT, QuoteState.SENT, QuoteState.EXPIRED}),
    QuoteAct.SEND: frozenset({QuoteState.DRAFT}),
    QuoteAct.ACCEPT: frozenset({QuoteState.SENT}),
    QuoteAct.REJECT: frozenset({QuoteState.DRAFT, QuoteState.SENT, QuoteState.ACCEPTED}),
    QuoteAct.ORDER: frozenset({QuoteState.SENT, QuoteState.ACCEPTED}),
}


class _QuoteView(ConsoleView):
    page_code = "orders"
    permission = MANAGE
    is_detail = True

    def may(self, place_key: int) -> bool:
        """Tell whether the reader manages orders at a place."""
        scope = self.frame.person.scope(MANAGE)
        return scope.everything or place_key in scope.places

    def told(self) -> dict[str, str]:
        """Return what was typed."""
        return {name: self.request.POST.get(name, "").replace("\0", "") for name in _FIELDS}

    def draft(
        self, told: Mapping[str, str], place: PlaceInfo, quote_id: UUID, currency: str
    ) -> QuoteDraft:
        """Return what was typed as a draft. Raises: QuanquError by the line it is in."""
        rows = [_APART.split(line.strip()) for line in told["lines"].splitlines() if line.strip()]
        found = variant_keys(company_key=place.company_key, skus=[row[0] for row in rows])
        known = dict(zip(found["sku"].to_pylist(), found["variant_key"].to_pylist(), strict=True))
        shipping = told["shipping"].strip()
        return QuoteDraft(
            id=quote_id,
            place_key=place.key,
            currency=currency,
            buyer=told["buyer"].strip()[:_LONGEST],
            lines=tuple(_line(number, row, known, currency) for number, row in enumerate(rows, 1)),
            valid_until=_day(told["valid_until"]),
            shipping_minor=Money.parse(shipping, currency).minor if shipping else 0,
            note=told["note"].strip()[:_LONGEST],
        )

    def form(self, told: Mapping[str, str], **more: Any) -> HttpResponse:
        """Draw the form with what was typed."""
        places = [one for one in self.frame.visible_places if self.may(one.key)]
        status = 422 if more.get("mistake") else 200
        return self.page(
            "console/orders/quote_form.html", {"told": told, "places": places, **more}, status
        )


class QuoteNew(_QuoteView):
    """A new quote."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form, two weeks ahead."""
        until = local_date(self.frame.now, self.frame.zone) + timedelta(days=_USUAL_DAYS)
        told = {**dict.fromkeys(_FIELDS, ""), "valid_until": until.isoformat()}
        return self.form(told, once=secrets.token_hex(16))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Write it and open it, or say what is wrong and keep what was typed."""
        told, once = self.told(), request.POST.get("once", "")[:100] or secrets.token_hex(16)
        try:
            place = get_place(actor=self.frame.person, place_id=told["place"])
            quote_id = uuid5(_ONCE, f"{self.frame.person.id} {once}")
            draft = self.draft(told, place, quote_id, place.details.currency)
            made = facade.make_quote(actor=self.frame.person, draft=draft, now=self.frame.now)
        except QuanquError as error:
            return self.form(told, mistake=said(error), once=once)
        messages.success(request, _("The quote is written."))
        return redirect(self.frame.link(reverse("console:quote", args=[encode("quo", made.id)])))


class QuoteForm(_QuoteView):
    """Other lines, days or words of a quote."""

    def get(self, request: HttpRequest, quote_id: str) -> HttpResponse:
        """Show what it says now."""
        found = facade.get_quote(actor=self.frame.person, quote_id=decode("quo", quote_id))
        return self.form(_said(found), row=found.row, quote_id=quote_id)

    def post(self, request: HttpRequest, quote_id: str) -> HttpResponse:
        """Keep it, or say what is wrong and keep what was typed."""
        key, told = decode("quo", quote_id), self.told()
        found = facade.get_quote(actor=self.frame.person, quote_id=key)
        edition = request.POST.get("edition", "")
        try:
            draft = self.draft(
                told, self.frame.places[found.row.place_key], key, found.row.currency
            )
            facade.change_quote(
                actor=self.frame.person, quote_id=key, draft=draft, now=self.frame.now,
                edition=int(edition) if edition.isascii() and edition.isdigit() else 0,
            )  # fmt: skip
        except QuanquError as error:
            return self.form(told, row=found.row, quote_id=quote_id, mistake=said(error))
        messages.success(request, _("The quote is changed; it is a draft again."))
        return redirect(self.frame.link(reverse("console:quote", args=[quote_id])))


class QuotePage(_QuoteView):
    """A quote with its lines beside what the place asks today."""

    permission = "orders.view"

    def get(self, request: HttpRequest, quote_id: str) -> HttpResponse:
        """Show it."""
        found = facade.get_quote(actor=self.frame.actor, quote_id=decode("quo", quote_id))
        row, frame = found.row, self.frame
        title, tone, icon = QUOTE_STATES[row.state]
        may = self.may(row.place_key)
        offered = {act for act, states in _OFFERED.items() if may and row.state in states}
        if row.needs_approval:
            offered.discard(QuoteAct.SEND)
        names = display_names(actor_ids={one.actor for one in found.steps})
        writer = next(one.actor for one in reversed(found.steps)
                      if one.act in (QuoteAct.MAKE, QuoteAct.CHANGE))  # fmt: skip
        places = [one for one in frame.visible_places if one.company_key == row.company_key]
        context = {
            "row": row,
            "quote_id": quote_id,
            "state": chip(str(title), tone, icon),
            "place": frame.places.get(row.place_key),
            "lines": [_shown(one, row.currency) for one in found.lines],
            "shipping": Money(found.shipping_minor, row.currency),
            "total": Money(row.total_minor, row.currency),
            "note": found.note,
            "steps": [
                (
                    one,
                    *QUOTE_ACTS[one.act],
                    _("Quanqu itself") if one.actor == SYSTEM.id else names.get(one.actor, ""),
                )
                for one in reversed(found.steps)
            ],
            **{f"may_{act.value}": act in offered for act in _OFFERED},
            "may_approve": may and row.needs_approval and writer != frame.person.id,
            "places": places,
            "tenders": due_tenders(),
            "deliveries": [(one.value, DELIVERIES[one])
                           for one in (Delivery.SHIP, Delivery.PICKUP, Delivery.CARRY_OUT)],
            "contact": [(name, WORDS[name]) for name in _CONTACT],
            "order_href": frame.link(reverse("console:order", args=[encode("ord", row.order_id)]))
            if row.order_id
            else "",
        }  # fmt: skip
        return self.page("console/orders/quote.html", context)


class QuoteActs(_QuoteView):
    """Approve, send, accept, reject or order a quote."""

    def post(self, request: HttpRequest, quote_id: str) -> HttpResponse:
        """Do it, or say why it was not done."""
        key, act = decode("quo", quote_id), request.POST.get("act", "")
        found = facade.get_quote(actor=self.frame.person, quote_id=key)
        try:
            if act == QuoteAct.ORDER:
                ordering = self._ordering(found)
                placed = facade.order_quote(
                    actor=self.frame.person, quote_id=key, ordering=ordering, now=self.frame.now
                )
                told = _("The order %(number)s is placed.") % {"number": placed.number}
                messages.success(request, told)
            elif act in (QuoteAct.APPROVE, QuoteAct.SEND, QuoteAct.ACCEPT, QuoteAct.REJECT):
                facade.move_quote(
                    actor=self.frame.person, quote_id=key, act=QuoteAct(act), now=self.frame.now,
                    detail=request.POST.get("detail", "").replace("\0", "").strip()[:_LONGEST],
                )  # fmt: skip
                messages.success(request, str(QUOTE_ACTS[QuoteAct(act)][0]))
        except QuanquError as error:
            messages.error(request, said(error))
        return redirect(self.frame.link(reverse("console:quote", args=[quote_id])))

    def _ordering(self, found: QuoteDetail) -> QuoteOrdering:
        post = self.request.POST
        told = {name: post.get(name, "").replace("\0", "").strip()[:_LONGEST] for name in _CONTACT}
        delivery = post.get("delivery", "")
        refs = {one.id: one.key for one in self.frame.visible_places}
        return QuoteOrdering(
            tenders=(TenderDraft(post.get("tender", "")[:100]),),
            delivery=Delivery(delivery) if delivery in set(Delivery) else Delivery.SHIP,
            pickup_place_key=refs.get(post.get("pickup", ""), found.row.place_key)
            if delivery == Delivery.PICKUP
            else None,
            contact=ContactDraft(**told) if any(told.values()) else None,
        )


def _shown(line: Any, currency: str) -> dict[str, Any]:
    asked = line.asked_minor
    return {
        "line": line,
        "price": Money(line.unit_price_minor, currency),
        "asked": Money(asked, currency) if asked is not None else None,
        "amount": Money(line.amount_minor, currency),
    }


def _said(found: QuoteDetail) -> dict[str, str]:
    currency = found.row.currency
    lines = [
        f"{one.sku}, {one.quantity}, {Money(one.unit_price_minor, currency).amount}"
        for one in found.lines
    ]
    return {
        "place": "",
        "buyer": found.row.buyer,
        "lines": "\n".join(lines),
        "valid_until": found.row.valid_until.isoformat(),
        "shipping": Money(found.shipping_minor, currency).amount,
        "note": found.note,
    }


def _line(
    number: int, row: list[str], known: Mapping[str, int | None], currency: str
) -> QuoteLineDraft:
    field = f"line {number}"
    if len(row) < _PARTS:
        raise QuoteFieldError(field=field, problem="SKU, quantity and price are needed")
    variant = known.get(row[0])
    if variant is None:
        raise QuoteItemError(ref=row[0])
    if not (row[1].isascii() and row[1].isdigit()):
        raise QuoteFieldError(field=field, problem="a quantity is a whole number")
    price = Money.parse(row[2], currency).minor
    return QuoteLineDraft(variant, min(int(row[1]), _LARGEST), price)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        problem = "a day is written as 2026-11-28"
        raise QuoteFieldError(field="valid_until", problem=problem) from None
