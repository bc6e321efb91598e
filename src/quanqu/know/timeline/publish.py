"""What the timeline publishes to the lake: every settled event."""

from typing import Final

import pyarrow as pa

from quanqu.infra.lake import facade as lake
from quanqu.infra.lake.contracts import Column, Publication

TABLE: Final = "fact_event"
_TIME: Final = pa.timestamp("us", tz="UTC")

lake.register(
    Publication(
        name=TABLE,
        grain="event",
        partition_by="part",
        cluster_by=("event", "subject_key", "occurred_at"),
        columns=(
            Column("event_key", pa.int64(), "Number of the event, growing with its settling"),
            Column("message_id", pa.string(), "Id given by the sender, unique within its source"),
            Column("type", pa.string(), "track, page, screen, identify, group or alias"),
            Column("event", pa.string(), "Name of the event, after the Segment specification"),
            Column("subject_key", pa.int64(), "Strongest identifier of whom it is about, or null"),
            Column("place_key", pa.int32(), "Place it happened at, or null"),
            Column("source", pa.string(), "Code of the source it came from"),
            Column("channel", pa.string(), "Channel of the place, empty without one"),
            Column("occurred_at", _TIME, "When it happened, corrected by the sender's skew", "UTC"),
            Column("received_at", _TIME, "When it was accepted", "UTC"),
            Column("day", pa.date32(), "UTC day on which it happened"),
            Column("order_ref", pa.string(), "Order it speaks of, as the channel names it"),
            Column("product_ref", pa.string(), "Product it speaks of, when it is one"),
            Column("category", pa.string(), "Product category it speaks of, when it is one"),
            Column("revenue_minor", pa.int64(), "Revenue it reports", "minor units"),
            Column("currency", pa.string(), "Currency of the revenue", "ISO 4217"),
            Column("quantity", pa.int64(), "Pieces it speaks of", "sale units"),
            Column("campaign", pa.string(), "Campaign that brought it about"),
            Column("utm_source", pa.string(), "utm_source of the visit"),
            Column("utm_medium", pa.string(), "utm_medium of the visit"),
            Column("page_path", pa.string(), "Path of the page it happened on"),
            Column("referrer_host", pa.string(), "Host of the page the visitor came from"),
            Column("click_id", pa.string(), "Kind of the click id it carries, or empty"),
            Column("flags", pa.string(), "bot, late or ahead, joined by commas; null before 2026"),
            Column("properties", pa.string(), "Properties without personal data, JSON object"),
            Column("context", pa.string(), "Context without personal data, JSON object"),
            Column("simulated", pa.bool_(), "Whether it was generated, not observed"),
            Column("part", pa.string(), "Month it happened in, yyyymm"),
        ),
    )
)
