"""The REST API of payments."""

from quanqu.sell.payments.api.routes import router

__all__ = ["router"]
