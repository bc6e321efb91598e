"""What the audit trail says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = ["AuditEntry", "AuditFilters"]


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """Narrow the trail: by the thing changed, the actor, the actions, the time; None means any.

    `since` is included, `until` is not.
    """

    subject: str | None = None
    actor_id: str | None = None
    action: str | None = None
    actions: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change: who, when, what, and the fields before and after."""

    key: int
    at: datetime
    actor_kind: str
    actor_id: str
    actor_name: str
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str
