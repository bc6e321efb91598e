"""The REST API of supply."""

from ninja import Router

from quanqu.sell.supply.api.orders import router as orders
from quanqu.sell.supply.api.receipts import router as receipts
from quanqu.sell.supply.api.returns import router as returns
from quanqu.sell.supply.api.suppliers import router as suppliers

__all__ = ["router"]

router = Router(tags=["supply"])
for _part in (suppliers, orders, receipts, returns):
    router.add_router("", _part)
