"""What know.timeline offers."""

from quanqu.know.timeline.actions.accept import accept_body, accept_events
from quanqu.know.timeline.actions.ahead import ReadAhead
from quanqu.know.timeline.actions.failures import (
    repair_failed_event,
    replay_failed_events,
    reveal_failed_event,
)
from quanqu.know.timeline.actions.plan import (
    put_planned_event,
    remove_planned_event,
    restore_shipped_event,
    set_unplanned_rule,
)
from quanqu.know.timeline.actions.settle import (
    COMPACT_JOB,
    hold_settler_lock,
    settle_everything,
    settle_round,
)
from quanqu.know.timeline.actions.sources import (
    change_source,
    create_source,
    ensure_source,
    rotate_write_key,
)
from quanqu.know.timeline.queries.events import (
    count_by_day,
    count_events,
    get_event,
    list_events,
    list_recent_events,
)
from quanqu.know.timeline.queries.failures import (
    count_failed_events,
    get_failed_event,
    list_failed_events,
    list_violations,
)
from quanqu.know.timeline.queries.inbox import inbox_state
from quanqu.know.timeline.queries.plan import get_plan, get_planned_event
from quanqu.know.timeline.queries.sources import (
    any_source_allows,
    find_source,
    find_tracking_source,
    get_source,
    list_sources,
)
from quanqu.know.timeline.rules.envelope import read_write_key
from quanqu.know.timeline.rules.sources import may_send
from quanqu.know.timeline.rules.told_consent import mark_opt_out

__all__ = [
    "COMPACT_JOB",
    "ReadAhead",
    "accept_body",
    "accept_events",
    "any_source_allows",
    "change_source",
    "count_by_day",
    "count_events",
    "count_failed_events",
    "create_source",
    "ensure_source",
    "find_source",
    "find_tracking_source",
    "get_event",
    "get_failed_event",
    "get_plan",
    "get_planned_event",
    "get_source",
    "hold_settler_lock",
    "inbox_state",
    "list_events",
    "list_failed_events",
    "list_recent_events",
    "list_sources",
    "list_violations",
    "mark_opt_out",
    "may_send",
    "put_planned_event",
    "read_write_key",
    "remove_planned_event",
    "repair_failed_event",
    "replay_failed_events",
    "restore_shipped_event",
    "reveal_failed_event",
    "rotate_write_key",
    "set_unplanned_rule",
    "settle_everything",
    "settle_round",
]
