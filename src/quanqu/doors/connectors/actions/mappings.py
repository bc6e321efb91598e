"""Mappings a company keeps, in versions."""

from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from quanqu.doors.connectors.actions.locks import lock_mappings
from quanqu.doors.connectors.actions.places import PERMISSION
from quanqu.doors.connectors.contracts import BadMappingError
from quanqu.doors.connectors.contracts.wizard import SavedMapping as SavedMappingRow
from quanqu.doors.connectors.models import SavedMapping
from quanqu.doors.connectors.queries import saved_mapping
from quanqu.doors.connectors.rules.parse import parse_mapping
from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotAllowedError

__all__ = ["save_mapping"]


@transaction.atomic
def save_mapping(
    *, actor: Actor, company_key: int, content: dict[str, Any], now: datetime
) -> SavedMappingRow:
    """Keep a mapping as the next version of its name. Raises: BadMappingError, NotAllowedError."""
    actor.require(PERMISSION)
    scope = actor.scope(PERMISSION)
    if not (scope.everything or company_key in scope.companies):
        raise NotAllowedError(permission=PERMISSION)
    mapping = parse_mapping(content, name=str(content.get("name", "mapping")))
    if not 0 < len(mapping.name) <= 80:
        raise BadMappingError(mapping=mapping.name, where="name", problem="has 1 to 80 characters")
    lock_mappings(company_key)
    rows = SavedMapping.objects.filter(company_key=company_key, name=mapping.name)
    newest = max((row.version for row in rows), default=0)
    numbered = msgspec.structs.replace(mapping, version=newest + 1)
    row = SavedMapping.objects.create(
        company_key=company_key,
        name=mapping.name,
        version=newest + 1,
        content=msgspec.to_builtins(numbered),
        saved_by=actor.name,
        saved_at=now,
    )
    after = {"name": row.name, "version": row.version}
    record(actor=actor, action="connectors.save_mapping", subject=row.name, after=after, now=now)
    return saved_mapping(row)
