"""The tables of the timeline."""

from quanqu.know.timeline.models.channels import ChannelTableVersion
from quanqu.know.timeline.models.inbox import InboxBody, SeenEvent, SettlementRecord
from quanqu.know.timeline.models.logs import LogFile
from quanqu.know.timeline.models.plan import (
    FailedEvent,
    PlanEvent,
    PlanSettings,
    PlanViolation,
)
from quanqu.know.timeline.models.retention import Removal, RetentionRuleRow, RetentionRunRow
from quanqu.know.timeline.models.sources import (
    RateBucket,
    Source,
    SourceEffect,
    WriteKey,
)
from quanqu.know.timeline.models.warehouse import Warehouse

__all__ = [
    "ChannelTableVersion",
    "FailedEvent",
    "InboxBody",
    "LogFile",
    "PlanEvent",
    "PlanSettings",
    "PlanViolation",
    "RateBucket",
    "Removal",
    "RetentionRuleRow",
    "RetentionRunRow",
    "SeenEvent",
    "SettlementRecord",
    "Source",
    "SourceEffect",
    "Warehouse",
    "WriteKey",
]
