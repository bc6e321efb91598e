"""The REST API of the catalogue."""

from quanqu.sell.catalog.api.routes import router

__all__ = ["router"]
