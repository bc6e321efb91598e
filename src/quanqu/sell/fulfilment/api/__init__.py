"""The REST API of fulfilment."""

from ninja import Router

from quanqu.sell.fulfilment.api.carriers import router as carriers

__all__ = ["router"]

router = Router(tags=["fulfilment"])
router.add_router("", carriers)
