"""The kinds of identifier and the fields of a profile."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = [
    "CONTACT_FIELDS",
    "KINDS",
    "LONG_FIELDS",
    "PROFILE_FIELDS",
    "IdentifierKind",
    "IdentifierType",
]


class IdentifierType(StrEnum):
    """The kinds of identifier, strongest first."""

    MEMBER_ID = "member_id"
    USER_ID = "user_id"
    LOYALTY_CARD = "loyalty_card"
    PHONE = "phone"
    EMAIL = "email"
    WECHAT_UNIONID = "wechat_unionid"
    WECHAT_OPENID = "wechat_openid"
    MARKETPLACE_BUYER_ID = "marketplace_buyer_id"
    CUSTOM = "custom"
    HOUSEHOLD_ID = "household_id"
    CARD_TOKEN = "card_token"  # noqa: S105 - the name of a type
    DEVICE_ID = "device_id"
    ANONYMOUS_ID = "anonymous_id"
    COOKIE = "cookie"
    ORDER_ID = "order_id"


@dataclass(frozen=True, slots=True)
class IdentifierKind:
    """How an identifier type behaves: its rank (0 is strongest), whether it links two customers
    by itself, and whether its values need a namespace ("<namespace>:<raw>")."""

    rank: int
    is_strong: bool
    is_namespaced: bool


_WEAK: Final = frozenset(
    {
        IdentifierType.CARD_TOKEN,
        IdentifierType.DEVICE_ID,
        IdentifierType.ANONYMOUS_ID,
        IdentifierType.COOKIE,
        IdentifierType.ORDER_ID,
    }
)
_NAMESPACED: Final = frozenset(
    {
        IdentifierType.MEMBER_ID,
        IdentifierType.USER_ID,
        IdentifierType.LOYALTY_CARD,
        IdentifierType.MARKETPLACE_BUYER_ID,
        IdentifierType.CUSTOM,
        IdentifierType.HOUSEHOLD_ID,
        IdentifierType.CARD_TOKEN,
        IdentifierType.ANONYMOUS_ID,
    }
)
KINDS: Final[Mapping[str, IdentifierKind]] = {
    kind.value: IdentifierKind(rank, kind not in _WEAK, kind in _NAMESPACED)
    for rank, kind in enumerate(IdentifierType)
}

CONTACT_FIELDS: Final = ("name", "email", "phone", "street")
PROFILE_FIELDS: Final = (
    *CONTACT_FIELDS,
    "city",
    "region",
    "postcode",
    "country",
    "language",
    "gender",
    "birth_on",
    "company_name",
    "member_since_on",
)
LONG_FIELDS: Final = ("name", "street", "city", "region", "company_name")
"""Fields of which the longest value may tell most."""
