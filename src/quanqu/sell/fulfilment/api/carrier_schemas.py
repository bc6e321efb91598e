"""What the API of carriers and prices takes and shows."""

from typing import Annotated

from ninja import Schema
from pydantic import Field

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.fulfilment.api.types import (
    Amount,
    Code,
    Country,
    Currency,
    Day,
    Grams,
    Id,
    Millimetres,
    Text,
)
from quanqu.sell.fulfilment.contracts import MOST_ROWS, SurchargeKind, SurchargeWhen

_Zone = Annotated[str, Field(min_length=1, max_length=40)]
_Days = Annotated[int, Field(strict=True, ge=0, le=120)]


class CarrierFields(Schema):
    """What is told of a carrier."""

    name: Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00]*$")]
    carrier: Code = Field("table", description="The adapter: table is built in.")
    settings: dict[Code, Text] = Field(
        default_factory=dict,
        description="Of the adapter; table: prefix, with which its tracking numbers begin.",
        examples=[{"prefix": "QC"}],
    )
    is_active: bool = True


class CarrierIn(CarrierFields):
    """A carrier of a company."""

    company: Id
    code: Code


class CarrierOut(Schema):
    """A carrier of a company."""

    id: str
    company: str
    code: str
    name: str
    carrier: str
    settings: dict[str, str]
    is_active: bool
    has_secret: bool


class SecretOut(Schema):
    """The key a carrier signs with, shown this once, and where its notices go."""

    secret: str
    path: str


class AreaBody(Schema):
    """Where a zone is."""

    zone: _Zone
    country: Country
    postcode: Annotated[str, Field(max_length=10, pattern=r"^[A-Z0-9]*$")] = Field(
        "", description="How postcodes there begin; the longest that fits counts."
    )
    region: Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")] = ""


class StepBody(Schema):
    """What a parcel costs up to a weight."""

    zone: _Zone
    up_to_g: Grams
    price: Amount


class TermsBody(Schema):
    """How long it takes, and what is asked beyond the last step for each `extra_g` begun."""

    zone: _Zone
    min_days: _Days
    max_days: _Days
    extra_g: Grams = 0
    extra_price: Amount = "0"


class SurchargeBody(Schema):
    """What is added: a price, or a rate of the price by weight in basis points."""

    code: Code
    kind: SurchargeKind
    price: Amount | None = None
    rate_points: Annotated[int, Field(strict=True, ge=0, le=100_000)] | None = None
    when: SurchargeWhen = SurchargeWhen.ALWAYS
    zone: Annotated[str, Field(max_length=40)] = ""
    over_g: Grams = 0


class _TariffHead(Schema):
    service: Code
    name: Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00]*$")]
    currency: Currency
    valid_from: Day
    divisor: Annotated[int, Field(strict=True, ge=0, le=20_000)] = Field(
        5_000, description="Cubic centimetres that weigh as a kilogram; 0: none do."
    )


class TariffIn(_TariffHead):
    """The prices of a service from a day on."""

    areas: Annotated[list[AreaBody], Field(max_length=MOST_ROWS)]
    steps: Annotated[list[StepBody], Field(max_length=MOST_ROWS)]
    terms: Annotated[list[TermsBody], Field(max_length=MOST_ROWS)]
    surcharges: Annotated[list[SurchargeBody], Field(max_length=50)] = Field(default_factory=list)


class TariffFileIn(_TariffHead):
    """The prices of a service from a day on, as CSV (docs/rules/fulfilment.md)."""

    csv: Annotated[str, Field(max_length=5_000_000)]


class TariffOut(Schema):
    """A dated version of a service's prices."""

    id: str
    service: str
    name: str
    currency: str
    valid_from: str
    version: int
    divisor: int
    made_by: str
    made_at: str
    areas: list[AreaBody]
    steps: list[StepBody]
    terms: list[TermsBody]
    surcharges: list[SurchargeBody]


class RejectedRowOut(Schema):
    """A row that cannot be taken, and why."""

    row: int
    reason: str
    values: list[str]


class TariffImportOut(Schema):
    """What became of a file: all of its rows are taken, or none."""

    rows: int
    rejected: list[RejectedRowOut]
    version: int | None


class QuotedIn(Schema):
    """A parcel to price."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["CN"])]
    postcode: Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")] = ""
    region: Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")] = ""
    weight_g: Annotated[int, Field(strict=True, ge=1, le=5_000_000, examples=[1200])]
    length_mm: Millimetres = 0
    width_mm: Millimetres = 0
    height_mm: Millimetres = 0
    is_cash_collected: bool = False


class QuoteIn(Schema):
    """Parcels of a company, handed over on a day."""

    company: Id
    parcels: Annotated[list[QuotedIn], Field(min_length=1, max_length=1_000)]
    handed_over_on: Day | None = Field(None, description="Today unless told otherwise.")


class PartOut(Schema):
    """What a price consists of."""

    code: str
    amount: MoneyOut


class OfferOut(Schema):
    """What a carrier asks for a parcel by a service."""

    carrier: str
    carrier_name: str
    service: str
    service_name: str
    zone: str
    billed_g: int
    price: MoneyOut
    parts: list[PartOut]
    earliest_on: str
    latest_on: str


class QuotesOut(Schema):
    """For each parcel the offers, cheapest first."""

    offers: list[list[OfferOut]]
