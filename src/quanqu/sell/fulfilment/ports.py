"""What this room needs of a carrier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from quanqu.sell.fulfilment.contracts import Measures, Offer, ParcelState, QuoteAsk, TariffView

__all__ = [
    "Address",
    "Carrier",
    "CarrierAccess",
    "Consignment",
    "Shipment",
    "TrackingFact",
]


@dataclass(frozen=True, slots=True)
class CarrierAccess:
    """A carrier of a company as its adapter uses it; `tariffs` are those in force."""

    id: UUID
    code: str
    name: str
    settings: Mapping[str, str]
    secret: bytes
    tariffs: tuple[TariffView, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """Who sends or gets a parcel, and where."""

    name: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Consignment:
    """A parcel to hand to a carrier.  `serial` is its own; asked again, nothing changes."""

    parcel_id: UUID
    serial: int
    service: str
    service_name: str
    sender: Address
    recipient: Address
    measures: Measures
    reference: str
    number: int
    packed_on: date


@dataclass(frozen=True, slots=True)
class Shipment:
    """A carrier knows of a parcel: its number, and the label as PDF."""

    tracking_no: str
    label: bytes


@dataclass(frozen=True, slots=True)
class TrackingFact:
    """What a carrier tells of a parcel.  `photo_sha256`: the digest of a picture it keeps."""

    event_id: str
    tracking_no: str
    state: ParcelState
    at: datetime
    location: str = ""
    detail: str = ""
    signed_by: str = ""
    photo_sha256: str = ""


class Carrier(Protocol):
    """An adapter: it knows how a carrier prices, labels and tells, and decides nothing.

    It answers at once, without the network: it is asked within a transaction.
    """

    settings: frozenset[str]
    """The settings an account of it may have."""

    def check(self, settings: Mapping[str, str]) -> str:
        """Return what is wrong with an account's settings, in words; empty when nothing is."""

    def quote(
        self, access: CarrierAccess, asked: Sequence[QuoteAsk], *, today: date
    ) -> list[list[Offer]]:
        """Price many parcels at once; for each the offers of every service that takes it."""

    def ship(self, access: CarrierAccess, consignment: Consignment) -> Shipment:
        """Make a shipment of a parcel."""

    def cancel(self, access: CarrierAccess, tracking_no: str) -> None:
        """Call a shipment off that was not handed over."""

    def read_notice(
        self, access: CarrierAccess, headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> tuple[TrackingFact, ...]:
        """Check and read what a carrier tells by itself.

        Raises: TrackingSignatureError, TrackingContentError.
        """
