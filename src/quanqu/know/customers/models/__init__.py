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
from quanqu.know.customers.models.ruleset import RuleSetVersion, SourceRank
from quanqu.know.customers.models.scores import CustomerScore, Score

__all__ = [
    "Apart",
    "Breach",
    "Customer",
    "CustomerQuerySet",
    "CustomerScore",
    "CustomerTag",
    "Evidence",
    "Identifier",
    "IdentityChange",
    "PastTag",
    "Presence",
    "RuleSetVersion",
    "Score",
    "SourceRank",
    "SubjectProfile",
    "Tag",
]
