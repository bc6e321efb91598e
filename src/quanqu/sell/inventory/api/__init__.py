"""The REST API of stock."""

from quanqu.sell.inventory.api.routes import router

__all__ = ["router"]
