"""The personal data of know.tags: what was said of whom in samples."""

from quanqu.infra.personal.contracts import DataClass, Holding, Store
from quanqu.infra.personal.facade import SqlWork, declare, declare_plain

declare(
    Holding(
        name="tags_answer",
        store=Store.TABLE,
        personal={
            "subject_key": DataClass.IDENTIFIER,
            "worked_key": DataClass.PROFILE,
            "is_worn": DataClass.PROFILE,
            "is_right": DataClass.PROFILE,
        },
        plain="key version answered_by answered_at",
        found_by="the customer's identifiers",
        work=SqlWork("tags_answer", "subject_key = ANY(%(subjects)s)"),
    )
)
declare_plain("tags_tag", "key id tag_key version every created_at updated_at stale_at")
declare_plain("tags_version", "key worked_key number definition saved_by saved_at")
declare_plain(
    "tags_refresh",
    "key worked_key version as_of started_at duration_ms customers everybody entered left changed "
    "error",
)
