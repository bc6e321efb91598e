"""The identity rules a group begins with."""

from typing import Final

from quanqu.know.customers.contracts.identifiers import KINDS, IdentifierType
from quanqu.know.customers.contracts.ruleset import RuleSet, TypeRule

ONE_OF_EACH: Final = (IdentifierType.MEMBER_ID, IdentifierType.USER_ID)
"""Two accounts of one namespace are two people until somebody says otherwise."""
SHARED_ABOVE: Final = {
    IdentifierType.LOYALTY_CARD: 10,
    IdentifierType.PHONE: 10,
    IdentifierType.EMAIL: 10,
    IdentifierType.WECHAT_UNIONID: 10,
    IdentifierType.WECHAT_OPENID: 10,
    IdentifierType.MARKETPLACE_BUYER_ID: 20,
    IdentifierType.CUSTOM: 20,
    IdentifierType.HOUSEHOLD_ID: 20,
    IdentifierType.CARD_TOKEN: 10,
    IdentifierType.DEVICE_ID: 10,
    IdentifierType.ANONYMOUS_ID: 10,
    IdentifierType.COOKIE: 10,
    IdentifierType.ORDER_ID: 10,
}
PER_WINDOW: Final = {
    IdentifierType.ANONYMOUS_ID: (100, 7),
    IdentifierType.COOKIE: (100, 7),
    IdentifierType.DEVICE_ID: (50, 30),
}
"""Most values and days: whoever shows more new browsers a week is a robot or a test."""


def default_rules() -> RuleSet:
    """Return the rules in force until a group activates its own."""
    return RuleSet({name: _rule(IdentifierType(name)) for name in KINDS})


def _rule(type_: IdentifierType) -> TypeRule:
    kind = KINDS[type_]
    limit, days = PER_WINDOW.get(type_, (1 if type_ in ONE_OF_EACH else None, None))
    return TypeRule(
        links=kind.is_strong,
        priority=kind.rank,
        limit=limit,
        window_days=days,
        shared_above=SHARED_ABOVE.get(type_),
    )
