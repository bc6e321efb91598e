"""Take goods back: find the order, choose what comes back, read the policy's answer, open it."""

import secrets
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.return_finding import find_orders
from quanqu.doors.console.pages.return_words import SIGNALS, doubt_words, reason_titles
from quanqu.kernel.errors import NotFoundError, QuanquError
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.money import Money, MoneyFormatError
from quanqu.know.org.contracts import PlaceInfo, PlaceType
from quanqu.sell.returns.contracts import ReturnAsk, ReturnDraft, Sale, Verdict
from quanqu.sell.returns.facade import get_policy, get_sale, open_return, preview_return

__all__ = ["ReturnCheck", "ReturnFind", "ReturnOpen"]

_LONGEST: Final = 500
_ONCE: Final = UUID("6f1c2c1e-0f5b-5d4e-9a5b-1f6d6f8f3c11")


class _Desk(ConsoleView):
    """What the steps of taking goods back share: where, which order, what."""

    page_code = "returns"
    permission = "returns.manage"
    is_detail = True

    def places(self) -> list[PlaceInfo]:
        """Return the places the reader may take goods back at."""
        scope = self.frame.actor.scope(self.permission)
        return [
            place
            for place in self.frame.visible_places
            if scope.everything or place.key in scope.places
        ]

    def place(self) -> PlaceInfo | None:
        """Return the place that was chosen, else the first store, else the first of all."""
        places = self.places()
        wanted = self.request.GET.get("at", "")
        chosen = [one for one in places if one.id == wanted]
        stores = [one for one in places if one.details.place_type is PlaceType.STORE]
        return next(iter([*chosen, *stores, *places]), None)

    def total(self, currency: str) -> int | None:
        """Return the total the receipt shows, in minor units; None where it was not told."""
        text = self.request.GET.get("total", "").strip()
        try:
            return Money.parse(text, currency).minor if text else None
        except MoneyFormatError:
            return None


class ReturnFind(_Desk):
    """Find the order: by number, by scan, by the buyer."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the search and what it found."""
        place, text = self.place(), request.GET.get("q", "").strip()[:200]
        found: Sequence[Any] = ()
        if place and text:
            found = find_orders(
                self.frame, text, place, total=self.total(place.currency),
            )  # fmt: skip
        context = {
            "places": self.places(),
            "chosen": place,
            "q": text,
            "total": request.GET.get("total", "")[:24],
            "found": found,
            "is_asked": bool(place and text),
        }
        return self.page("console/returns/find.html", context)


class ReturnOpen(_Desk):
    """Choose what comes back of an order and why; open the return."""

    def get(self, request: HttpRequest, order_id: str) -> HttpResponse:
        """Show the order's goods."""
        return self._draw(order_id, {}, None)

    def post(self, request: HttpRequest, order_id: str) -> HttpResponse:
        """Open the return, or say why not and keep what was chosen."""
        place = self.place()
        if place is None:
            raise NotFoundError(kind="Place", ref=request.GET.get("at", ""))
        sale = self._sale(order_id, place)
        once = request.POST.get("once", "")[:100] or secrets.token_hex(16)
        draft = _draft(
            request, sale, place, self.total(sale.currency),
            uuid5(_ONCE, f"{self.frame.person.id} {order_id} {once}"),
        )  # fmt: skip
        try:
            if not draft.lines:
                messages.error(request, _("Choose at least one unit that comes back."))
                return self._draw(order_id, request.POST, None, status=422)
            made = open_return(actor=self.frame.person, draft=draft, now=self.frame.now)
        except QuanquError as error:
            messages.error(request, said(error))
            return self._draw(order_id, request.POST, self._verdict(draft), status=422)
        messages.success(request, _("The return %(number)s is open.") % {"number": made.number})
        return redirect(self.frame.link(reverse("console:return", args=[encode("ret", made.id)])))

    def _sale(self, order_id: str, place: PlaceInfo) -> Sale:
        key = decode("ord", order_id)
        return get_sale(
            actor=self.frame.person, order_id=key, place_key=place.key,
            proof=self.total(place.currency),
        )  # fmt: skip

    def _verdict(self, draft: ReturnDraft) -> Verdict | None:
        try:
            return preview_return(actor=self.frame.person, draft=draft, now=self.frame.now)
        except QuanquError:
            return None

    def _draw(
        self, order_id: str, told: Any, verdict: Verdict | None, status: int = 200
    ) -> HttpResponse:
        place = self.place()
        if place is None:
            raise NotFoundError(kind="Place", ref="")
        sale = self._sale(order_id, place)
        policy = get_policy(actor=self.frame.person, company_key=sale.company_key).policy
        titles = reason_titles(policy)
        context = {
            "sale": sale,
            "order_id": order_id,
            "chosen": place,
            "sold_at": self.frame.places.get(sale.place_key),
            "paid": Money(sale.paid_minor, sale.currency),
            "left": Money(sale.left_minor, sale.currency),
            "lines": [
                {
                    "line": line,
                    "worth": Money(line.worth_minor, sale.currency),
                    "asked": told.get(f"n-{line.line_no}", ""),
                    "reason": told.get(f"why-{line.line_no}", ""),
                    "note": told.get(f"note-{line.line_no}", ""),
                }
                for line in sale.lines
            ],
            "reasons": [(rule.code, titles[rule.code]) for rule in policy.reasons],
            "told": told,
            "once": told.get("once") or secrets.token_hex(16),
            "total": self.request.GET.get("total", "")[:24],
            "verdict": shown(verdict, sale.currency, names_of(sale), titles) if verdict else None,
        }
        return self.page("console/returns/open.html", context, status=status)


class ReturnCheck(_Desk):
    """What the policy says of what is chosen, beside the form."""

    def post(self, request: HttpRequest, order_id: str) -> HttpResponse:
        """Show the answer with the money, or why there is none."""
        place = self.place()
        if place is None:
            raise NotFoundError(kind="Place", ref="")
        context: dict[str, Any] = {"verdict": None, "problem": ""}
        try:
            sale = get_sale(
                actor=self.frame.person, order_id=decode("ord", order_id), place_key=place.key,
                proof=self.total(place.currency),
            )  # fmt: skip
            draft = _draft(request, sale, place, self.total(sale.currency), uuid5(_ONCE, "check"))
            if draft.lines:
                policy = get_policy(actor=self.frame.person, company_key=sale.company_key).policy
                told = preview_return(actor=self.frame.person, draft=draft, now=self.frame.now)
                context["verdict"] = shown(
                    told, sale.currency, names_of(sale), reason_titles(policy)
                )
        except NotFoundError:
            raise
        except QuanquError as error:
            context["problem"] = said(error)
        return self.page("console/returns/verdict.html", context)


def shown(
    verdict: Verdict, currency: str, names: dict[int, str], reasons: dict[str, str]
) -> dict[str, Any]:
    """Return what a policy says as the page shows it; `names` are those of the order's lines."""

    def money(amount: int) -> Money:
        return Money(amount, currency)

    doubts = [f"{one.code} {one.value}" for one in verdict.doubts]
    return {
        "is_allowed": verdict.is_allowed,
        "keeps_goods": verdict.keeps_goods,
        "is_capped": verdict.is_capped,
        "goods": money(verdict.goods_minor),
        "fee": money(-verdict.fee_minor) if verdict.fee_minor else None,
        "label": money(-verdict.label_minor) if verdict.label_minor else None,
        "shipping": money(verdict.shipping_minor) if verdict.shipping_minor else None,
        "refund": money(verdict.refund_minor),
        "doubts": doubt_words(doubts, currency, reasons),
        "signals": [str(SIGNALS[one]) for one in verdict.signals],
        "lines": [
            {
                "name": names.get(one.line_no, ""),
                "quantity": one.quantity,
                "goods": money(one.goods_minor),
                "until": one.until,
                "problems": doubt_words(
                    [f"{why.code} {why.value}" for why in one.problems], currency, reasons
                ),
            }
            for one in verdict.lines
        ],
    }


def names_of(sale: Sale) -> dict[int, str]:
    """Return what the lines of an order are called."""
    return {line.line_no: line.name or line.sku for line in sale.lines}


def _draft(
    request: HttpRequest, sale: Sale, place: PlaceInfo, proof: int | None, return_id: UUID
) -> ReturnDraft:
    told = request.POST
    asks = []
    for line in sale.lines:
        text = told.get(f"n-{line.line_no}", "").strip()
        if text.isascii() and text.isdecimal() and len(text) <= 7 and int(text):
            asks.append(
                ReturnAsk(
                    line.line_no, int(text), told.get(f"why-{line.line_no}", "")[:40],
                    told.get(f"note-{line.line_no}", "")[:_LONGEST],
                )
            )  # fmt: skip
    return ReturnDraft(
        id=return_id,
        order_id=sale.order_id,
        place_key=place.key,
        lines=tuple(asks),
        proof=proof,
        by_parcel=told.get("by_parcel") == "yes",
        has_receipt=told.get("no_receipt") != "yes",
        is_exception=told.get("exception") == "yes",
        note=told.get("note", "")[:_LONGEST],
    )
