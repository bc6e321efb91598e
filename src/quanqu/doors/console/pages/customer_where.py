"""Which of the group's own places a customer is near to, in words."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.rules.numbers import decimal_text
from quanqu.doors.console.shell.frame import Frame
from quanqu.know.customers.contracts import LocatedBy, Whereabouts
from quanqu.know.org.contracts import PlaceInfo

__all__ = ["Where", "where_of"]

_KNOWN_BY: Final[dict[LocatedBy, Promise]] = {
    LocatedBy.COORDINATES: _("coordinates that a source told"),
    LocatedBy.PLACE_POSTCODE: _("the postcode, which is a place's own"),
    LocatedBy.CATCHMENT_POSTCODE: _("the postcode, which a catchment names"),
}


@dataclass(frozen=True, slots=True)
class Where:
    """The nearest store with its distance, the catchments, and by what they are known."""

    nearest: PlaceInfo | None
    distance: str
    catchments: tuple[PlaceInfo, ...]
    known_by: Promise | str


def where_of(frame: Frame, told: Whereabouts) -> Where:
    """Return what the page of a customer shows."""
    places = frame.places
    nearest = None if told.nearest_store is None else places.get(told.nearest_store)
    return Where(
        nearest,
        "" if told.nearest_km is None else decimal_text(told.nearest_km),
        tuple(places[key] for key in told.catchments if key in places),
        "" if told.located_by is None else _KNOWN_BY[told.located_by],
    )
