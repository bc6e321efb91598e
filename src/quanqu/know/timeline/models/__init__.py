"""The tables of the timeline."""

from quanqu.know.timeline.models.inbox import InboxBody, SeenEvent, SettlementRecord
from quanqu.know.timeline.models.plan import (
    FailedEvent,
    PlanEvent,
    PlanSettings,
    PlanViolation,
)
from quanqu.know.timeline.models.sources import RateBucket, Source, WriteKey

__all__ = [
    "FailedEvent",
    "InboxBody",
    "PlanEvent",
    "PlanSettings",
    "PlanViolation",
    "RateBucket",
    "SeenEvent",
    "SettlementRecord",
    "Source",
    "WriteKey",
]
