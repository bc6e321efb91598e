"""One reservation at the desk: what was tried, what is bought of it and how that is paid."""

import re
import secrets
from typing import Final
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.fulfilment_words import may_at, place_shown
from quanqu.doors.console.pages.order_edit import due_tenders
from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError
from quanqu.kernel.ids import decode
from quanqu.kernel.money import Money
from quanqu.sell.checkout.contracts import (
    LiveState,
    ReservationError,
    ReservationView,
    ReservedPurchase,
    TenderDraft,
)
from quanqu.sell.checkout.facade import set_reserve_hours
from quanqu.sell.fulfilment import facade

__all__ = ["ReservationPage", "ReserveRulePage"]

_ROWS: Final = (1, 2, 3)
_LONGEST: Final = 24
_ONCE: Final = re.compile(r"[0-9a-f]{32}")
_UNITS: Final = re.compile(r"n-([0-9]{1,4})")


class ReservationPage(ConsoleView):
    """Goods that somebody reserved and tries: count what is bought, take the money, hand over."""

    page_code = "fulfilment"
    permission = "fulfilment.view"
    is_detail = True

    def get(self, request: HttpRequest, reservation_id: str) -> HttpResponse:
        """Show it with all of it to be bought."""
        return self._draw(reservation_id, QueryDict())

    def post(self, request: HttpRequest, reservation_id: str) -> HttpResponse:
        """Count what is bought, sell it, or end it with nothing bought; a refusal is told."""
        act = request.POST.get("act", "")
        if act not in ("buy", "nothing"):
            return self._draw(reservation_id, request.POST, is_counted=act == "count")
        key = decode("ord", reservation_id)
        currency = facade.reserved_currency(actor=self.frame.person, order_id=key)
        try:
            purchase = self._purchase(key, request.POST, currency, is_bought=act == "buy")
            sold = facade.buy_at_desk(
                actor=self.frame.person, purchase=purchase, now=self.frame.now
            )
        except (InvalidError, RefusedError, NotFoundError) as error:
            return self._refused(reservation_id, request, error)
        if sold.state is LiveState.COMPLETED:
            messages.success(request, _("It is paid and handed over; the rest is free again."))
        else:
            messages.success(request, _("Nothing was bought: the goods are free again."))
        return redirect(self._desk(sold.pickup_place_key))

    def _refused(
        self,
        reservation_id: str,
        request: HttpRequest,
        error: InvalidError | RefusedError | NotFoundError,
    ) -> HttpResponse:
        """Tell why not where it was typed; at the desk, where it is over."""
        try:
            found = facade.get_reservation(
                actor=self.frame.person, order_id=decode("ord", reservation_id)
            )
        except NotFoundError:
            found = None
        is_over = found is None or found.order.state is not LiveState.AWAITING_PAYMENT
        if isinstance(error, ReservationError) and is_over:
            messages.error(request, said(error))
            return redirect(self._desk(found.order.pickup_place_key if found else None))
        return self._draw(reservation_id, request.POST, is_counted=True, mistake=said(error))

    def _purchase(
        self, order_id: UUID, post: QueryDict, currency: str, *, is_bought: bool
    ) -> ReservedPurchase:
        """Return what was typed; what is counted is paid, and nothing else.

        Raises: MoneyFormatError.
        """
        once = post.get("once", "")
        name = once if _ONCE.fullmatch(once) else secrets.token_hex(16)
        tenders: list[TenderDraft] = []
        if is_bought:
            asked = [
                (post.get(f"tender-{row}", "")[:100], post.get(f"amount-{row}", "").strip())
                for row in _ROWS
            ]
            parts = [
                Money.parse(amount[:_LONGEST], currency).minor if amount else None
                for tender, amount in asked
                if tender
            ]
            counted = Money.parse(post.get("counted", "")[:_LONGEST] or "0", currency).minor
            rest = counted - sum(part for part in parts if part is not None)
            if parts.count(None) == 1:  # the money in the drawer is what the page said
                parts = [rest if part is None else part for part in parts]
            kinds = [tender for tender, _amount in asked if tender]
            tenders = [
                TenderDraft(kind, part)
                for kind, part in zip(kinds, parts, strict=True)
                if part != 0
            ]
        return ReservedPurchase(
            id=uuid5(order_id, f"{self.frame.person.id} {name}"),
            order_id=order_id,
            quantities=_units(post) if is_bought else {},
            tenders=tuple(tenders),
            pickup_code=post.get("code", "").strip()[:20],
        )

    def _draw(
        self,
        reservation_id: str,
        post: QueryDict,
        *,
        is_counted: bool = False,
        mistake: str = "",
    ) -> HttpResponse:
        frame = self.frame
        found = facade.get_reservation(actor=frame.person, order_id=decode("ord", reservation_id))
        order = found.order
        place = frame.places[order.pickup_place_key or order.place_key]
        is_open = order.state is LiveState.AWAITING_PAYMENT and (
            order.pay_until is not None and order.pay_until > frame.now
        )
        typed = _units(post) if any(_UNITS.fullmatch(name) for name in post) else None
        total = _total(found, typed)
        once = post.get("once", "")
        context = {
            "reservation_id": reservation_id,
            "order": order,
            "name": found.name,
            "place": place,
            "zone": place.details.time_zone,
            "is_open": is_open,
            "may_sell": is_open and may_at(frame, "fulfilment.work", place.key),
            "lines": [
                {
                    "line": line,
                    "units": line.quantity if typed is None else typed.get(line.line_no, 0),
                    "price": Money(line.unit_price_minor, order.currency),
                }
                for line in found.lines
            ],
            "total": total,
            "mistake": mistake,
            "is_counted": is_counted and total.minor > 0,
            "code": post.get("code", "")[:20],
            "once": once if _ONCE.fullmatch(once) else secrets.token_hex(16),
            "tenders": due_tenders(),
            "rows": [
                (row, post.get(f"tender-{row}", ""), post.get(f"amount-{row}", "")[:_LONGEST])
                for row in _ROWS
            ],
        }  # fmt: skip
        return self.page("console/fulfilment/reservation.html", context, 422 if mistake else 200)

    def _desk(self, place_key: int | None) -> str:
        place = self.frame.places.get(place_key or 0)
        return self.frame.link(reverse("console:pickups"), place=place.id if place else "")


class ReserveRulePage(ConsoleView):
    """Say for how many hours a store keeps what is to be tried."""

    page_code = "fulfilment"
    permission = "orders.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Set it, or say why not."""
        place = place_shown(self.frame)
        hours = request.POST.get("hours", "").strip()
        if place is not None:
            try:
                set_reserve_hours(
                    actor=self.frame.person,
                    place_key=place.key,
                    hours=int(hours) if re.fullmatch(r"[0-9]{1,4}", hours) else 0,
                    now=self.frame.now,
                )
                messages.success(request, _("Reservations are kept that long from now on."))
            except (InvalidError, RefusedError, NotFoundError) as error:
                messages.error(request, said(error))
        path = reverse("console:pickups")
        return redirect(self.frame.link(path, place=place.id if place else ""))


def _units(post: QueryDict) -> dict[int, int]:
    """Return units by line as they were typed; what is no number is below zero, and refused."""
    units = {}
    for name in post:
        if found := _UNITS.fullmatch(name):
            text = (post.get(name) or "0").strip() or "0"
            units[int(found.group(1))] = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1
    return units


def _total(found: ReservationView, typed: dict[int, int] | None) -> Money:
    minor = sum(
        line.unit_price_minor
        * (line.quantity if typed is None else max(typed.get(line.line_no, 0), 0))
        for line in found.lines
    )
    return Money(minor, found.order.currency)
