"""The REST API of matching."""

from quanqu.know.matching.api.routes import router

__all__ = ["router"]
