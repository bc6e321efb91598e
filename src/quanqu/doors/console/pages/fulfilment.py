"""The fulfilment board of a store or warehouse, and its figures."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.fulfilment_words import (
    DELIVERIES,
    may_at,
    place_shown,
    work_places,
)
from quanqu.kernel.errors import InvalidError, RefusedError
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.contracts import Delivery
from quanqu.sell.fulfilment import facade
from quanqu.sell.fulfilment.contracts import Board, BoardCard

__all__ = ["FulfilmentFiguresPage", "FulfilmentPage", "WaveNew"]

_LANES: Final[tuple[tuple[str, Promise, str], ...]] = (
    ("to_pick", _("To pick"), "list-checks"),
    ("picking", _("Picking and packing"), "package"),
    ("ready", _("Ready"), "shopping-bag"),
    ("gone", pgettext_lazy("goods", "Gone today"), "truck"),
)
_LONGEST: Final = 40


class FulfilmentPage(ConsoleView):
    """What a place has to pick, is picking, has ready, and let go today."""

    page_code = "fulfilment"
    permission = "fulfilment.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the board."""
        frame, place = self.frame, place_shown(self.frame)
        asked = request.GET.get("delivery", "")
        delivery = Delivery(asked) if asked in set(Delivery) else None
        context: dict[str, Any] = {
            "tab": "board",
            "place": place,
            "places": work_places(frame),
            "delivery": delivery.value if delivery else "",
            "deliveries": [
                (one.value, DELIVERIES[one]) for one in (Delivery.SHIP, Delivery.PICKUP)
            ],
        }
        if place is not None:
            board = facade.get_board(
                actor=frame.actor, place_id=place.id, now=frame.now, delivery=delivery
            )
            context |= {
                "lanes": self._lanes(board),
                "zone": place.details.time_zone,
                "may_work": may_at(frame, "fulfilment.work", place.key),
            }
        return self.page("console/fulfilment/board.html", context)

    def _lanes(self, board: Board) -> list[dict[str, Any]]:
        shown = []
        for code, title, icon in _LANES:
            column = getattr(board, code)
            count = f"{len(column.cards)}+" if column.has_more else str(len(column.cards))
            shown.append(
                {
                    "code": code,
                    "title": title,
                    "icon": icon,
                    "count": count,
                    "late": column.late,
                    "cards": [(card, self._href(card), DELIVERIES[card.delivery])
                              for card in column.cards],
                }
            )  # fmt: skip
        return shown

    def _href(self, card: BoardCard) -> str:
        path = reverse("console:part_work", args=[encode("ord", card.order_id), card.part_no])
        return self.frame.link(path)


class WaveNew(ConsoleView):
    """Put what is due first on a pick list."""

    page_code = "fulfilment"
    permission = "fulfilment.work"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make it and open it, or say why there is none."""
        place_id, most = request.POST.get("place", ""), request.POST.get("most", "")
        try:
            made = facade.make_pick_list(
                actor=self.frame.person,
                place_id=place_id,
                now=self.frame.now,
                most_parts=int(most) if most.isascii() and most.isdigit() and len(most) < 4 else 20,
                zone=request.POST.get("zone", "").strip()[:_LONGEST],
            )
        except (InvalidError, RefusedError) as error:
            messages.error(request, said(error))
            return redirect(self.frame.link(reverse("console:fulfilment"), place=place_id))
        path = reverse("console:pick_list", args=[encode("pkl", made.id)])
        return redirect(self.frame.link(path))


class FulfilmentFiguresPage(ConsoleView):
    """How well the places in scope fulfil."""

    page_code = "fulfilment"
    permission = "fulfilment.view"
    uses_period = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the figures of the period."""
        frame = self.frame
        found = facade.fulfilment_figures(
            actor=frame.actor, period=frame.period, zone=frame.zone,
            unit_id=frame.scope.id if frame.scope else None,
        )  # fmt: skip
        minutes = None if found.median_pick_s is None else found.median_pick_s / 60
        context = {"tab": "figures", "figures": found, "minutes": minutes}
        return self.page("console/fulfilment/figures.html", context)
