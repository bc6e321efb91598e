"""What fulfilment refuses, and why."""

from quanqu.kernel.errors import InvalidError, NotAllowedError, NotFoundError, RefusedError

__all__ = [
    "CarrierFieldError",
    "CarrierNotFoundError",
    "FulfilmentPlaceError",
    "NoAddressError",
    "NoOfferError",
    "NothingToPickError",
    "ParcelFieldError",
    "ParcelNotFoundError",
    "ParcelStateError",
    "PartWorkError",
    "PartWorkNotFoundError",
    "PickLineError",
    "PickListNotFoundError",
    "PickListStateError",
    "ReservationNotFoundError",
    "TariffError",
    "TrackingContentError",
    "TrackingSignatureError",
]


class CarrierNotFoundError(NotFoundError):
    """No such carrier, or none this actor may know of."""

    code = "fulfilment.carrier_not_found"
    template = "No carrier {ref} was found."


class CarrierFieldError(InvalidError):
    """Something told of a carrier cannot be."""

    code = "fulfilment.carrier"
    template = "The {field} of the carrier is wrong: {problem}."


class TariffError(InvalidError):
    """Prices that do not make a tariff."""

    code = "fulfilment.tariff"
    template = "The tariff is wrong at {at}: {problem}."


class FulfilmentPlaceError(NotFoundError):
    """No such place, or none this actor may know of."""

    code = "fulfilment.place_not_found"
    template = "No place {ref} was found."


class TrackingSignatureError(NotAllowedError):
    """What was told of parcels is not signed by the carrier, or not just now."""

    code = "fulfilment.tracking_signature"
    template = "This is not signed by the carrier of this account."


class TrackingContentError(InvalidError):
    """What was told of parcels is signed and cannot be read."""

    code = "fulfilment.tracking_content"
    template = "The tracking notice cannot be read: {problem}."


class NothingToPickError(RefusedError):
    """No part at the place waits to be put on a list."""

    code = "fulfilment.nothing_to_pick"
    template = "Nothing waits to be picked at {place}."


class PickListNotFoundError(NotFoundError):
    """No such pick list, or none this actor may know of."""

    code = "fulfilment.pick_list_not_found"
    template = "No pick list {ref} was found."


class PickListStateError(RefusedError):
    """The pick list stands where this cannot follow, or is somebody else's."""

    code = "fulfilment.pick_list_state"
    template = "The pick list is {state}{picker}; this cannot be done."


class PickLineError(RefusedError):
    """A line of a pick list does not allow this."""

    code = "fulfilment.pick_line"
    template = "The line {line} cannot be picked so: {problem}."


class PartWorkError(RefusedError):
    """A part of an order does not allow this."""

    code = "fulfilment.part"
    template = "Part {part} of the order {ref}: {problem}."


class PartWorkNotFoundError(NotFoundError):
    """No such part of an order, or none this actor may know of."""

    code = "fulfilment.part_not_found"
    template = "No part {part} of an order {ref} was found."


class ParcelNotFoundError(NotFoundError):
    """No such parcel, or none this actor may know of."""

    code = "fulfilment.parcel_not_found"
    template = "No parcel {ref} was found."


class ParcelStateError(RefusedError):
    """The parcel stands where this cannot follow."""

    code = "fulfilment.parcel_state"
    template = "The parcel is {state}; this cannot be done."


class ParcelFieldError(InvalidError):
    """Something told of a parcel cannot be."""

    code = "fulfilment.parcel"
    template = "The {field} of the parcel is wrong: {problem}."


class NoOfferError(RefusedError):
    """The carrier does not take this parcel by that service."""

    code = "fulfilment.no_offer"
    template = "The service {service} does not take this parcel."


class NoAddressError(RefusedError):
    """Nobody told where the goods go."""

    code = "fulfilment.no_address"
    template = "The order {ref} has no address to send to."


class ReservationNotFoundError(NotFoundError):
    """Nothing is reserved so, or nothing this actor may know of."""

    code = "fulfilment.reservation_not_found"
    template = "No reservation {ref} was found."
