"""Write the trail."""

from datetime import datetime
from typing import Any

from structlog.contextvars import get_contextvars

from quanqu.infra.audit.models import AuditRecord
from quanqu.infra.auth.contracts import Actor


def record(
    *,
    actor: Actor,
    action: str,
    subject: str,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add one change to the trail, in the transaction that makes it.

    `before` and `after` hold the changed fields only, personal data already masked.
    """
    AuditRecord.objects.create(
        at=now,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        actor_name=actor.name,
        action=action,
        subject=subject,
        before=before,
        after=after,
        request_id=str(get_contextvars().get("request_id", "")),
    )
