"""The pickup desk: find what waits for somebody, hand it over with the code."""

import re
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.fulfilment_words import (
    ID_CHECKS,
    may_at,
    place_shown,
    work_places,
)
from quanqu.kernel.errors import InvalidError, RefusedError
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.facade import reserve_hours
from quanqu.sell.fulfilment import facade

__all__ = ["PickupsPage", "PickupsRule"]

_LONGEST: Final = 100
_CODE: Final = re.compile(r"[0-9]{6}")


class PickupsPage(ConsoleView):
    """What waits at a place, the longest waiting first."""

    page_code = "fulfilment"
    permission = "fulfilment.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show all that waits."""
        return self._draw("")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show what was searched for: a name is personal and stays out of the address."""
        return self._draw(request.POST.get("q", "")[:_LONGEST])

    def _draw(self, text: str) -> HttpResponse:
        frame, place = self.frame, place_shown(self.frame)
        context: dict[str, Any] = {
            "tab": "pickups", "place": place, "places": work_places(frame), "asked": text,
            "typed_code": text.strip() if _CODE.fullmatch(text.strip()) else "",
        }  # fmt: skip
        if place is not None:
            found = facade.list_pickups(actor=frame.actor, place_id=place.id, text=text)
            context |= {
                "waiting": [
                    (one, reverse("console:part_act", args=[encode("ord", one.order_id),
                                                            one.part_no]),
                     frame.link(reverse("console:part_work",
                                        args=[encode("ord", one.order_id), one.part_no])))
                    for one in found
                ],
                "kept": [
                    (kept, sum(line.quantity for line in kept.lines),
                     frame.link(reverse("console:reservation",
                                        args=[encode("ord", kept.order.id)])))
                    for kept in facade.list_reservations(
                        actor=frame.actor, place_id=place.id, text=text
                    )
                ],
                "reserve_hours": reserve_hours(place_key=place.key),
                "may_set_hours": may_at(frame, "orders.manage", place.key),
                "zone": place.details.time_zone,
                "keep_days": facade.get_keep_days(actor=frame.actor, place_id=place.id),
                "may_work": may_at(frame, "fulfilment.work", place.key),
                "may_set": may_at(frame, "fulfilment.manage", place.key),
                "id_checks": [(code.value, title) for code, title in ID_CHECKS.items()],
            }  # fmt: skip
        return self.page("console/fulfilment/pickups.html", context)


class PickupsRule(ConsoleView):
    """Say for how many days goods wait at a place."""

    page_code = "fulfilment"
    permission = "fulfilment.manage"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Set it, or say why not."""
        place = place_shown(self.frame)
        days = request.POST.get("days", "")
        if place is not None:
            try:
                facade.set_keep_days(
                    actor=self.frame.person,
                    place_key=place.key,
                    days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
                    now=self.frame.now,
                )
                messages.success(request, _("It is kept that long from now on."))
            except (InvalidError, RefusedError) as error:
                messages.error(request, said(error))
        path = reverse("console:pickups")
        return redirect(self.frame.link(path, place=place.id if place else ""))
