"""The REST API of tags that are worked out."""

from quanqu.know.tags.api.routes import router

__all__ = ["router"]
