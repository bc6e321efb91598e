"""Carriers of a company, what they ask, and offers for parcels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from quanqu.sell.fulfilment.contracts.words import SurchargeKind, SurchargeWhen

__all__ = [
    "Area",
    "CarrierDraft",
    "CarrierView",
    "Destination",
    "Measures",
    "Offer",
    "QuoteAsk",
    "RejectedRow",
    "Step",
    "Surcharge",
    "TariffDraft",
    "TariffFile",
    "TariffImport",
    "TariffTable",
    "TariffView",
    "ZoneTerms",
]


@dataclass(frozen=True, slots=True)
class CarrierDraft:
    """A carrier a company works with.  `carrier`: the adapter that speaks for it."""

    company_key: int
    code: str
    name: str
    carrier: str = "table"
    settings: Mapping[str, str] = field(default_factory=dict)
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class CarrierView:
    """A carrier of a company."""

    id: UUID
    key: int
    company_key: int
    code: str
    name: str
    carrier: str
    settings: Mapping[str, str]
    is_active: bool
    has_secret: bool


@dataclass(frozen=True, slots=True)
class Area:
    """Where a zone is: a country, in it perhaps postcodes by their beginning, or a region."""

    zone: str
    country: str
    postcode: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What a parcel to a zone costs up to a weight. Units: grams, minor units."""

    zone: str
    up_to_g: int
    price_minor: int


@dataclass(frozen=True, slots=True)
class ZoneTerms:
    """How long a parcel to a zone takes, in calendar days, and what is asked beyond the last step:
    `extra_minor` for each `extra_g` begun; without `extra_g` heavier parcels are not taken."""

    zone: str
    min_days: int
    max_days: int
    extra_g: int = 0
    extra_minor: int = 0


@dataclass(frozen=True, slots=True)
class Surcharge:
    """What is added.  `amount`: minor units, or basis points of the price by weight."""

    code: str
    kind: SurchargeKind
    amount: int
    when: SurchargeWhen = SurchargeWhen.ALWAYS
    zone: str = ""
    over_g: int = 0


@dataclass(frozen=True, slots=True)
class TariffTable:
    """The prices of a service.  `divisor`: cubic centimetres to a kilogram; 0: none."""

    divisor: int
    areas: tuple[Area, ...]
    steps: tuple[Step, ...]
    terms: tuple[ZoneTerms, ...]
    surcharges: tuple[Surcharge, ...] = ()


@dataclass(frozen=True, slots=True)
class TariffDraft:
    """The prices of a service from a day on."""

    service: str
    name: str
    currency: str
    valid_from: date
    table: TariffTable


@dataclass(frozen=True, slots=True)
class TariffFile:
    """The prices of a service from a day on, as CSV."""

    service: str
    name: str
    currency: str
    valid_from: date
    divisor: int
    content: bytes


@dataclass(frozen=True, slots=True)
class TariffView:
    """A dated version of a service's prices."""

    id: UUID
    carrier_key: int
    service: str
    name: str
    currency: str
    valid_from: date
    version: int
    made_by: str
    made_at: datetime
    table: TariffTable


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row of a file that cannot be taken, and why.  `row`: counted from 1, the head left out."""

    row: int
    reason: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TariffImport:
    """What became of a file of prices: all of its rows are taken, or none."""

    rows: int
    rejected: tuple[RejectedRow, ...]
    tariff: TariffView | None


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a parcel goes, as far as prices depend on it. `country`: ISO 3166-1 alpha-2."""

    country: str
    postcode: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Measures:
    """What a parcel weighs and measures. Units: grams, millimetres; 0: not measured."""

    weight_g: int
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0


@dataclass(frozen=True, slots=True)
class QuoteAsk:
    """A parcel to price."""

    to: Destination
    measures: Measures
    is_cash_collected: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """What a carrier asks for a parcel by a service, and when it arrives.

    `parts`: what the price consists of, by code, summing to it.  Units: minor units, grams.
    """

    carrier_id: UUID
    carrier_name: str
    service: str
    service_name: str
    zone: str
    billed_g: int
    price_minor: int
    currency: str
    parts: tuple[tuple[str, int], ...]
    earliest_on: date
    latest_on: date
