"""The REST API of the books between companies."""

from quanqu.sell.intercompany.api.routes import router

__all__ = ["router"]
