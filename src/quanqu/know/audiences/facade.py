"""What know.audiences offers."""

from quanqu.know.audiences.actions.exporting import check_export, export_audience
from quanqu.know.audiences.actions.following import follow_audiences, forget_followed
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
from quanqu.know.audiences.queries.answers import (
    count_audience,
    explain_membership,
    preview_audience,
    sample_audience,
)
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
from quanqu.know.audiences.queries.insight import compose_audience, overlap_audiences
from quanqu.know.audiences.queries.keeping import compile_members, keep_members
from quanqu.know.audiences.queries.owned import compile_events, list_rules
from quanqu.know.audiences.queries.saved import (
    count_audiences,
    get_audience,
    list_audience_names,
    list_audiences,
    list_changes,
    list_members,
    list_memberships,
    list_refreshes,
    list_versions,
    scope_of_audience,
)

__all__ = [
    "archive_audience",
    "change_definition",
    "check_export",
    "compare_definitions",
    "compile_events",
    "compile_members",
    "compose_audience",
    "count_audience",
    "count_audiences",
    "describe_audience",
    "describe_events",
    "describe_fault",
    "describe_rules",
    "dump",
    "explain_membership",
    "export_audience",
    "fields",
    "find_as_of",
    "find_day",
    "follow_audiences",
    "forget_followed",
    "get_audience",
    "grammar",
    "keep_members",
    "list_audience_names",
    "list_audiences",
    "list_changes",
    "list_festivals",
    "list_found_events",
    "list_found_keys",
    "list_found_values",
    "list_members",
    "list_memberships",
    "list_refreshes",
    "list_rules",
    "list_versions",
    "overlap_audiences",
    "preview_audience",
    "refresh_audience",
    "refresh_one",
    "rename_audience",
    "restore_audience",
    "sample_audience",
    "save_audience",
    "scope_of_audience",
    "validate",
]
