"""One parcel: what is in it, its label, and the way it went."""

import secrets
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from quanqu.doors.console.kit.refusal_words import said
from quanqu.doors.console.kit.views import ConsoleView
from quanqu.doors.console.pages.fulfilment_words import PARCEL_STATES, may_at, parcel_chip
from quanqu.kernel.errors import InvalidError, RefusedError
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.sell.fulfilment import facade
from quanqu.sell.fulfilment.contracts import ParcelState

__all__ = ["ParcelAct", "ParcelLabel", "ParcelPage"]

_TOLD: Final = (
    ParcelState.IN_TRANSIT,
    ParcelState.OUT_FOR_DELIVERY,
    ParcelState.DELIVERED,
    ParcelState.FAILED,
    ParcelState.RETURNED,
)
_LONGEST: Final = 300


class ParcelPage(ConsoleView):
    """A parcel with its timeline."""

    page_code = "fulfilment"
    permission = "fulfilment.view"
    is_detail = True

    def get(self, request: HttpRequest, parcel_id: str) -> HttpResponse:
        """Show it."""
        frame = self.frame
        found = facade.get_parcel(actor=frame.actor, parcel_id=parcel_id)
        row = found.parcel
        may_work = may_at(frame, "fulfilment.work", row.place_key)
        part = reverse("console:part_work", args=[encode("ord", row.order_id), row.part_no])
        context = {
            "found": found,
            "row": row,
            "parcel_id": parcel_id,
            "place": frame.places.get(row.place_key),
            "state": parcel_chip(row.state),
            "cost": None if row.cost_minor is None else Money(row.cost_minor, row.currency),
            "kilograms": f"{row.measures.weight_g / 1000:.3f}",
            "part_href": frame.link(part),
            "events": [(one, *PARCEL_STATES[one.state]) for one in found.events],
            "may_label": may_work and row.has_label,
            "may_note": may_work and row.left_at is not None,
            "told": [(one.value, PARCEL_STATES[one][0]) for one in _TOLD],
            "once": secrets.token_hex(16),
        }
        return self.page("console/fulfilment/parcel.html", context)


class ParcelLabel(ConsoleView):
    """The label, to print."""

    page_code = "fulfilment"
    permission = "fulfilment.work"

    def get(self, request: HttpRequest, parcel_id: str) -> HttpResponse:
        """Send the label as PDF."""
        label = facade.get_label(actor=self.frame.actor, parcel_id=parcel_id)
        answer = HttpResponse(label, content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="{parcel_id}.pdf"'
        answer["Cache-Control"] = "no-store"
        return answer


class ParcelAct(ConsoleView):
    """Tell what became of a parcel."""

    page_code = "fulfilment"
    permission = "fulfilment.work"

    def post(self, request: HttpRequest, parcel_id: str) -> HttpResponse:
        """Book it, or say why not."""
        post = request.POST
        facade.get_parcel(actor=self.frame.person, parcel_id=parcel_id)
        state = post.get("state", "")
        try:
            facade.note_parcel(
                actor=self.frame.person,
                parcel_id=parcel_id,
                event_id=post.get("once", "")[:40] or secrets.token_hex(16),
                state=ParcelState(state) if state in set(ParcelState) else ParcelState.PACKED,
                now=self.frame.now,
                detail=post.get("detail", "").strip()[:_LONGEST],
                signed_by=post.get("signed_by", "").strip()[:_LONGEST],
            )
            messages.success(request, _("It is in the parcel's story."))
        except (InvalidError, RefusedError) as error:
            messages.error(request, said(error))
        return redirect(self.frame.link(reverse("console:parcel", args=[parcel_id])))
