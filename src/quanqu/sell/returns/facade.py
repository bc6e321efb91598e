"""What sell.returns offers."""

from quanqu.sell.returns.actions.charging import charge_supplier
from quanqu.sell.returns.actions.exchanging import RETURN_CREDIT, ReturnCredit, exchange_return
from quanqu.sell.returns.actions.moving import (
    approve_return,
    await_goods,
    cancel_return,
    inspect_return,
    receive_return,
    refuse_return,
)
from quanqu.sell.returns.actions.opening import open_return, preview_return
from quanqu.sell.returns.actions.paying import pay_out_credit
from quanqu.sell.returns.actions.photos import add_photo
from quanqu.sell.returns.actions.policies import save_policy
from quanqu.sell.returns.actions.settling import settle_return
from quanqu.sell.returns.queries.photos import get_photo
from quanqu.sell.returns.queries.policies import (
    get_policy,
    list_policies,
    policy_json,
    policy_schema,
    try_policy,
)
from quanqu.sell.returns.queries.returns import (
    count_returns,
    get_return,
    list_returns,
    returns_of_orders,
)
from quanqu.sell.returns.queries.sales import currency_of, find_sale, get_sale
from quanqu.sell.returns.queries.settled import settled_returns, sold_order

__all__ = [
    "RETURN_CREDIT",
    "ReturnCredit",
    "add_photo",
    "approve_return",
    "await_goods",
    "cancel_return",
    "charge_supplier",
    "count_returns",
    "currency_of",
    "exchange_return",
    "find_sale",
    "get_photo",
    "get_policy",
    "get_return",
    "get_sale",
    "inspect_return",
    "list_policies",
    "list_returns",
    "open_return",
    "pay_out_credit",
    "policy_json",
    "policy_schema",
    "preview_return",
    "receive_return",
    "refuse_return",
    "returns_of_orders",
    "save_policy",
    "settle_return",
    "settled_returns",
    "sold_order",
    "try_policy",
]
