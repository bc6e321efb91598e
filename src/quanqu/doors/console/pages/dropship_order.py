"""One order to a supplier: what it says, ships and is asked, told here where it has no program."""

from collections.abc import Callable, Mapping
from datetime import date
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
from quanqu.doors.console.pages.dropship_words import (
    DROP_STEPS,
    REJECT_REASONS,
    dropship_chip,
    line_chip,
    may_dropship,
)
from quanqu.doors.console.pages.fulfilment_words import parcel_chip
from quanqu.kernel.errors import InvalidError, NotAllowedError, RefusedError
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.money import Money
from quanqu.know.org.facade import display_names
from quanqu.sell.dropship import facade
from quanqu.sell.dropship.contracts import (
    ANSWERABLE,
    Answer,
    DropshipAnswerError,
    DropshipDetail,
    DropshipState,
    LineState,
    ParcelTold,
    RejectReason,
)

__all__ = ["DropshipAct", "DropshipOrderPage"]

_SAID_BY_SUPPLIERS: Final = [one for one in RejectReason if one is not RejectReason.NO_OFFER]
_SHIPPING: Final = frozenset({LineState.OPEN, LineState.ACCEPTED})
_LONGEST: Final = 300


class DropshipOrderPage(ConsoleView):
    """An order to a supplier with its lines, its parcels and its story."""

    page_code = "dropship"
    permission = "dropship.view"
    is_detail = True

    def get(self, request: HttpRequest, dropship_id: str) -> HttpResponse:
        """Show it."""
        frame = self.frame
        found = facade.get_order(actor=frame.actor, order_id=decode("dso", dropship_id))
        row = found.row
        may_supply = may_dropship(frame, "dropship.supply", row.place_key)
        may_manage = may_dropship(frame, "dropship.manage", row.place_key)
        is_open = row.state in ANSWERABLE
        context = {
            "found": found,
            "row": row,
            "dropship_id": dropship_id,
            "place": frame.places.get(row.place_key),
            "sold_at": frame.places.get(row.sold_at_key),
            "state": dropship_chip(row.state),
            "lines": [
                (
                    one,
                    line_chip(one.state),
                    REJECT_REASONS[one.reason] if one.reason else "",
                    Money(one.unit_cost_minor, row.currency),
                    one.state in _SHIPPING,
                )
                for one in found.lines
            ],
            "cost": Money(row.cost_minor, row.currency),
            "parcels": [
                (one, encode("pcl", one.id), parcel_chip(one.state))
                for one in facade.parcels_of(order_id=row.order_id, part_no=row.part_no)
            ],
            "may_see_parcels": may_dropship(frame, "fulfilment.view", row.place_key),
            "steps": self._steps(found),
            "order_href": self._order_href(row.order_id),
            "reasons": [(one.value, REJECT_REASONS[one]) for one in _SAID_BY_SUPPLIERS],
            "may_answer": may_supply and row.state is DropshipState.PLACED,
            "may_ship": may_supply and is_open,
            "may_withdraw": may_manage and is_open,
        }
        return self.page("console/dropship/order.html", context)

    def _order_href(self, order_id: UUID) -> str:
        if not self.frame.person.can("orders.view"):
            return ""
        address = reverse("console:order", args=[encode("ord", order_id)])
        return self.frame.link(address)

    def _steps(self, found: DropshipDetail) -> list[tuple[Any, ...]]:
        names = display_names(actor_ids={one.actor for one in found.steps})
        return [(one, *DROP_STEPS[one.step], names.get(one.actor, "")) for one in found.steps]


class DropshipAct(ConsoleView):
    """Answer for the supplier, tell of its parcels, or take the order back."""

    page_code = "dropship"
    permission = "dropship.view"

    def post(self, request: HttpRequest, dropship_id: str) -> HttpResponse:
        """Do it, or say why it was not done."""
        key = decode("dso", dropship_id)
        facade.get_order(actor=self.frame.person, order_id=key)
        act, done = _ACTS.get(request.POST.get("act", ""), (None, ""))
        if act is not None:
            try:
                act(self, key, request.POST)
            except (InvalidError, RefusedError, NotAllowedError) as error:
                messages.error(request, said(error))
            else:
                messages.success(request, str(done))
        return redirect(self.frame.link(reverse("console:dropship_order", args=[dropship_id])))

    def answer(self, key: UUID, post: Mapping[str, str]) -> None:
        """Keep what the supplier says of each line."""
        known = set(_SAID_BY_SUPPLIERS)
        rejected = {
            int(name.removeprefix("line_")): RejectReason(value)
            for name, value in post.items()
            if name.startswith("line_") and name[5:].isdigit() and value in known
        }
        answer = Answer(
            rejected=rejected, promised_on=_day(post), note=post.get("note", "").strip()[:_LONGEST]
        )
        facade.answer_order(
            actor=self.frame.person, order_id=key, answer=answer, now=self.frame.now
        )

    def ship(self, key: UUID, post: Mapping[str, str]) -> None:
        """Keep a parcel; without units, all that has not left is in it."""
        lines = {
            int(name.removeprefix("units_")): int(value)
            for name, value in post.items()
            if name.startswith("units_") and name[6:].isdigit() and _is_count(value)
        }
        parcel = ParcelTold(
            post.get("carrier", "").strip(), post.get("tracking_number", "").strip(), lines
        )
        facade.ship_parcel(actor=self.frame.person, order_id=key, parcel=parcel, now=self.frame.now)

    def withdraw(self, key: UUID, post: Mapping[str, str]) -> None:
        """Take it back."""
        facade.withdraw_order(
            actor=self.frame.person, order_id=key, reason=post.get("reason", "").strip()[:_LONGEST],
            now=self.frame.now,
        )  # fmt: skip


_ACTS: Final[dict[str, tuple[Callable[[DropshipAct, UUID, Mapping[str, str]], None], Promise]]] = {
    "answer": (DropshipAct.answer, _("The answer is kept.")),
    "ship": (DropshipAct.ship, _("The parcel is kept.")),
    "withdraw": (
        DropshipAct.withdraw,
        _("Taken back; its goods ship from elsewhere."),
    ),
}


def _day(post: Mapping[str, str]) -> date | None:
    text = post.get("promised_on", "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise DropshipAnswerError(line="–", problem="the promised day is no day") from None


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < len(text) <= 9 and int(text) > 0
