"""Units of the tree, the kinds of place, and the channels a customer meets."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from quanqu.kernel.geo import Point

__all__ = [
    "LONGEST_POSTCODE",
    "MOST_POSTCODES",
    "WIDEST_CATCHMENT_KM",
    "ChannelCode",
    "ChannelInfo",
    "PlaceDetails",
    "PlaceDraft",
    "PlaceFilters",
    "PlaceInfo",
    "PlaceRef",
    "PlaceType",
    "ScopeOption",
    "TreeNode",
    "UnitInfo",
    "UnitKind",
]

WIDEST_CATCHMENT_KM: Final = 1000
MOST_POSTCODES: Final = 500
LONGEST_POSTCODE: Final = 10


class UnitKind(StrEnum):
    """The four levels, from the root down."""

    GROUP = "group"
    BRAND = "brand"
    COMPANY = "company"
    PLACE = "place"


class ChannelCode(StrEnum):
    """How a customer and the group meet."""

    WEB = "web"
    APP = "app"
    MINI_PROGRAM = "mini_program"
    STORE = "store"
    MARKETPLACE = "marketplace"
    SOCIAL = "social"
    LIVE = "live"
    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    CHAT = "chat"
    PHONE = "phone"
    VOICE = "voice"


class PlaceType(StrEnum):
    """What a place is; a warehouse meets no customer, nor does a supplier, whose goods are its own
    until they leave for a customer."""

    WEB_SHOP = "web_shop"
    APP = "app"
    MINI_PROGRAM = "mini_program"
    STORE = "store"
    WAREHOUSE = "warehouse"
    SUPPLIER = "supplier"
    MARKETPLACE = "marketplace"
    SOCIAL = "social"
    MESSAGING = "messaging"
    CALL_CENTRE = "call_centre"


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """A channel and its name in the reader's language."""

    code: ChannelCode
    name: str


@dataclass(frozen=True, slots=True)
class UnitInfo:
    """A node of the tree; `id` is the outside form, `currency` is empty for a brand."""

    key: int
    id: str
    kind: UnitKind
    code: str
    name: str
    parent_key: int | None
    path: str
    currency: str


@dataclass(frozen=True, slots=True)
class PlaceDetails:
    """What to record about a place; an empty `channel` means the usual one of its type.

    The catchment is the area the place serves: within `catchment_km` of its coordinates, or where
    postcodes begin with one of `catchment_postcodes` (normal form of kernel.geo).
    """

    place_type: PlaceType
    currency: str
    time_zone: str
    channel: ChannelCode | None = None
    country: str = ""
    region: str = ""
    city: str = ""
    postcode: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    is_simulated: bool = False
    catchment_km: Decimal | None = None
    catchment_postcodes: tuple[str, ...] = ()

    @property
    def point(self) -> Point | None:
        """Where on the globe the place is, None when that is not known."""
        if self.latitude is None or self.longitude is None:
            return None
        return Point(float(self.latitude), float(self.longitude))

    @property
    def has_catchment(self) -> bool:
        """Whether it is told which area the place serves."""
        return self.catchment_km is not None or bool(self.catchment_postcodes)


@dataclass(frozen=True, slots=True)
class PlaceDraft:
    """A place to be there after the call: its code inside the company, a name, the details."""

    code: str
    name: str
    details: PlaceDetails


@dataclass(frozen=True, slots=True)
class PlaceFilters:
    """Narrow a list of places: part of the name or start of the code, type, channel, unit above."""

    text: str = ""
    place_type: PlaceType | None = None
    channel: ChannelCode | None = None
    unit_id: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceInfo:
    """A place with the company and brand it belongs to (brand_key None: straight in the group)."""

    key: int
    id: str
    code: str
    name: str
    company_key: int
    company_id: str
    company_code: str
    company_name: str
    brand_key: int | None
    brand_name: str
    details: PlaceDetails

    @property
    def channel(self) -> ChannelCode | None:
        """The channel of what happens here; None in a warehouse."""
        return self.details.channel

    @property
    def currency(self) -> str:
        """The ISO 4217 code prices here are in, unless a fact says otherwise."""
        return self.details.currency

    @property
    def time_zone(self) -> str:
        """The IANA zone that business dates here are in."""
        return self.details.time_zone


@dataclass(frozen=True, slots=True)
class PlaceRef:
    """What a place's outside id stands for: its key and its company's, which never change."""

    key: int
    company_key: int


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A unit with what lies below it, in name order; `place` is set on places only."""

    unit: UnitInfo
    place: PlaceInfo | None
    children: tuple["TreeNode", ...]


@dataclass(frozen=True, slots=True)
class ScopeOption:
    """A line of the scope switcher, top down: a unit, how deep it is, the places under it."""

    id: str
    kind: UnitKind
    code: str
    name: str
    depth: int
    place_keys: frozenset[int]
