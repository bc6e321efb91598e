"""The tables of know.customers. Facts elsewhere carry `Identifier.key` as their subject key."""

from quanqu.know.customers.models.identity import (
    Apart,
    Breach,
    Customer,
    CustomerQuerySet,
    Evidence,
    Identifier,
    IdentityChange,
    Presence,
)
from quanqu.know.customers.models.profiles import CustomerTag, PastTag, SubjectProfile, Tag
from quanqu.know.customers.models.ruleset import RuleSetVersion

__all__ = [
    "Apart",
    "Breach",
    "Customer",
    "CustomerQuerySet",
    "CustomerTag",
    "Evidence",
    "Identifier",
    "IdentityChange",
    "PastTag",
    "Presence",
    "RuleSetVersion",
    "SubjectProfile",
    "Tag",
]
