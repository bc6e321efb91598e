"""The REST API of invoices and of how they are taxed."""

from ninja import Router

from quanqu.sell.invoicing.api.routes import router as invoices
from quanqu.sell.invoicing.api.taxes import router as taxes

__all__ = ["router"]

router = Router(tags=["invoices"])
router.add_router("", invoices)
router.add_router("", taxes)
