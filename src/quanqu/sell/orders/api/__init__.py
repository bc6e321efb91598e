"""The REST API of orders."""

from quanqu.sell.orders.api.routes import router

__all__ = ["router"]
