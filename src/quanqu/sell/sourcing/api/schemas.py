"""What the API of sourcing takes and gives."""

from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from quanqu.infra.http.facade import MoneyOut, PageParams
from quanqu.sell.sourcing.contracts import Criterion, Reason, Unfillable

Id = Annotated[str, Field(max_length=40)]
Text = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]
Channel = Annotated[str, Field("", max_length=16, description="A channel; empty: every channel.")]
Minute = Annotated[int, Field(ge=0, le=1440, description="Minutes from midnight there.")]
Span = Annotated[list[Minute], Field(min_length=2, max_length=2)]
"""The opening and the closing minute."""


class LineIn(Schema):
    """A line of an order: what, how many, what it is worth and weighs."""

    sku: Text
    quantity: Annotated[int, Field(ge=1, le=1_000_000_000)]
    value_minor: Annotated[int, Field(0, ge=0, le=10**12, description="In minor units.")]
    weight_g: Annotated[int, Field(0, ge=0, le=10**9, description="Of the whole line.")]


class PromiseIn(Schema):
    """An order that may be placed, and where the customer is; lines of one item are one."""

    company: Id
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=200)]
    channel: Channel
    tier: Annotated[str, Field("", max_length=64, pattern=r"^[^\x00]*$")]
    postcode: Annotated[str, Field("", max_length=20, pattern=r"^[^\x00]*$")]
    country: Annotated[str, Field("", max_length=2, pattern=r"^([A-Z]{2})?$")]
    latitude: Annotated[float | None, Field(None, ge=-90, le=90)]
    longitude: Annotated[float | None, Field(None, ge=-180, le=180)]


class NearbyIn(PromiseIn):
    """What is to be fetched, and where the customer is: coordinates, or a postcode."""

    within_km: Annotated[int | None, Field(None, ge=1, le=20_040)]
    limit: Annotated[int, Field(10, ge=1, le=100)]


class NearbyItemOut(Schema):
    """What can be promised of an item."""

    sku: str
    available: int


class NearbyPlaceOut(Schema):
    """A place with some of the items; `ready_there` is on its own clock, without a zone."""

    place: str
    name: str
    city: str
    km: int | None
    has_all: bool
    items: list[NearbyItemOut]
    ready_at: str
    ready_there: str
    time_zone: str
    is_today: bool


class NearbyOut(Schema):
    """`with_all` places have everything; at `today` of them it is ready on this day there."""

    with_all: int
    today: int
    places: list[NearbyPlaceOut]


class ItemOut(Schema):
    """A line by its SKU."""

    sku: str
    name: str
    quantity: int


class ParcelOut(Schema):
    """What one place ships, and when it leaves and is there; `hold` only of a decision."""

    place: str
    lines: list[ItemOut]
    km: int | None
    cost: MoneyOut
    leaves_at: str
    arrives_at: str
    hold: str | None


class PickupOut(Schema):
    """A place where everything can be fetched, and from when."""

    place: str
    ready_at: str
    km: int | None


class PromiseOut(Schema):
    """What can be promised now; nothing is held."""

    delivery: list[ParcelOut]
    arrives_at: str | None
    unfilled: list[ItemOut]
    unfillable: Unfillable | None
    pickup: list[PickupOut]
    strategy: str
    profile_number: Annotated[int, Field(description="0 is the standard.")]
    gap: Annotated[float, Field(description="How far below the plan the proven bound is, 0–1.")]


class ProfileIn(Schema):
    """A profile to save as the next version (schema: /sourcing/profiles/schema)."""

    company: Id
    channel: Channel
    profile: dict[str, Any]
    note: Annotated[str, Field("", max_length=200, pattern=r"^[^\x00]*$")]


class ForceIn(Schema):
    """A company and channel whose activation is undone, or whose shadow ends."""

    company: Id
    channel: Channel


class ProfileOut(Schema):
    """A version of the profile of a company and channel."""

    id: str
    company: str
    channel: str
    number: int
    note: str
    profile: dict[str, Any]
    sentences: Annotated[list[str], Field(description="The profile in words.")]
    made_by: str
    made_at: str
    is_active: bool
    is_shadow: bool
    is_former: bool


class UndoneOut(Schema):
    """What is in force after an activation was undone; nothing: the standard."""

    active: ProfileOut | None


class DifferencesOut(Schema):
    """What a version decided in shadow beside what was done; sums over orders both filled."""

    decisions: int
    same: int
    unfilled: int
    shadow_unfilled: int
    parcels: int
    shadow_parcels: int
    cost: MoneyOut
    shadow_cost: MoneyOut
    km: int
    shadow_km: int


class ProfileQuery(Schema):
    """Narrow the list of profiles."""

    company: Id | None = None
    channel: Annotated[str | None, Field(None, max_length=16)]


class DecisionQuery(PageParams):
    """Narrow the list of decisions."""

    company: Id | None = None
    is_filled: bool | None = None


class DecisionOut(Schema):
    """A request as it stands."""

    id: str
    revision: int
    company: str
    channel: str
    owner: str
    places: list[str]
    is_filled: bool
    strategy: str
    profile_number: int
    gap: float
    cause: str
    decided_at: str


class RejectionOut(Schema):
    """Why a place does not ship; `criterion` and `by` (in bands): where the best plan with it is
    worse."""

    place: str
    reason: Reason
    skus: list[str]
    criterion: Criterion | None
    by: int


class ShadowOut(Schema):
    """What a version in shadow would have decided."""

    profile: str
    number: int
    strategy: str
    places: list[str]
    cost: MoneyOut
    km: int
    is_same: bool


class DecisionDetailOut(Schema):
    """A decision with its reasons; `score` and `bound` go with `criteria`."""

    id: str
    revision: int
    company: str
    channel: str
    owner: str
    parcels: list[ParcelOut]
    unfilled: list[ItemOut]
    unfillable: Unfillable | None
    strategy: str
    profile: str | None
    profile_number: int
    criteria: list[Criterion]
    score: list[int]
    bound: list[int]
    gap: float
    tries: int
    digest: str
    cause: str
    decided_at: str
    rejections: list[RejectionOut]
    shadows: list[ShadowOut]


class OfferBody(Schema):
    """What a place offers; `opens`: from Monday on, opening and closing minute or nothing."""

    is_shipping: bool
    is_pickup: bool
    daily_parcels: Annotated[int | None, Field(None, ge=0, le=1_000_000_000)]
    opens: Annotated[list[Span | None], Field(default_factory=list, max_length=7)]
    cut_off: Annotated[int | None, Field(None, ge=0, le=1439)]
    lead_minutes: Annotated[int, Field(1440, ge=0, le=144_000)]
    pickup_lead_minutes: Annotated[int, Field(120, ge=0, le=144_000)]
    parcel_minor: Annotated[int | None, Field(None, ge=0, le=1_000_000_000)]
    kg_km_minor: Annotated[float | None, Field(None, ge=0, le=1_000_000_000)]
    tags: Annotated[list[Text], Field(default_factory=list, max_length=50)]
    channels: Annotated[list[Text], Field(default_factory=list, max_length=50)]
