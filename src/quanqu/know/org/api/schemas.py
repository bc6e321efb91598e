"""Shapes of the organisation in the API."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import Field

from quanqu.know.org.contracts import (
    MOST_POSTCODES,
    WIDEST_CATCHMENT_KM,
    ChannelCode,
    PlaceType,
    RoleCode,
    Theme,
    UnitKind,
)

Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code.")]


class PreferencesOut(Schema):
    """How a person reads the console."""

    language: str
    time_zone: str
    theme: Theme


class AssignmentOut(Schema):
    """A role over a unit and everything below it."""

    id: str
    role: RoleCode
    unit_id: str
    unit_kind: UnitKind
    unit_name: str
    granted_at: datetime
    expires_at: datetime | None


class PersonOut(Schema):
    """A member of staff."""

    id: str
    email: str
    name: str
    is_active: bool
    preferences: PreferencesOut
    last_login_at: datetime | None
    assignments: list[AssignmentOut]


class MeOut(Schema):
    """Who this call acts as, what it may do, and over which units."""

    kind: str
    id: str
    name: str
    permissions: list[str]
    sees_everything: bool
    person: PersonOut | None


class UnitOut(Schema):
    """A node of the tree."""

    id: str
    kind: UnitKind
    code: str
    name: str
    currency: str


class TreeOut(Schema):
    """A node with what lies below it."""

    unit: UnitOut
    children: list["TreeOut"]


class PlaceFields(Schema):
    """What is recorded about a place."""

    code: Code
    name: Name
    place_type: PlaceType
    channel: ChannelCode | None = None
    currency: Currency
    time_zone: Annotated[str, Field(max_length=64, description="IANA zone.")]
    country: Annotated[str, Field("", pattern=r"^([A-Z]{2})?$", description="ISO 3166 code.")]
    region: Annotated[str, Field("", max_length=120)]
    city: Annotated[str, Field("", max_length=120)]
    postcode: Annotated[str, Field("", max_length=20)]
    latitude: Annotated[Decimal | None, Field(None, ge=-90, le=90, decimal_places=6)]
    longitude: Annotated[Decimal | None, Field(None, ge=-180, le=180, decimal_places=6)]
    is_simulated: bool = False
    catchment_km: Annotated[
        Decimal | None,
        Field(
            None,
            gt=0,
            le=WIDEST_CATCHMENT_KM,
            decimal_places=2,
            description="Radius it serves, in km.",
        ),
    ]
    catchment_postcodes: Annotated[
        list[Annotated[str, Field(max_length=20)]],
        Field([], max_length=MOST_POSTCODES, description="Beginnings of the postcodes it serves."),
    ]


class PlaceIn(PlaceFields):
    """A new place and the company it belongs to."""

    company_id: str


class PlaceOut(PlaceFields):
    """A place with the company and brand it belongs to."""

    id: str
    company_id: str
    company_name: str
    brand_name: str


class UnitIn(Schema):
    """A new brand or company; without `parent_id` it hangs below the group."""

    kind: Annotated[UnitKind, Field(description="brand or company")]
    code: Code
    name: Name
    currency: Annotated[Currency | None, Field(None, description="Needed for a company.")]
    brand_code: Annotated[Code | None, Field(None, description="The brand above a company.")]


class UnitChange(Schema):
    """What to change about a unit."""

    name: Name | None = None
    currency: Currency | None = None


class MoveIn(Schema):
    """Where to hang a unit."""

    parent_id: str


class ChannelOut(Schema):
    """A channel with its name in the caller's language."""

    code: ChannelCode
    name: str


class GrantIn(Schema):
    """A role to give over a unit."""

    role: RoleCode
    unit_id: str
    expires_at: datetime | None = None


class PersonIn(Schema):
    """A new person with a first role."""

    email: Annotated[str, Field(max_length=254)]
    name: Annotated[str, Field(min_length=1, max_length=120)]
    grant: GrantIn


class PersonChange(Schema):
    """What to change about a person."""

    name: Annotated[str | None, Field(None, min_length=1, max_length=120)]
    is_active: bool | None = None


class PreferencesIn(Schema):
    """How to read the console from now on."""

    language: str
    time_zone: str
    theme: Theme


class SignInLinkOut(Schema):
    """An address that signs a person in once, until it expires."""

    url: str
    expires_at: datetime


class ApiKeyIn(Schema):
    """A new key."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    grant: GrantIn


class ApiKeyOut(Schema):
    """A key, never its secret."""

    id: str
    name: str
    prefix: str
    role: RoleCode
    unit_id: str
    unit_kind: UnitKind
    unit_name: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    state: str


class IssuedKeyOut(Schema):
    """A new key with its text, which is shown this once."""

    key: ApiKeyOut
    token: str


class KeyRotationIn(Schema):
    """How long the old key goes on working, in seconds."""

    overlap_s: Annotated[int, Field(86_400, ge=0, le=30 * 86_400)]


class RateFields(Schema):
    """From this day 1 unit of `currency` is worth `rate` units of `to_currency`."""

    currency: Currency
    to_currency: Currency
    valid_on: date
    rate: Annotated[Decimal, Field(gt=0, lt=10**10, decimal_places=10)]
    source: Annotated[str, Field(min_length=1, max_length=120)]


class RatesIn(Schema):
    """Rates to record; a day recorded before takes the new rate."""

    rates: Annotated[list[RateFields], Field(min_length=1, max_length=1000)]


class RatesRecordedOut(Schema):
    """How many rows were recorded."""

    recorded: int
