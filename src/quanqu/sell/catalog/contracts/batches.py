"""The columns of the batches the room takes, and what it answers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pyarrow as pa

__all__ = [
    "LISTING_SCHEMA",
    "MAPPING_SCHEMA",
    "PRODUCT_SCHEMA",
    "VARIANT_KEYS_SCHEMA",
    "ListingOutcome",
    "RowProblem",
]

# One row per variant. Only external_product is needed; an absent column is read as all null, and
# null means "not told", never "erase". attributes and options are JSON objects.
PRODUCT_SCHEMA: Final = pa.schema(
    [
        pa.field("external_product", pa.string(), nullable=False),
        pa.field("external_variant", pa.string()),
        pa.field("sku", pa.string()),
        pa.field("name", pa.string()),
        pa.field("description", pa.string()),
        pa.field("brand", pa.string()),
        pa.field("category_path", pa.string()),
        pa.field("gtin", pa.string()),
        pa.field("attributes", pa.string()),
        pa.field("options", pa.string()),
        pa.field("weight_g", pa.int64()),
        pa.field("image_urls", pa.list_(pa.string())),
        pa.field("status", pa.string()),
    ]
)

# One row per variant and place; price_minor in minor units of currency, as shown there.
LISTING_SCHEMA: Final = pa.schema(
    [
        pa.field("variant_key", pa.int64(), nullable=False),
        pa.field("place_key", pa.int32(), nullable=False),
        pa.field("external_id", pa.string(), nullable=False),
        pa.field("title", pa.string()),
        pa.field("description", pa.string()),
        pa.field("price_minor", pa.int64()),
        pa.field("currency", pa.string()),
        pa.field("url", pa.string()),
        pa.field("status", pa.string()),
    ]
)

# The answer to record_products, in the order of its rows: the keys, or the reason for none.
MAPPING_SCHEMA: Final = pa.schema(
    [
        pa.field("external_product", pa.string()),
        pa.field("external_variant", pa.string()),
        pa.field("variant_key", pa.int64()),
        pa.field("product_key", pa.int64()),
        pa.field("problem", pa.string()),
    ]
)

VARIANT_KEYS_SCHEMA: Final = pa.schema(
    [
        pa.field("sku", pa.string()),
        pa.field("variant_key", pa.int64()),
        pa.field("product_key", pa.int64()),
    ]
)


class RowProblem(StrEnum):
    """Why a row of a batch was not recorded."""

    MISSING_EXTERNAL_ID = "missing_external_id"
    UNKNOWN_STATUS = "unknown_status"
    MALFORMED_ATTRIBUTES = "malformed_attributes"
    MALFORMED_OPTIONS = "malformed_options"
    UNKNOWN_VARIANT = "unknown_variant"
    UNKNOWN_CURRENCY = "unknown_currency"
    NEGATIVE_PRICE = "negative_price"
    NEGATIVE_WEIGHT = "negative_weight"
    DUPLICATE_IN_BATCH = "duplicate_in_batch"


@dataclass(frozen=True, slots=True)
class ListingOutcome:
    """What a batch of listings did; `problems` are (row, reason) of rows not recorded."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: tuple[tuple[int, RowProblem], ...] = ()
