"""What sell.replenishment offers."""

from quanqu.sell.replenishment.actions.deciding import (
    accept_proposals,
    change_quantity,
    dismiss_proposals,
)
from quanqu.sell.replenishment.actions.forecasts import push_forecast
from quanqu.sell.replenishment.actions.policies import set_policies, stop_policies
from quanqu.sell.replenishment.actions.promising import promise_hold, promise_places
from quanqu.sell.replenishment.actions.proposing import look_at_all, look_at_stock
from quanqu.sell.replenishment.queries.policies import count_policies, list_policies
from quanqu.sell.replenishment.queries.promises import (
    count_promises,
    list_promises,
    promising,
)
from quanqu.sell.replenishment.queries.proposals import (
    count_proposals,
    get_proposal,
    list_proposals,
    list_runs,
)
from quanqu.sell.replenishment.queries.watching import count_alerts, list_alerts

__all__ = [
    "accept_proposals",
    "change_quantity",
    "count_alerts",
    "count_policies",
    "count_promises",
    "count_proposals",
    "dismiss_proposals",
    "get_proposal",
    "list_alerts",
    "list_policies",
    "list_promises",
    "list_proposals",
    "list_runs",
    "look_at_all",
    "look_at_stock",
    "promise_hold",
    "promise_places",
    "promising",
    "push_forecast",
    "set_policies",
    "stop_policies",
]
