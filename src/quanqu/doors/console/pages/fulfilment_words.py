"""The words of fulfilment."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quanqu.doors.console.kit.cells import Cell, Tone, chip
from quanqu.doors.console.kit.filters import Option
from quanqu.doors.console.shell.frame import Frame
from quanqu.know.org.contracts import PlaceInfo, PlaceType
from quanqu.sell.checkout.contracts import Delivery
from quanqu.sell.fulfilment.contracts import IdCheck, ListState, ParcelState, PickState

__all__ = [
    "DELIVERIES",
    "ID_CHECKS",
    "LIST_STATES",
    "PARCEL_STATES",
    "PICK_STATES",
    "list_state_chip",
    "may_at",
    "options_of",
    "parcel_chip",
    "pick_chip",
    "place_shown",
    "work_places",
]

Words = tuple[Promise, Tone, str]
PARCEL_STATES: Final[dict[ParcelState, Words]] = {
    ParcelState.PACKED: (pgettext_lazy("parcel", "Packed"), "", "package"),
    ParcelState.LABELLED: (pgettext_lazy("parcel", "Labelled"), "info", "tag"),
    ParcelState.HANDED_OVER: (_("With the carrier"), "info", "truck"),
    ParcelState.IN_TRANSIT: (pgettext_lazy("parcel", "On its way"), "info", "truck"),
    ParcelState.OUT_FOR_DELIVERY: (_("Out for delivery"), "info", "truck"),
    ParcelState.DELIVERED: (pgettext_lazy("parcel", "Delivered"), "good", "check"),
    ParcelState.FAILED: (_("Delivery failed"), "bad", "circle-alert"),
    ParcelState.RETURNED: (pgettext_lazy("parcel", "Came back"), "warn", "undo-2"),
    ParcelState.CANCELLED: (_("Unpacked"), "hollow", "x"),
}
LIST_STATES: Final[dict[ListState, Words]] = {
    ListState.OPEN: (pgettext_lazy("pick list", "Free"), "", "list-checks"),
    ListState.CLAIMED: (_("Being picked"), "info", "user"),
    ListState.DONE: (pgettext_lazy("pick list", "Picked"), "good", "check"),
    ListState.CANCELLED: (_("Given up"), "hollow", "x"),
}
PICK_STATES: Final[dict[PickState, Words]] = {
    PickState.OPEN: (_("To pick"), "", ""),
    PickState.PICKED: (pgettext_lazy("pick list", "Picked"), "good", "check"),
    PickState.SHORT: (_("Too few found"), "bad", "circle-alert"),
    PickState.DROPPED: (_("Not needed any more"), "hollow", "x"),
}
DELIVERIES: Final[dict[Delivery, Promise]] = {
    Delivery.SHIP: _("To send"),
    Delivery.PICKUP: _("To be collected"),
    Delivery.CARRY_OUT: _("Taken along"),
}
ID_CHECKS: Final[dict[IdCheck, Promise]] = {
    IdCheck.NONE: _("Nothing but the code"),
    IdCheck.ID_CARD: _("Identity card"),
    IdCheck.PASSPORT: _("Passport"),
    IdCheck.DRIVING_LICENCE: _("Driving licence"),
    IdCheck.ORDER_EMAIL: _("The e-mail of the order"),
}
_WORKING: Final = frozenset({PlaceType.STORE, PlaceType.WAREHOUSE})


def parcel_chip(state: ParcelState) -> Cell:
    """Return where a parcel stands as a chip."""
    title, tone, icon = PARCEL_STATES[state]
    return chip(str(title), tone, icon)


def list_state_chip(state: ListState) -> Cell:
    """Return where a pick list stands as a chip."""
    title, tone, icon = LIST_STATES[state]
    return chip(str(title), tone, icon)


def pick_chip(state: PickState) -> Cell:
    """Return what became of a line as a chip."""
    title, tone, icon = PICK_STATES[state]
    return chip(str(title), tone, icon)


def work_places(frame: Frame) -> list[PlaceInfo]:
    """Return the places that fulfil: stores and warehouses first, the others after them."""
    return sorted(
        frame.visible_places,
        key=lambda place: (place.details.place_type not in _WORKING, place.name),
    )


def place_shown(frame: Frame) -> PlaceInfo | None:
    """Return the place the address names, else the first that fulfils; None without any."""
    places = work_places(frame)
    wanted = frame.query.get("place", "")
    return next((one for one in places if one.id == wanted), places[0] if places else None)


def may_at(frame: Frame, permission: str, place_key: int) -> bool:
    """Tell whether the reader holds a right at a place."""
    scope = frame.person.scope(permission)
    return scope.everything or place_key in scope.places


def options_of(words: dict[ParcelState, Words] | dict[ListState, Words]) -> list[Option]:
    """Return states as options of a filter."""
    return [Option(code.value, str(told[0])) for code, told in words.items()]
