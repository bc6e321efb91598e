"""The calls of connectors: the REST API and the address webhooks go to."""

from quanqu.doors.connectors.api.routes import router

__all__ = ["router"]
