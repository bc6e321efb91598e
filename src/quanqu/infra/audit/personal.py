"""The personal data of the audit trail."""

from quanqu.infra.personal.contracts import DataClass, Holding, Store, Treatment
from quanqu.infra.personal.facade import SqlWork, declare

declare(
    Holding(
        name="audit_record",
        store=Store.TABLE,
        personal={
            "actor_id": DataClass.STAFF,
            "actor_name": DataClass.STAFF,
            "subject": DataClass.IDENTIFIER,
            "before": DataClass.DOCUMENT,
            "after": DataClass.DOCUMENT,
        },
        plain="key at actor_kind action request_id",
        treatment=Treatment.KEPT,
        found_by="the customer's outside id",
        reason="Proof of what was done (GDPR Art. 5(2), PIPL Art. 54): masked values only, under "
        "an id that leads to nobody once the customer is erased.",
        work=SqlWork("audit_record", "subject = ANY(%(customer_ids)s)"),
    )
)
