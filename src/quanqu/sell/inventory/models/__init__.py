"""The tables of stock."""

from quanqu.sell.inventory.models.counts import Count, CountLine
from quanqu.sell.inventory.models.levels import HoldLine, Level, Movement, PostedOnce
from quanqu.sell.inventory.models.ruling import BuyerLimit, ChannelShare, Closing, Rule
from quanqu.sell.inventory.models.transfers import Transfer, TransferLine

__all__ = [
    "BuyerLimit",
    "ChannelShare",
    "Closing",
    "Count",
    "CountLine",
    "HoldLine",
    "Level",
    "Movement",
    "PostedOnce",
    "Rule",
    "Transfer",
    "TransferLine",
]
