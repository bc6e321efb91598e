"""The REST API of sourcing."""

from quanqu.sell.sourcing.api.routes import router

__all__ = ["router"]
