"""What infra.personal offers."""

from quanqu.infra.personal.documents import DocumentWork
from quanqu.infra.personal.matching import Matcher
from quanqu.infra.personal.registry import (
    declare,
    declare_plain,
    holdings,
    personal_holdings,
    undeclared,
)
from quanqu.infra.personal.sql import SqlWork, plain_value

__all__ = [
    "DocumentWork",
    "Matcher",
    "SqlWork",
    "declare",
    "declare_plain",
    "holdings",
    "personal_holdings",
    "plain_value",
    "undeclared",
]
