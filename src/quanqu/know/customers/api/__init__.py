"""The REST API of customers."""

from quanqu.know.customers.api.calls import router

__all__ = ["router"]
