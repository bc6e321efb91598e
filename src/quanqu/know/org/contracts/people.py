"""People, the roles they hold and the permissions a role is made of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from quanqu.know.org.contracts.units import UnitKind

__all__ = [
    "LANGUAGES",
    "PERMISSIONS",
    "ROLE_PERMISSIONS",
    "AssignmentInfo",
    "PersonFilters",
    "PersonInfo",
    "PersonPreferences",
    "RoleCode",
    "RoleGrant",
    "Theme",
]


LANGUAGES: Final = ("en", "zh-hans")


class RoleCode(StrEnum):
    """The roles a person or an API key may hold over a part of the tree."""

    OWNER = "owner"
    ADMINISTRATOR = "administrator"
    MARKETER = "marketer"
    ANALYST = "analyst"
    MERCHANDISER = "merchandiser"
    STORE_MANAGER = "store_manager"
    ASSOCIATE = "associate"
    SERVICE_AGENT = "service_agent"
    INTEGRATOR = "integrator"
    VIEWER = "viewer"
    SUPPLIER = "supplier"


class Theme(StrEnum):
    """How the console looks: as the system says, or always one way."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


PERMISSIONS: Final[frozenset[str]] = frozenset(
    {
        "audiences.manage", "audiences.view", "audit.view", "catalog.manage", "catalog.view",
        "customers.export", "customers.manage", "customers.reveal", "customers.view",
        "dropship.manage", "dropship.supply", "dropship.view",
        "fulfilment.manage", "fulfilment.view", "fulfilment.work",
        "imports.run", "imports.view", "intercompany.manage", "intercompany.view",
        "invoices.manage", "invoices.rules", "invoices.view",
        "jobs.manage", "metrics.manage", "metrics.view",
        "orders.export", "orders.manage", "orders.view", "org.manage", "org.own", "org.view",
        "payments.manage", "payments.refund", "payments.view", "privacy.erase", "privacy.manage",
        "privacy.view", "returns.approve", "returns.manage", "returns.policy", "returns.view",
        "sourcing.manage", "sourcing.view", "stock.manage", "stock.view", "supply.approve",
        "supply.manage", "supply.view", "timeline.manage", "timeline.view", "timeline.write",
        "stock.approve", "stock.count",
    }
)  # fmt: skip

_LOOK: Final = frozenset(
    {
        "org.view", "catalog.view", "metrics.view", "orders.view", "returns.view", "sourcing.view",
        "stock.view",
        "fulfilment.view",
    }
)  # fmt: skip
_CUSTOMERS: Final = frozenset({"customers.view", "timeline.view", "audiences.view"})

ROLE_PERMISSIONS: Final[dict[RoleCode, frozenset[str]]] = {
    RoleCode.OWNER: PERMISSIONS,
    RoleCode.ADMINISTRATOR: PERMISSIONS - {"org.own"},
    RoleCode.MARKETER: _LOOK
    | _CUSTOMERS
    | {"audiences.manage", "customers.export", "customers.manage", "imports.view"},
    RoleCode.ANALYST: _LOOK
    | _CUSTOMERS
    | {
        "audiences.manage",
        "imports.view",
        "intercompany.view",
        "invoices.view",
        "metrics.manage",
        "payments.view",
    },
    RoleCode.MERCHANDISER: _LOOK
    | {
        "catalog.manage",
        "dropship.manage",
        "dropship.view",
        "imports.run",
        "imports.view",
        "sourcing.manage",
        "stock.approve",
        "stock.count",
        "stock.manage",
        "supply.approve",
        "supply.manage",
        "supply.view",
    },
    RoleCode.STORE_MANAGER: _LOOK
    | _CUSTOMERS
    | {
        "customers.manage",
        "customers.reveal",
        "dropship.view",
        "fulfilment.manage",
        "fulfilment.work",
        "invoices.manage",
        "invoices.view",
        "orders.manage",
        "payments.manage",
        "payments.refund",
        "payments.view",
        "returns.approve",
        "returns.manage",
        "returns.view",
        "stock.approve",
        "stock.count",
        "stock.manage",
        "supply.view",
    },
    RoleCode.ASSOCIATE: frozenset(
        {
            "org.view",
            "catalog.view",
            "fulfilment.view",
            "fulfilment.work",
            "invoices.view",
            "orders.view",
            "customers.view",
            "payments.view",
            "returns.manage",
            "returns.view",
            "stock.count",
            "stock.view",
        }
    ),
    RoleCode.SERVICE_AGENT: frozenset(
        {
            "org.view",
            "catalog.view",
            "fulfilment.view",
            "invoices.manage",
            "invoices.view",
            "orders.view",
            "orders.manage",
            "customers.view",
            "customers.reveal",
            "customers.manage",
            "payments.refund",
            "payments.view",
            "privacy.manage",
            "privacy.view",
            "returns.manage",
            "returns.view",
            "sourcing.view",
            "stock.view",
            "timeline.view",
        }
    ),
    RoleCode.INTEGRATOR: _LOOK
    | _CUSTOMERS
    | {
        "catalog.manage",
        "customers.manage",
        "dropship.manage",
        "dropship.view",
        "fulfilment.manage",
        "fulfilment.work",
        "imports.run",
        "imports.view",
        "invoices.manage",
        "invoices.rules",
        "invoices.view",
        "orders.manage",
        "sourcing.manage",
        "payments.manage",
        "payments.view",
        "returns.manage",
        "returns.view",
        "stock.count",
        "stock.manage",
        "supply.manage",
        "supply.view",
        "timeline.manage",
        "timeline.write",
    },
    RoleCode.VIEWER: _LOOK,
    RoleCode.SUPPLIER: frozenset({"dropship.supply"}),
}


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role to give over a unit and everything below it; without `expires_at` it stays."""

    role: RoleCode
    unit_id: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AssignmentInfo:
    """A role held over a unit and everything below it, until `expires_at` if that is set."""

    id: str
    role: RoleCode
    unit_id: str
    unit_kind: UnitKind
    unit_name: str
    granted_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonFilters:
    """Narrow a list of people: part of the name or start of the address; active or not."""

    text: str = ""
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class PersonPreferences:
    """How a person reads the console: BCP 47 language, IANA zone, theme."""

    language: str
    time_zone: str
    theme: Theme


@dataclass(frozen=True, slots=True)
class PersonInfo:
    """A member of staff and the roles that have not expired."""

    key: int
    id: str
    email: str
    name: str
    is_active: bool
    preferences: PersonPreferences
    last_login_at: datetime | None
    assignments: tuple[AssignmentInfo, ...]
