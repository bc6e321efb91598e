"""The REST API of returns."""

from ninja import Router

from quanqu.sell.returns.api.policies import router as policies
from quanqu.sell.returns.api.routes import router as returns
from quanqu.sell.returns.api.steps import router as steps

__all__ = ["router"]

router = Router(tags=["returns"])
router.add_router("", returns)
router.add_router("", steps)
router.add_router("", policies)
