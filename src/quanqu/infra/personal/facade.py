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
from quanqu.infra.personal.retention import Retained, retain, retained
from quanqu.infra.personal.sql import SqlWork, plain_value
from quanqu.infra.personal.suppression import (
    count_met,
    find_suppressed,
    hold_off_erasure,
    suppress,
    suppressed_since,
    suppression_figures,
)

__all__ = [
    "DocumentWork",
    "Matcher",
    "Retained",
    "SqlWork",
    "count_met",
    "declare",
    "declare_plain",
    "find_suppressed",
    "hold_off_erasure",
    "holdings",
    "personal_holdings",
    "plain_value",
    "retain",
    "retained",
    "suppress",
    "suppressed_since",
    "suppression_figures",
    "undeclared",
]
