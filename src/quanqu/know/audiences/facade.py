"""What know.audiences offers."""

from quanqu.know.audiences.actions.approving import (
    approve_export,
    ask_export,
    fetch_export,
    refuse_export,
    set_export_policy,
    withdraw_export,
)
from quanqu.know.audiences.actions.delivering import deliver_due, deliver_webhook
from quanqu.know.audiences.actions.exporting import check_export, export_audience
from quanqu.know.audiences.actions.following import follow_audiences, forget_followed
from quanqu.know.audiences.actions.forecasting import ask_forecast, work_out_past
from quanqu.know.audiences.actions.listing import (
    discard_upload,
    drop_drafts,
    match_upload,
    save_upload,
    take_snapshot,
)
from quanqu.know.audiences.actions.refreshing import (
    refresh_audience,
    refresh_one,
)
from quanqu.know.audiences.actions.saving import (
    archive_audience,
    change_definition,
    rename_audience,
    restore_audience,
    save_audience,
)
from quanqu.know.audiences.actions.webhooks import (
    approve_webhook,
    create_webhook,
    pause_webhook,
    resume_webhook,
)
from quanqu.know.audiences.queries.answers import (
    count_audience,
    explain_membership,
    preview_audience,
    sample_audience,
)
from quanqu.know.audiences.queries.composition import compose_members
from quanqu.know.audiences.queries.exports import (
    count_waiting_exports,
    get_export_request,
    list_export_requests,
    most_alone,
)
from quanqu.know.audiences.queries.feed import count_feed, list_changes, list_feed
from quanqu.know.audiences.queries.found import (
    find_as_of,
    find_day,
    list_found_events,
    list_found_keys,
    list_found_values,
)
from quanqu.know.audiences.queries.grammar import (
    compare_definitions,
    describe_audience,
    describe_events,
    describe_fault,
    describe_rules,
    dump,
    fields,
    grammar,
    list_festivals,
    validate,
)
from quanqu.know.audiences.queries.history import count_members_on, size_by_day
from quanqu.know.audiences.queries.insight import compose_audience, overlap_audiences
from quanqu.know.audiences.queries.keeping import compile_members, keep_members
from quanqu.know.audiences.queries.listed import get_upload, list_rejects, list_sources
from quanqu.know.audiences.queries.owned import compile_events, list_rules
from quanqu.know.audiences.queries.past_sizes import forecast_size
from quanqu.know.audiences.queries.saved import (
    count_audiences,
    get_audience,
    list_audience_names,
    list_audiences,
    list_members,
    list_memberships,
    list_refreshes,
    list_versions,
    scope_of_audience,
)
from quanqu.know.audiences.queries.webhooks import list_deliveries, list_webhooks

__all__ = [
    "approve_export",
    "approve_webhook",
    "archive_audience",
    "ask_export",
    "ask_forecast",
    "change_definition",
    "check_export",
    "compare_definitions",
    "compile_events",
    "compile_members",
    "compose_audience",
    "compose_members",
    "count_audience",
    "count_audiences",
    "count_feed",
    "count_members_on",
    "count_waiting_exports",
    "create_webhook",
    "deliver_due",
    "deliver_webhook",
    "describe_audience",
    "describe_events",
    "describe_fault",
    "describe_rules",
    "discard_upload",
    "drop_drafts",
    "dump",
    "explain_membership",
    "export_audience",
    "fetch_export",
    "fields",
    "find_as_of",
    "find_day",
    "follow_audiences",
    "forecast_size",
    "forget_followed",
    "get_audience",
    "get_export_request",
    "get_upload",
    "grammar",
    "keep_members",
    "list_audience_names",
    "list_audiences",
    "list_changes",
    "list_deliveries",
    "list_export_requests",
    "list_feed",
    "list_festivals",
    "list_found_events",
    "list_found_keys",
    "list_found_values",
    "list_members",
    "list_memberships",
    "list_refreshes",
    "list_rejects",
    "list_rules",
    "list_sources",
    "list_versions",
    "list_webhooks",
    "match_upload",
    "most_alone",
    "overlap_audiences",
    "pause_webhook",
    "preview_audience",
    "refresh_audience",
    "refresh_one",
    "refuse_export",
    "rename_audience",
    "restore_audience",
    "resume_webhook",
    "sample_audience",
    "save_audience",
    "save_upload",
    "scope_of_audience",
    "set_export_policy",
    "size_by_day",
    "take_snapshot",
    "validate",
    "withdraw_export",
    "work_out_past",
]
