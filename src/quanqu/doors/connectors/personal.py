"""The personal data of doors.connectors: pushed bodies, rejected rows, uploaded files."""

from quanqu.doors.connectors.actions.webhooks import BODY
from quanqu.doors.connectors.filed import (
    FiledRejects,
    UploadedFiles,
    count_rejects_before,
    drop_rejects_before,
)
from quanqu.infra.personal.contracts import DataClass, Holding, Store
from quanqu.infra.personal.facade import DocumentWork, Retained, declare, declare_plain, retain

declare(
    Holding(
        name="connectors_delivery",
        store=Store.TABLE,
        personal={"body_enc": DataClass.MESSAGE},
        plain="key connection_key delivery_id topic resource changed_at received_at processed_at "
        "outcome",
        found_by="the person's values in a body that waits",
        phase=20,
        work=DocumentWork("connectors_delivery", "key", "body_enc", BODY, blank="body_enc = NULL"),
    )
)
declare(
    Holding(
        name="rejects",
        store=Store.FILES,
        personal={"values": DataClass.DOCUMENT},
        plain="table row reason field message_en message_zh",
        found_by="the person's values in a rejected row",
        phase=20,
        work=FiledRejects(),
        is_transactional=False,
    )
)
declare(
    Holding(
        name="uploads",
        store=Store.FILES,
        personal={"content": DataClass.DOCUMENT},
        found_by="the person's values in the file as text",
        phase=20,
        work=UploadedFiles(),
        is_transactional=False,
    )
)
declare_plain(
    "connectors_importrun",
    "key id state is_dry_run channel mapping mapping_version mapping_data file_name path sha256 "
    "size_bytes company_key company_code place_key place_code allowed_places started_by rows_total "
    "rows_accepted rows_rejected entities reasons cursor is_cancel_requested error_code error "
    "created_at started_at finished_at",
)
declare_plain("connectors_savedmapping", "key company_key name version content saved_by saved_at")
declare_plain(
    "connectors_connection",
    "key code channel place_key company_key secret_enc is_enabled created_by created_at "
    "last_delivery_at",
)
retain(
    Retained("rejects", DataClass.DOCUMENT, 90, 1, 730, count_rejects_before, drop_rejects_before)
)
