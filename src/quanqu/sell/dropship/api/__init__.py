"""The REST API of drop-shipping: the retailer's side and the supplier's."""

from ninja import Router

from quanqu.sell.dropship.api.offers import router as offers
from quanqu.sell.dropship.api.orders import router as orders

__all__ = ["router"]

router = Router(tags=["dropship"])
router.add_router("", orders)
router.add_router("", offers)
