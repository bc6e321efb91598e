"""The REST API of payments."""

from quanqu.sell.payments.api.deciding import router as deciding
from quanqu.sell.payments.api.routes import router
from quanqu.sell.payments.api.settlement import router as settlement

__all__ = ["router"]

router.add_router("", settlement)
router.add_router("", deciding)
