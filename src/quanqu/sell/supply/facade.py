"""What sell.supply offers."""

from quanqu.sell.supply.actions.costs import import_catalogue, record_costs
from quanqu.sell.supply.actions.drafting import change_order, create_order
from quanqu.sell.supply.actions.moving import (
    approve_order,
    cancel_order,
    close_order,
    reject_order,
    send_order,
    submit_order,
)
from quanqu.sell.supply.actions.receiving import receive_goods, record_charge
from quanqu.sell.supply.actions.returning import record_credit, return_goods
from quanqu.sell.supply.actions.suppliers import (
    change_supplier,
    create_supplier,
    reveal_contact,
    set_buying_rules,
)
from quanqu.sell.supply.queries.buying import (
    buying_terms,
    expected_receipts,
    planned_units,
    supplier_companies,
)
from quanqu.sell.supply.queries.leadtimes import list_lead_times, supplier_lead_times
from quanqu.sell.supply.queries.orders import (
    count_orders,
    get_order,
    list_discrepancies,
    list_orders,
)
from quanqu.sell.supply.queries.receipts import get_receipt, list_receipts
from quanqu.sell.supply.queries.received import received_costs
from quanqu.sell.supply.queries.returns import get_return, list_returns
from quanqu.sell.supply.queries.suppliers import (
    count_suppliers,
    get_buying_rules,
    get_supplier,
    list_costs,
    list_suppliers,
)

__all__ = [
    "approve_order",
    "buying_terms",
    "cancel_order",
    "change_order",
    "change_supplier",
    "close_order",
    "count_orders",
    "count_suppliers",
    "create_order",
    "create_supplier",
    "expected_receipts",
    "get_buying_rules",
    "get_order",
    "get_receipt",
    "get_return",
    "get_supplier",
    "import_catalogue",
    "list_costs",
    "list_discrepancies",
    "list_lead_times",
    "list_orders",
    "list_receipts",
    "list_returns",
    "list_suppliers",
    "planned_units",
    "receive_goods",
    "received_costs",
    "record_charge",
    "record_costs",
    "record_credit",
    "reject_order",
    "return_goods",
    "reveal_contact",
    "send_order",
    "set_buying_rules",
    "submit_order",
    "supplier_companies",
    "supplier_lead_times",
]
