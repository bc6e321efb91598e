"""What infra.outbox offers."""

from quanqu.infra.outbox.actions import deliver_events, emit, emit_many
from quanqu.infra.outbox.registry import on
from quanqu.infra.outbox.stuck import (
    count_stuck_events,
    drop_events,
    list_stuck_events,
    oldest_undelivered,
    retry_events,
)

__all__ = [
    "count_stuck_events",
    "deliver_events",
    "drop_events",
    "emit",
    "emit_many",
    "list_stuck_events",
    "oldest_undelivered",
    "on",
    "retry_events",
]
