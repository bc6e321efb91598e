"""What doors.connectors offers."""

from quanqu.doors.connectors.actions.looks import is_guessed, look_over
from quanqu.doors.connectors.actions.mappings import save_mapping
from quanqu.doors.connectors.actions.runs import cancel_import, queue_import, run_import
from quanqu.doors.connectors.actions.uploads import (
    drop_old_uploads,
    drop_upload,
    keep_upload,
    uploaded_path,
)
from quanqu.doors.connectors.actions.webhooks import (
    accept_delivery,
    connect_shop,
    is_ping,
    process_delivery,
)
from quanqu.doors.connectors.actions.working import work_on
from quanqu.doors.connectors.drafts import draft_yaml
from quanqu.doors.connectors.guessed import usable_contents
from quanqu.doors.connectors.identified import read_identifiers
from quanqu.doors.connectors.looking import inspect, require_whole
from quanqu.doors.connectors.notes import DOUBTFUL, note_text
from quanqu.doors.connectors.queries import (
    company_key_of,
    get_import,
    list_connections,
    list_deliveries,
    list_imports,
    list_mappings,
    list_rejects,
    read_as,
    reason_texts,
    rejects_file,
)
from quanqu.doors.connectors.registry import list_channels
from quanqu.doors.connectors.rules.guessing import FIELDS, SHAPES
from quanqu.doors.connectors.rules.parse import mapping_schema
from quanqu.doors.connectors.wizard import preview

__all__ = [
    "DOUBTFUL",
    "FIELDS",
    "SHAPES",
    "accept_delivery",
    "cancel_import",
    "company_key_of",
    "connect_shop",
    "draft_yaml",
    "drop_old_uploads",
    "drop_upload",
    "get_import",
    "inspect",
    "is_guessed",
    "is_ping",
    "keep_upload",
    "list_channels",
    "list_connections",
    "list_deliveries",
    "list_imports",
    "list_mappings",
    "list_rejects",
    "look_over",
    "mapping_schema",
    "note_text",
    "preview",
    "process_delivery",
    "queue_import",
    "read_as",
    "read_identifiers",
    "reason_texts",
    "rejects_file",
    "require_whole",
    "run_import",
    "save_mapping",
    "uploaded_path",
    "usable_contents",
    "work_on",
]
