"""Reads of API keys, and the actor a key is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any, Final
from uuid import UUID

from quanqu.infra.auth.contracts import Actor, ActorKind, InvalidTokenError
from quanqu.infra.auth.facade import read_token, token_hash
from quanqu.infra.db.facade import Combiner, run_prepared
from quanqu.kernel import ids
from quanqu.kernel.paging import Page, decode_key, encode_cursor
from quanqu.know.org.contracts import (
    ApiKeyInfo,
    ApiKeyNotFoundError,
    RoleCode,
    UnitKind,
)
from quanqu.know.org.models import ApiKey, Unit
from quanqu.know.org.queries.people import grants_over
from quanqu.know.org.queries.units import ID_PREFIXES, units_below
from quanqu.know.org.rights import may_over, visible_paths
from quanqu.know.org.rules import key_state

_WORKING = frozenset({"active", "replaced"})


@dataclass(frozen=True, slots=True)
class WorkingKey:
    """A key that a token proves: what it may do and when its use was noted last."""

    key: int
    id: UUID
    name: str
    prefix: str
    role: str
    path: str
    kind: str
    last_used_at: datetime | None


_FOUND: Final = (
    "SELECT k.key, k.id, k.name, k.prefix, k.role, u.path, u.kind, k.last_used_at, k.secret_hash, "
    "k.expires_at, k.revoked_at, k.replaced_by_id IS NOT NULL "
    "FROM org_apikey k JOIN org_unit u ON u.key = k.unit_id WHERE k.prefix = ANY(%s)"
)


def _read(prefixes: Sequence[str]) -> list[tuple[Any, ...] | None]:
    found = {row[3]: row for row in run_prepared(_FOUND, [list(set(prefixes))])}
    return [found.get(one) for one in prefixes]


_READERS: Final = Combiner(_read, most=500)
"""Calls that come at the same time have their keys read by one statement, after they came."""


def find_working_key(*, token: str, now: datetime) -> WorkingKey:
    """Return the key a token proves, as it stands now. Raises: InvalidTokenError."""
    prefix = read_token(token)
    row = _READERS.ask(prefix) if prefix else None
    if row is None:
        raise InvalidTokenError
    *found, secret_hash, expires_at, revoked_at, is_replaced = row
    state = key_state(
        now=now, expires_at=expires_at, revoked_at=revoked_at, is_replaced=is_replaced
    )
    if not compare_digest(bytes(secret_hash), token_hash(token)) or state not in _WORKING:
        raise InvalidTokenError
    return WorkingKey(*found)


def actor_of_key(key: WorkingKey) -> Actor:
    """Return who a key acts as: its role over its unit, nothing else."""
    return Actor(
        ActorKind.API_KEY,
        ids.encode("key", key.id),
        key.name,
        grants_over([(RoleCode(key.role), Unit(path=key.path, kind=key.kind))]),
        extra={"key_prefix": key.prefix},
    )


def list_api_keys(
    *, actor: Actor, now: datetime, cursor: str | None = None, limit: int = 50
) -> Page[ApiKeyInfo]:
    """Return a page of the keys over units the actor manages, oldest first."""
    actor.require("org.manage")
    found = ApiKey.objects.select_related("unit").order_by("key")
    roots = visible_paths(actor, "org.manage")
    if roots is not None:
        found = found.filter(unit__in=units_below(roots))
    if cursor:
        found = found.filter(key__gt=decode_key(cursor))
    rows = list(found[: limit + 1])
    items = tuple(key_info(row, now) for row in rows[:limit])
    return Page(items, encode_cursor([rows[limit - 1].key]) if len(rows) > limit else None)


def lock_key(actor: Actor, key_id: str) -> ApiKey:
    """Return a key over a unit the actor manages, FOR UPDATE. Raises: ApiKeyNotFoundError."""
    actor.require("org.manage")
    found = ApiKey.objects.select_for_update(of=("self",)).select_related("unit")
    row = found.filter(id=ids.decode("key", key_id)).first()
    if row is None or not may_over(actor, "org.manage", row.unit.path):
        raise ApiKeyNotFoundError(ref=key_id)
    return row


def key_info(row: ApiKey, now: datetime) -> ApiKeyInfo:
    """Return a key as a contract."""
    kind = UnitKind(row.unit.kind)
    return ApiKeyInfo(
        id=ids.encode("key", row.id),
        name=row.name,
        prefix=row.prefix,
        role=RoleCode(row.role),
        unit_id=ids.encode(ID_PREFIXES[kind], row.unit.id),
        unit_kind=kind,
        unit_name=row.unit.name,
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
        state=_state(row, now),
    )


def _state(row: ApiKey, now: datetime) -> str:
    return key_state(
        now=now,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        is_replaced=row.replaced_by_id is not None,
    )
