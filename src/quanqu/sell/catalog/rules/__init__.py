"""Pure decisions of the catalogue."""

from quanqu.sell.catalog.rules.attributes import fits, infer_types, widen
from quanqu.sell.catalog.rules.frames import conform, fold_text
from quanqu.sell.catalog.rules.listings import Listings, read_listings
from quanqu.sell.catalog.rules.products import Incoming, category_levels, read_products

__all__ = [
    "Incoming",
    "Listings",
    "category_levels",
    "conform",
    "fits",
    "fold_text",
    "infer_types",
    "read_listings",
    "read_products",
    "widen",
]
