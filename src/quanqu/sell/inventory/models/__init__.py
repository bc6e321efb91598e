"""The tables of stock."""

from quanqu.sell.inventory.models.counts import Count, CountLine
from quanqu.sell.inventory.models.discrepancies import TransferDecision, TransferDecisionStep
from quanqu.sell.inventory.models.feeds import Feed, FeedChange, FeedLevel
from quanqu.sell.inventory.models.kits import HoldKit, KitPart
from quanqu.sell.inventory.models.levels import HoldLine, Level, Movement, PostedOnce
from quanqu.sell.inventory.models.lots import Lot, LotLevel, LotMovement, TrackedItem
from quanqu.sell.inventory.models.pools import Pool, PoolPlace
from quanqu.sell.inventory.models.releases import Release
from quanqu.sell.inventory.models.ruling import BuyerLimit, ChannelShare, Closing, Rule
from quanqu.sell.inventory.models.tickets import Ticket
from quanqu.sell.inventory.models.transfers import Transfer, TransferLine

__all__ = [
    "BuyerLimit",
    "ChannelShare",
    "Closing",
    "Count",
    "CountLine",
    "Feed",
    "FeedChange",
    "FeedLevel",
    "HoldKit",
    "HoldLine",
    "KitPart",
    "Level",
    "Lot",
    "LotLevel",
    "LotMovement",
    "Movement",
    "Pool",
    "PoolPlace",
    "PostedOnce",
    "Release",
    "Rule",
    "Ticket",
    "TrackedItem",
    "Transfer",
    "TransferDecision",
    "TransferDecisionStep",
    "TransferLine",
]
