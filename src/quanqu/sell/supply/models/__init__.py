"""The tables of supply.

Orders, lines and costs carry keys of places, companies and variants without foreign keys: what
they point to is never deleted.
"""

from quanqu.sell.supply.models.orders import OrderHistory, PurchaseLine, PurchaseOrder
from quanqu.sell.supply.models.receipts import Charge, ChargeShare, Receipt, ReceiptLine
from quanqu.sell.supply.models.returns import SupplierCredit, SupplierReturn, SupplierReturnLine
from quanqu.sell.supply.models.suppliers import BuyingRule, ItemCost, Supplier

__all__ = [
    "BuyingRule",
    "Charge",
    "ChargeShare",
    "ItemCost",
    "OrderHistory",
    "PurchaseLine",
    "PurchaseOrder",
    "Receipt",
    "ReceiptLine",
    "Supplier",
    "SupplierCredit",
    "SupplierReturn",
    "SupplierReturnLine",
]
