"""API keys and login links as others see them: never the secret, except once when made."""

from dataclasses import dataclass
from datetime import datetime

from quanqu.know.org.contracts.people import RoleCode
from quanqu.know.org.contracts.units import UnitKind

__all__ = ["ApiKeyInfo", "IssuedApiKey", "IssuedLoginLink"]


@dataclass(frozen=True, slots=True)
class ApiKeyInfo:
    """A key, named by its `prefix`; `state` is active, expired, revoked or replaced."""

    id: str
    name: str
    prefix: str
    role: RoleCode
    unit_id: str
    unit_kind: UnitKind
    unit_name: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class IssuedApiKey:
    """A new key with its secret text, which is shown this once and kept nowhere."""

    info: ApiKeyInfo
    token: str


@dataclass(frozen=True, slots=True)
class IssuedLoginLink:
    """A new one-time link: the secret token of its address, and when it stops working."""

    person_id: str
    token: str
    expires_at: datetime
