"""What know.timeline offers."""

from quanqu.know.timeline.actions.accept import accept_body, accept_events
from quanqu.know.timeline.actions.ahead import ReadAhead
from quanqu.know.timeline.actions.channels import put_channel_table, restore_shipped_channels
from quanqu.know.timeline.actions.export import export_events
from quanqu.know.timeline.actions.failures import (
    repair_failed_event,
    replay_failed_events,
    reveal_failed_event,
)
from quanqu.know.timeline.actions.logs import read_log
from quanqu.know.timeline.actions.plan import (
    put_plan,
    put_planned_event,
    remove_planned_event,
    restore_shipped_event,
    set_unplanned_rule,
)
from quanqu.know.timeline.actions.repair import preview_repair, repair_failed_events
from quanqu.know.timeline.actions.retention import (
    RETAIN_JOB,
    apply_retention,
    put_retention_rules,
    remove_retention_rule,
    set_retention_rule,
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
from quanqu.know.timeline.actions.warehouse import (
    PULL_JOB,
    PULL_ONE_JOB,
    ask_for_pull,
    pull_every_warehouse,
    pull_one_warehouse,
    pull_warehouse,
    put_warehouse,
)
from quanqu.know.timeline.queries.channels import get_channel_table, list_channel_tables
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
from quanqu.know.timeline.queries.plan import get_plan, get_plan_schema, get_planned_event
from quanqu.know.timeline.queries.proposals import propose_planned_event
from quanqu.know.timeline.queries.retention import (
    list_retention_rules,
    list_retention_runs,
    preview_retention,
)
from quanqu.know.timeline.queries.script import browser_script, browser_script_version
from quanqu.know.timeline.queries.sources import (
    any_source_allows,
    find_source,
    find_tracking_source,
    get_source,
    list_source_effects,
    list_sources,
)
from quanqu.know.timeline.queries.visits import get_visits
from quanqu.know.timeline.queries.warehouse import find_warehouse
from quanqu.know.timeline.rules.envelope import read_write_key
from quanqu.know.timeline.rules.sources import intake_with, may_send
from quanqu.know.timeline.rules.told_consent import mark_opt_out

__all__ = [
    "COMPACT_JOB",
    "PULL_JOB",
    "PULL_ONE_JOB",
    "RETAIN_JOB",
    "ReadAhead",
    "accept_body",
    "accept_events",
    "any_source_allows",
    "apply_retention",
    "ask_for_pull",
    "browser_script",
    "browser_script_version",
    "change_source",
    "count_by_day",
    "count_events",
    "count_failed_events",
    "create_source",
    "ensure_source",
    "export_events",
    "find_source",
    "find_tracking_source",
    "find_warehouse",
    "get_channel_table",
    "get_event",
    "get_failed_event",
    "get_plan",
    "get_plan_schema",
    "get_planned_event",
    "get_source",
    "get_visits",
    "hold_settler_lock",
    "inbox_state",
    "intake_with",
    "list_channel_tables",
    "list_events",
    "list_failed_events",
    "list_recent_events",
    "list_retention_rules",
    "list_retention_runs",
    "list_source_effects",
    "list_sources",
    "list_violations",
    "mark_opt_out",
    "may_send",
    "preview_repair",
    "preview_retention",
    "propose_planned_event",
    "pull_every_warehouse",
    "pull_one_warehouse",
    "pull_warehouse",
    "put_channel_table",
    "put_plan",
    "put_planned_event",
    "put_retention_rules",
    "put_warehouse",
    "read_log",
    "read_write_key",
    "remove_planned_event",
    "remove_retention_rule",
    "repair_failed_event",
    "repair_failed_events",
    "replay_failed_events",
    "restore_shipped_channels",
    "restore_shipped_event",
    "reveal_failed_event",
    "rotate_write_key",
    "set_retention_rule",
    "set_unplanned_rule",
    "settle_everything",
    "settle_round",
]
