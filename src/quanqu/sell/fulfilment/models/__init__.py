"""The tables of fulfilment.

Keys of places, companies, items and orders are held without foreign keys: they are never deleted.
"""

from quanqu.sell.fulfilment.models.carriers import Carrier, Tariff
from quanqu.sell.fulfilment.models.parcels import Parcel, ParcelEvent, ParcelLine
from quanqu.sell.fulfilment.models.work import Bin, PickLine, PickList, PlaceRule, Work

__all__ = [
    "Bin",
    "Carrier",
    "Parcel",
    "ParcelEvent",
    "ParcelLine",
    "PickLine",
    "PickList",
    "PlaceRule",
    "Tariff",
    "Work",
]
