"""What know.privacy offers."""

from quanqu.know.privacy.actions.carrying import carry_out, erase_again, take_up_requests
from quanqu.know.privacy.actions.erasing import is_genuine
from quanqu.know.privacy.actions.expiring import drop_expired
from quanqu.know.privacy.actions.packages import download_package, drop_expired_packages
from quanqu.know.privacy.actions.requests import (
    approve_request,
    cancel_request,
    create_request,
    extend_request,
    refuse_request,
    start_request,
    verify_request,
)
from quanqu.know.privacy.actions.settings import lift_restriction, set_policy, set_retention
from quanqu.know.privacy.queries.inventory import (
    count_suppressed,
    list_holdings,
    restricted_customers,
)
from quanqu.know.privacy.queries.policy import get_policy
from quanqu.know.privacy.queries.requests import (
    count_open_requests,
    get_request,
    list_open_requests_of,
    list_requests,
    list_requests_of,
)
from quanqu.know.privacy.queries.retention import list_retention

__all__ = [
    "approve_request",
    "cancel_request",
    "carry_out",
    "count_open_requests",
    "count_suppressed",
    "create_request",
    "download_package",
    "drop_expired",
    "drop_expired_packages",
    "erase_again",
    "extend_request",
    "get_policy",
    "get_request",
    "is_genuine",
    "lift_restriction",
    "list_holdings",
    "list_open_requests_of",
    "list_requests",
    "list_requests_of",
    "list_retention",
    "refuse_request",
    "restricted_customers",
    "set_policy",
    "set_retention",
    "start_request",
    "take_up_requests",
    "verify_request",
]
