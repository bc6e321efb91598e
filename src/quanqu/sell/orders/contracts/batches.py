"""The columns of a batch of orders and refunds, and what recording it answers.

Money is in minor units, unit prices in 1/10,000 of the major unit.  Of each table only the columns
marked not null are needed; an absent column is read as all null.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import pyarrow as pa

__all__ = [
    "ADDRESSES_SCHEMA",
    "LINES_SCHEMA",
    "ORDERS_SCHEMA",
    "PAYMENTS_SCHEMA",
    "REFUNDS_SCHEMA",
    "REFUND_LINES_SCHEMA",
    "OrderBatch",
    "RecordOutcome",
    "RejectCode",
    "RejectedRecord",
]

_TIME: Final = pa.timestamp("us", "UTC")

# `record` numbers the orders of the batch; lines, payments and addresses point to it.  `id`: the
# order's own where it has one already; null: it gets one.
ORDERS_SCHEMA: Final = pa.schema(
    [
        pa.field("record", pa.int32(), nullable=False),
        pa.field("id", pa.string()),
        pa.field("place_key", pa.int32(), nullable=False),
        pa.field("company_key", pa.int32(), nullable=False),
        pa.field("external_id", pa.string(), nullable=False),
        pa.field("number", pa.string()),
        pa.field("placed_at", _TIME, nullable=False),
        pa.field("business_date", pa.date32(), nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("status", pa.string(), nullable=False),
        pa.field("channel_status", pa.string()),
        pa.field("subject_key", pa.int64()),
        pa.field("discount_minor", pa.int64()),
        pa.field("shipping_minor", pa.int64()),
        pa.field("tax_minor", pa.int64()),
        pa.field("tax_included", pa.bool_()),
        pa.field("total_minor", pa.int64()),
        pa.field("note", pa.string()),
        pa.field("country", pa.string()),
        pa.field("region", pa.string()),
        pa.field("city", pa.string()),
        pa.field("postcode_area", pa.string()),
    ]
)

# amount_minor is what the line charges after its discounts; null: price x quantity - discount.
LINES_SCHEMA: Final = pa.schema(
    [
        pa.field("record", pa.int32(), nullable=False),
        pa.field("line_no", pa.int32(), nullable=False),
        pa.field("external_line", pa.string()),
        pa.field("sku", pa.string()),
        pa.field("variant_key", pa.int64()),
        pa.field("name", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("quantity", pa.int64(), nullable=False),
        pa.field("unit_price_e4", pa.int64()),
        pa.field("discount_minor", pa.int64()),
        pa.field("tax_minor", pa.int64()),
        pa.field("amount_minor", pa.int64()),
    ]
)

PAYMENTS_SCHEMA: Final = pa.schema(
    [
        pa.field("record", pa.int32(), nullable=False),
        pa.field("seq", pa.int32(), nullable=False),
        pa.field("method", pa.string(), nullable=False),
        pa.field("amount_minor", pa.int64(), nullable=False),
        pa.field("currency", pa.string()),
        pa.field("installments", pa.int32()),
        pa.field("status", pa.string()),
        pa.field("paid_at", _TIME),
        pa.field("reference", pa.string()),
    ]
)

# Where an order goes; stored encrypted, only masked hints are shown without customers.reveal.
ADDRESSES_SCHEMA: Final = pa.schema(
    [
        pa.field("record", pa.int32(), nullable=False),
        pa.field("name", pa.string()),
        pa.field("phone", pa.string()),
        pa.field("email", pa.string()),
        pa.field("street", pa.string()),
        pa.field("postcode", pa.string()),
        pa.field("city", pa.string()),
        pa.field("region", pa.string()),
        pa.field("country", pa.string()),
    ]
)

# A refund is a document of its own; order_external_id links it to an order of the same place.
# Where it tells no country, region or city, those of its order hold.
REFUNDS_SCHEMA: Final = pa.schema(
    [
        pa.field("external_id", pa.string(), nullable=False),
        pa.field("place_key", pa.int32(), nullable=False),
        pa.field("company_key", pa.int32(), nullable=False),
        pa.field("order_external_id", pa.string()),
        pa.field("subject_key", pa.int64()),
        pa.field("refunded_at", _TIME, nullable=False),
        pa.field("business_date", pa.date32(), nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("amount_minor", pa.int64()),
        pa.field("reason", pa.string()),
        pa.field("country", pa.string()),
        pa.field("region", pa.string()),
        pa.field("city", pa.string()),
    ]
)

# Points to a refund by its outside id; place_key is needed only where two places share one.
REFUND_LINES_SCHEMA: Final = pa.schema(
    [
        pa.field("refund_external_id", pa.string(), nullable=False),
        pa.field("place_key", pa.int32()),
        pa.field("line_no", pa.int32(), nullable=False),
        pa.field("sku", pa.string()),
        pa.field("variant_key", pa.int64()),
        pa.field("name", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("quantity", pa.int64(), nullable=False),
        pa.field("amount_minor", pa.int64(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class OrderBatch:
    """Orders with their lines, payments and addresses, and refunds with their lines, as tables."""

    orders: pa.Table = field(default_factory=ORDERS_SCHEMA.empty_table)
    lines: pa.Table = field(default_factory=LINES_SCHEMA.empty_table)
    payments: pa.Table = field(default_factory=PAYMENTS_SCHEMA.empty_table)
    refunds: pa.Table = field(default_factory=REFUNDS_SCHEMA.empty_table)
    refund_lines: pa.Table = field(default_factory=REFUND_LINES_SCHEMA.empty_table)
    addresses: pa.Table = field(default_factory=ADDRESSES_SCHEMA.empty_table)


class RejectCode(StrEnum):
    """Why an order or refund of a batch was not recorded."""

    MISSING_FIELD = "missing_field"
    DUPLICATE_IN_BATCH = "duplicate_in_batch"
    UNKNOWN_PLACE = "unknown_place"
    UNKNOWN_STATUS = "unknown_status"
    UNKNOWN_CURRENCY = "unknown_currency"
    UNKNOWN_KIND = "unknown_kind"
    CURRENCY_DIFFERS = "currency_differs"
    NO_LINES = "no_lines"
    LINE_WITHOUT_AMOUNT = "line_without_amount"
    REPEATED_LINE = "repeated_line"
    SHIPPING_DIFFERS = "shipping_differs"
    TOTAL_DIFFERS = "total_differs"
    NEGATIVE_AMOUNT = "negative_amount"
    AMOUNT_TOO_LARGE = "amount_too_large"
    CAPTURES_BELOW_REFUNDS = "captures_below_refunds"
    REFUND_EXCEEDS_CAPTURES = "refund_exceeds_captures"


@dataclass(frozen=True, slots=True)
class RejectedRecord:
    """An order or refund that was not recorded: its row in its table, its outside id, the reason.

    `detail` holds the figures of the reason, such as "lines 1200, total 1300".
    """

    entity: str
    row: int
    external_id: str
    code: RejectCode
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """What recording a batch did: counts of orders and of refunds, and what was rejected."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refunds_created: int = 0
    refunds_updated: int = 0
    refunds_unchanged: int = 0
    rejected: tuple[RejectedRecord, ...] = ()
