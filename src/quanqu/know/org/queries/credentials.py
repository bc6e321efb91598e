"""Reads of API keys, and the actor a key is."""

from datetime import datetime
from hmac import compare_digest

from quanqu.infra.auth.contracts import Actor, ActorKind, InvalidTokenError
from quanqu.infra.auth.facade import read_token, token_hash
from quanqu.kernel import ids
from quanqu.kernel.paging import Page, decode_key, encode_cursor
from quanqu.know.org.contracts import (
    ApiKeyInfo,
    ApiKeyNotFoundError,
    RoleCode,
    UnitKind,
)
from quanqu.know.org.models import ApiKey
from quanqu.know.org.queries.people import grants_over
from quanqu.know.org.queries.units import ID_PREFIXES, units_below
from quanqu.know.org.rights import may_over, visible_paths
from quanqu.know.org.rules import key_state

_WORKING = frozenset({"active", "replaced"})


def find_working_key(*, token: str, now: datetime) -> ApiKey:
    """Return the row of the key a token proves. Raises: InvalidTokenError."""
    prefix = read_token(token)
    row = ApiKey.objects.select_related("unit").filter(prefix=prefix).first() if prefix else None
    if row is None or not compare_digest(bytes(row.secret_hash), token_hash(token)):
        raise InvalidTokenError
    if _state(row, now) not in _WORKING:
        raise InvalidTokenError
    return row


def actor_of_key(row: ApiKey) -> Actor:
    """Return who a key acts as: its role over its unit, nothing else."""
    return Actor(
        ActorKind.API_KEY,
        ids.encode("key", row.id),
        row.name,
        grants_over([(RoleCode(row.role), row.unit)]),
        extra={"key_prefix": row.prefix},
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
