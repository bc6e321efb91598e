"""One part of an order at its place: pack it, label it, hand it over."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.fulfilment_words import (
    DELIVERIES,
    ID_CHECKS,
    may_at,
    parcel_chip,
)
from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import local_date
from quanqu.sell.checkout.contracts import Delivery, PartState
from quanqu.sell.fulfilment import facade
from quanqu.sell.fulfilment.contracts import (
    IdCheck,
    Measures,
    PackDraft,
    ParcelState,
    ParcelView,
    PartDetail,
)

__all__ = ["PartAct", "PartWorkPage"]

_OPEN: Final = frozenset({PartState.WAITING, PartState.PICKING, PartState.READY})
_PACKABLE: Final = frozenset({PartState.PICKING, PartState.READY})
_LARGEST: Final = 9
_DONE: Final[dict[str, Promise]] = {
    "pack": _("The parcel is packed."),
    "unpack": _("The parcel is opened."),
    "label": _("The label is ready."),
    "dispatch": _("The parcels are with their carriers."),
    "ready": _("The goods wait on their shelf."),
    "pickup": _("The goods are handed over."),
}


class PartWorkPage(ConsoleView):
    """A part with its lines, its parcels and what is to be done next."""

    page_code = "fulfilment"
    permission = "fulfilment.view"
    is_detail = True

    def get(self, request: HttpRequest, live_order_id: str, part_no: int) -> HttpResponse:
        """Show it."""
        frame = self.frame
        found = facade.get_part(
            actor=frame.actor, order_id=decode("ord", live_order_id), part_no=part_no,
            now=frame.now,
        )  # fmt: skip
        place, card = frame.places[found.place_key], found.card
        is_sent = card.delivery is Delivery.SHIP
        may_work = may_at(frame, "fulfilment.work", found.place_key)
        is_whole = card.state in _PACKABLE and not found.left and bool(found.parcels)
        context = {
            "card": card,
            "place": place,
            "zone": place.details.time_zone,
            "order_id": live_order_id,
            "delivery": DELIVERIES[card.delivery],
            "is_sent": is_sent,
            "lines": self._lines(found),
            "parcels": [self._parcel(one) for one in found.parcels],
            "carriers": self._services(found) if may_work else [],
            "once": secrets.token_hex(16),
            "may_pack": may_work and is_sent and card.state in _PACKABLE
            and any(units > 0 and line_no not in found.unpicked
                    for line_no, units in found.left.items()),
            "may_dispatch": may_work and is_sent and is_whole
            and all(one.state is ParcelState.LABELLED for one in found.parcels),
            "may_ready": may_work and card.delivery is Delivery.PICKUP
            and card.state in _OPEN and not found.unpicked,
            "may_hand": may_work and card.delivery is Delivery.PICKUP
            and card.state is PartState.READY,
            "may_change": may_work and card.state in _PACKABLE,
            "needs_list": card.state is PartState.WAITING,
            "id_checks": [(code.value, title) for code, title in ID_CHECKS.items()],
            "order_href": self._order_href(live_order_id),
        }  # fmt: skip
        return self.page("console/fulfilment/part.html", context)

    def _lines(self, found: PartDetail) -> list[dict[str, Any]]:
        return [
            {
                "line": line,
                "left": max(found.left.get(line.line_no, 0), 0),
                "is_unpicked": line.line_no in found.unpicked,
            }
            for line in found.card.lines
        ]

    def _parcel(self, one: ParcelView) -> dict[str, Any]:
        cost = None if one.cost_minor is None else Money(one.cost_minor, one.currency)
        return {
            "parcel": one,
            "id": encode("pcl", one.id),
            "state": parcel_chip(one.state),
            "cost": cost,
            "is_packed": one.state is ParcelState.PACKED,
            "may_open": one.state in (ParcelState.PACKED, ParcelState.LABELLED),
        }

    def _services(self, found: PartDetail) -> list[tuple[str, str]]:
        """Return the services of the company's carriers by what a form sends."""
        found_services = facade.list_services(
            actor=self.frame.person,
            company_key=found.company_key,
            today=local_date(self.frame.now, self.frame.zone),
        )
        return [
            (f"{encode('cac', one.id)} {service}", f"{one.name} · {name}")
            for one, service, name in found_services
        ]

    def _order_href(self, live_order_id: str) -> str:
        if not self.frame.person.can("orders.view"):
            return ""
        return self.frame.link(reverse("console:order", args=[live_order_id]))


class PartAct(ConsoleView):
    """Pack, unpack, label, hand over."""

    page_code = "fulfilment"
    permission = "fulfilment.work"

    def post(self, request: HttpRequest, live_order_id: str, part_no: int) -> HttpResponse:
        """Do what the button says; a refusal is told on the part's page."""
        post = request.POST
        order_id = decode("ord", live_order_id)
        facade.get_part(
            actor=self.frame.person, order_id=order_id, part_no=part_no, now=self.frame.now
        )
        told: dict[str, Any] = {"actor": self.frame.person, "now": self.frame.now}
        part = told | {"order_id": order_id, "part_no": part_no}
        parcel_id = post.get("parcel", "")
        carrier_id, _space, service = post.get("service", "").partition(" ")
        acts: dict[str, Callable[[], object]] = {
            "pack": lambda: facade.pack_parcel(**told, draft=_draft(post, order_id, part_no)),
            "unpack": lambda: facade.unpack_parcel(**told, parcel_id=parcel_id),
            "label": lambda: facade.label_parcel(
                **told, parcel_id=parcel_id, carrier_id=carrier_id, service=service
            ),
            "dispatch": lambda: facade.hand_over_parcels(**part),
            "ready": lambda: facade.make_ready(**part, shelf=post.get("shelf", "")),
            "pickup": lambda: facade.hand_over_pickup(
                **part,
                pickup_code=post.get("code", "").strip()[:20],
                id_check=_check(post.get("id_check", "")),
            ),
        }
        act = post.get("act", "")
        try:
            if act in acts:
                acts[act]()
                messages.success(request, str(_DONE[act]))
        except (InvalidError, RefusedError, NotFoundError) as error:
            messages.error(request, said(error))
        path = reverse("console:part_work", args=[live_order_id, part_no])
        return redirect(self.frame.link(path))


def _draft(post: Mapping[str, str], order_id: UUID, part_no: int) -> PackDraft:
    lines = {
        int(name.removeprefix("units-")): _number(text)
        for name, text in post.items()
        if name.startswith("units-") and name[6:].isdecimal() and len(name) <= 6 + _LARGEST
        and text.strip() not in ("", "0")
    }  # fmt: skip
    once = post.get("once", "")
    is_name = len(once) == 32 and all(one in "0123456789abcdef" for one in once)
    sides = (_number(post.get(name, "") or "0") for name in ("length", "width", "height"))
    return PackDraft(
        id=UUID(once if is_name else secrets.token_hex(16)),
        order_id=order_id,
        part_no=part_no,
        lines=lines,
        measures=Measures(_number(post.get("weight", "")), *(side * 10 for side in sides)),
    )


def _number(text: str) -> int:
    """Read a number; what is none is below zero, which the room refuses."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LARGEST else -1


def _check(text: str) -> IdCheck:
    return IdCheck(text) if text in set(IdCheck) else IdCheck.NONE
