"""The REST API of models."""

from quanqu.learn.predict.api.routes import router

__all__ = ["router"]
