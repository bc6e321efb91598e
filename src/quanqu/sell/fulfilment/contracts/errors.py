"""What fulfilment refuses, and why."""

from quanqu.kernel.errors import InvalidError, NotAllowedError, NotFoundError

__all__ = [
    "CarrierFieldError",
    "CarrierNotFoundError",
    "FulfilmentPlaceError",
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
