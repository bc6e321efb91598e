"""Parcels: what is packed, on its way, delivered."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from quanqu.doors.console.kit.cells import Cell, day_cell, moment_cell, text_cell
from quanqu.doors.console.kit.columns import Column
from quanqu.doors.console.kit.filters import Asked, Filter
from quanqu.doors.console.kit.lists import Empty, ListView, Total
from quanqu.doors.console.pages.fulfilment_words import PARCEL_STATES, options_of, parcel_chip
from quanqu.doors.console.pages.options import place_options
from quanqu.doors.console.shell.frame import Frame
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.kernel.time import local_date
from quanqu.sell.fulfilment.contracts import ParcelFilters, ParcelState, ParcelView
from quanqu.sell.fulfilment.facade import count_parcels, list_parcels

__all__ = ["ParcelsPage"]

_OVER = (ParcelState.DELIVERED, ParcelState.RETURNED, ParcelState.CANCELLED)


def _title(row: ParcelView, frame: Frame) -> Cell:
    return text_cell(f"{row.order_number} #{row.number}", sub=row.tracking_no)


def _place(row: ParcelView, frame: Frame) -> Cell:
    place = frame.places.get(row.place_key)
    return text_cell(place.name if place else "")


def _expected(row: ParcelView, frame: Frame) -> Cell:
    told = day_cell(row.expected_on, frame.language)
    today = local_date(frame.now, frame.zone)
    is_late = row.expected_on is not None and row.expected_on < today and row.state not in _OVER
    if is_late and row.left_at is not None:
        return Cell(told.text, tone="bad", icon="clock", is_chip=True, plain=row.expected_on)
    return told


def _left(row: ParcelView, frame: Frame) -> Cell:
    return moment_cell(row.left_at, now=frame.now, zone=frame.zone, language=frame.language)


def _delivered(row: ParcelView, frame: Frame) -> Cell:
    return moment_cell(row.delivered_at, now=frame.now, zone=frame.zone, language=frame.language)


class ParcelsPage(ListView):
    """The parcels of the places in scope, the newest first."""

    page_code = "fulfilment"
    views_code = "parcels"
    permission = "fulfilment.view"
    title = pgettext_lazy("goods", "Parcels")
    lede = gettext_lazy("What is packed, on its way and delivered.")
    search_label = gettext_lazy("Tracking number")
    empty = Empty(
        "package",
        gettext_lazy("No parcels yet"),
        gettext_lazy(
            "A parcel is packed from what was picked, gets a label from a carrier, and is followed "
            "to the door. Begin at the board of a store or warehouse."
        ),
        gettext_lazy("Open the board"),
        "console:fulfilment",
        "fulfilment.view",
    )
    filters = (
        Filter("state", gettext_lazy("State"), options=lambda frame: options_of(PARCEL_STATES)),
        Filter("place", gettext_lazy("Place"), options=place_options, is_single=True),
    )
    columns = (
        Column("parcel", gettext_lazy("Parcel"), _title, is_title=True),
        Column("state", gettext_lazy("State"), lambda row, frame: parcel_chip(row.state)),
        Column("place", pgettext_lazy("parcel", "From"), _place),
        Column("carrier", gettext_lazy("Carrier"), lambda row, frame: text_cell(row.carrier_name)),
        Column("left", gettext_lazy("Left"), _left),
        Column("expected", gettext_lazy("Expected"), _expected),
        Column("delivered", pgettext_lazy("parcel", "Delivered"), _delivered),
    )

    def fetch(self, asked: Asked, cursor: str | None, limit: int) -> Page[Any]:
        """Return a page of parcels."""
        return list_parcels(
            actor=self.frame.actor, filters=self._filters(asked), cursor=cursor, limit=limit
        )

    def count(self, asked: Asked) -> Total:
        """Return how many parcels match."""
        return Total(count_parcels(actor=self.frame.actor, filters=self._filters(asked)))

    def _filters(self, asked: Asked) -> ParcelFilters:
        known = set(ParcelState)
        return ParcelFilters(
            unit_id=asked.one("place"),
            states=tuple(ParcelState(one) for one in asked.many("state") if one in known),
            tracking_no=asked.text.strip(),
        )

    def head(self, asked: Asked) -> dict[str, Any]:
        """Stand among the pages of fulfilment."""
        return {"above_template": "console/fulfilment/tabs.html", "tab": "parcels"}

    def identify(self, row: ParcelView) -> str:
        """Return the parcel's outside id."""
        return encode("pcl", row.id)

    def href(self, row: ParcelView) -> str:
        """Return the address of a parcel."""
        return reverse("console:parcel", args=[self.identify(row)])
