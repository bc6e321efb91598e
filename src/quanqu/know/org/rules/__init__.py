"""Pure decisions of know.org: shapes of fields, the tree, keys, rates."""

from quanqu.know.org.rules.credentials import key_state
from quanqu.know.org.rules.fields import (
    check_code,
    check_currency,
    check_details,
    check_email,
    check_language,
    check_name,
    check_zone,
)
from quanqu.know.org.rules.geography import has_moved, is_located
from quanqu.know.org.rules.rates import check_rate, read_rates
from quanqu.know.org.rules.tree import build_tree, check_parent, is_within, scope_lines

__all__ = [
    "build_tree",
    "check_code",
    "check_currency",
    "check_details",
    "check_email",
    "check_language",
    "check_name",
    "check_parent",
    "check_rate",
    "check_zone",
    "has_moved",
    "is_located",
    "is_within",
    "key_state",
    "read_rates",
    "scope_lines",
]
