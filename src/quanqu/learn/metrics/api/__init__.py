"""The REST API of metrics."""

from quanqu.learn.metrics.api.routes import router

__all__ = ["router"]
