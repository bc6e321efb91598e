"""The REST API of privacy."""

from quanqu.know.privacy.api.routes import router

__all__ = ["router"]
