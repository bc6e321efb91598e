"""The words of what goes between companies."""

from enum import StrEnum
from typing import Final

__all__ = ["MOST_AMOUNTS", "MovementKind", "PriceKind", "Unpriced"]

MOST_AMOUNTS: Final = 20_000
"""The most items whose amounts one version of a rule tells."""


class PriceKind(StrEnum):
    """How a transfer is priced.

    cost_plus: the unit's cost and a share on top.  sales_share: a share of what the buyer of the
    goods paid or got back, tax included.  fixed: an amount for each unit.
    """

    COST_PLUS = "cost_plus"
    SALES_SHARE = "sales_share"
    FIXED = "fixed"


class MovementKind(StrEnum):
    """What went between two companies.

    sale: goods of one fulfilled an order of the other.  return: goods one had sold came back to a
    place of the other.  settlement: money that pays what is owed.
    """

    SALE = "sale"
    RETURN = "return"
    SETTLEMENT = "settlement"


class Unpriced(StrEnum):
    """Why a movement has no price yet: no rule of that day, no amount of the item, another
    currency than the rule's."""

    NO_RULE = "no_rule"
    NO_AMOUNT = "no_amount"
    CURRENCY = "currency"
