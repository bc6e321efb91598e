"""Read the trail, newest first."""

from quanqu.infra.audit.contracts import AuditEntry, AuditFilters
from quanqu.infra.audit.models import AuditRecord
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.paging import Page, decode_key, encode_cursor


def list_entries(
    *, actor: Actor, filters: AuditFilters, cursor: str | None = None, limit: int = 50
) -> Page[AuditEntry]:
    """Return a page of changes: the group's for those who may see all of it, else one's own."""
    found = AuditRecord.objects.order_by("-key")
    if not actor.scope("audit.view").everything:
        found = found.filter(actor_id=actor.id)
    wanted = {
        "subject": filters.subject,
        "actor_id": filters.actor_id,
        "action": filters.action,
        "action__in": filters.actions,
        "at__gte": filters.since,
        "at__lt": filters.until,
    }
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    if cursor:
        found = found.filter(key__lt=decode_key(cursor))
    rows = list(found[: limit + 1])
    items = tuple(_entry(row) for row in rows[:limit])
    return Page(items, encode_cursor([items[-1].key]) if len(rows) > limit else None)


def _entry(row: AuditRecord) -> AuditEntry:
    return AuditEntry(
        row.key,
        row.at,
        row.actor_kind,
        row.actor_id,
        row.actor_name,
        row.action,
        row.subject,
        row.before,
        row.after,
        row.request_id,
    )
