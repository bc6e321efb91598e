"""What sell.intercompany offers."""

from quanqu.sell.intercompany.actions.following import follow_orders, follow_return
from quanqu.sell.intercompany.actions.ruling import save_rule
from quanqu.sell.intercompany.actions.settling import record_settlement
from quanqu.sell.intercompany.queries.books import (
    count_movements,
    get_statement,
    list_balances,
    list_movements,
)
from quanqu.sell.intercompany.queries.consolidating import consolidate
from quanqu.sell.intercompany.queries.rights import booked_companies
from quanqu.sell.intercompany.queries.rules import list_rules
from quanqu.sell.intercompany.queries.stock import value_group_stock

__all__ = [
    "booked_companies",
    "consolidate",
    "count_movements",
    "follow_orders",
    "follow_return",
    "get_statement",
    "list_balances",
    "list_movements",
    "list_rules",
    "record_settlement",
    "save_rule",
    "value_group_stock",
]
