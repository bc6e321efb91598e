"""The personal data of know.privacy itself: who asked, while a request is open."""

from quanqu.infra.personal.contracts import DataClass, Holding, Store, Treatment
from quanqu.infra.personal.facade import Retained, SqlWork, declare, declare_plain, retain
from quanqu.know.privacy.actions.packages import (
    PackageFiles,
    count_packages_before,
    drop_packages_before,
)

declare(
    Holding(
        name="privacy_request",
        store=Store.TABLE,
        personal={
            "customer_ids": DataClass.IDENTIFIER,
            "sealed": DataClass.DOCUMENT,
            "verified_by": DataClass.STAFF,
        },
        plain="key id kind state basis people corrected suppressed_count received_at due_at "
        "is_extended needs_approval created_at started_at closed_at closed_reason report "
        "package_expires_at",
        treatment=Treatment.EXPIRES,
        found_by="the customer's outside id",
        reason="It names whom it is about until it is carried out: an erasure takes that out with "
        "its last step, in its own and in older requests.",
        phase=20,
        work=SqlWork(
            "privacy_request",
            "closed_at IS NOT NULL AND customer_ids && %(customer_uuids)s::uuid[]",
            setting="customer_ids = '{}', sealed = NULL",
            hidden=frozenset({"sealed", "report", "verified_by"}),
        ),
    )
)
declare(
    Holding(
        name="privacy_act",
        store=Store.TABLE,
        personal={"actor_id": DataClass.STAFF, "actor_name": DataClass.STAFF},
        plain="key request_key at act note",
        treatment=Treatment.KEPT,
        found_by="the person of staff",
        reason="Proof of who verified, approved and carried out a request.",
    )
)
declare(
    Holding(
        name="privacy_restricted",
        store=Store.TABLE,
        personal={"customer_id": DataClass.IDENTIFIER, "kind": DataClass.CONSENT},
        plain="since",
        found_by="the customer's outside id",
        phase=70,
        work=SqlWork("privacy_restricted", "customer_id = ANY(%(customer_uuids)s::uuid[])"),
    )
)
declare_plain("privacy_step", "request_key number place rows_before rows_after finished_at")
declare_plain("privacy_policy", "key needs_second_person pipl_days package_days backup_days")
declare_plain("privacy_retention", "code days changed_at")
declare_plain("privacy_retention_run", "key code ran_at older_than deleted")
declare(
    Holding(
        name="privacy",
        store=Store.FILES,
        personal={"packages": DataClass.DOCUMENT},
        plain="journal",
        found_by="the request that names the customer",
        phase=15,
        work=PackageFiles(),
        is_transactional=False,
    )
)
retain(
    Retained("packages", DataClass.DOCUMENT, 14, 1, 90, count_packages_before, drop_packages_before)
)
