"""The REST API of carts."""

from quanqu.sell.carts.api.routes import router

__all__ = ["router"]
