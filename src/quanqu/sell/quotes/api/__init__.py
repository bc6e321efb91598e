"""The REST API of quotes."""

from quanqu.sell.quotes.api.routes import router

__all__ = ["router"]
