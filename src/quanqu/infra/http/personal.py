"""The personal data at the edge: answers kept a day for replay."""

from quanqu.infra.personal.contracts import DataClass, Holding, Store
from quanqu.infra.personal.facade import DocumentWork, declare, declare_plain

declare(
    Holding(
        name="http_idempotent_answer",
        store=Store.TABLE,
        personal={"body": DataClass.DOCUMENT},
        plain="key scope_hash body_hash status content_type headers created_at",
        found_by="the person's values in the answer",
        phase=20,
        work=DocumentWork(
            table="http_idempotent_answer",
            key="key",
            column="body",
            purpose="http.idempotent_answer",
            bound_to="scope_hash",
        ),
    )
)
declare_plain("http_rate_bucket", "name tokens is_granted updated_at")
