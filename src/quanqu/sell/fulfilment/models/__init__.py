"""The tables of fulfilment.

Keys of places, companies, items and orders are held without foreign keys: they are never deleted.
"""

from quanqu.sell.fulfilment.models.carriers import Carrier, Tariff

__all__ = ["Carrier", "Tariff"]
