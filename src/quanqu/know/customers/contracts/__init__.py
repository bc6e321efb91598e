"""What crosses the border of know.customers: identifier kinds, rows, details, events, errors."""

from quanqu.know.customers.contracts.errors import (
    AmbiguousLinkError,
    EvidenceWithdrawnError,
    HeldApartError,
    MalformedClaimsError,
    TagNameError,
    UnknownIdentifierTypeError,
)
from quanqu.know.customers.contracts.events import (
    CustomersMerged,
    CustomersSplit,
)
from quanqu.know.customers.contracts.identifiers import (
    CONTACT_FIELDS,
    KINDS,
    PROFILE_FIELDS,
    IdentifierKind,
    IdentifierType,
)
from quanqu.know.customers.contracts.rows import (
    ContactRow,
    CustomerDetail,
    CustomerFilters,
    CustomerRow,
    CustomerSort,
    EvidenceRow,
    IdentifierRow,
    IdentityChangeRow,
    ProfileField,
    RevealedCustomer,
    Standing,
    TagRow,
)
from quanqu.know.customers.contracts.ruleset import RuleSet, Survival, TypeRule

__all__ = [
    "CONTACT_FIELDS",
    "KINDS",
    "PROFILE_FIELDS",
    "AmbiguousLinkError",
    "ContactRow",
    "CustomerDetail",
    "CustomerFilters",
    "CustomerRow",
    "CustomerSort",
    "CustomersMerged",
    "CustomersSplit",
    "EvidenceRow",
    "EvidenceWithdrawnError",
    "HeldApartError",
    "IdentifierKind",
    "IdentifierRow",
    "IdentifierType",
    "IdentityChangeRow",
    "MalformedClaimsError",
    "ProfileField",
    "RevealedCustomer",
    "RuleSet",
    "Standing",
    "Survival",
    "TagNameError",
    "TagRow",
    "TypeRule",
    "UnknownIdentifierTypeError",
]
