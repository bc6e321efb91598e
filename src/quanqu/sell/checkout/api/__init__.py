"""The REST API of live orders."""

from quanqu.sell.checkout.api.routes import router

__all__ = ["router"]
