"""The REST API of what is open and what to do next."""

from quanqu.engage.care.api.routes import router

__all__ = ["router"]
