"""The REST API of carts."""

from quanqu.sell.carts.api import slots as _slots  # noqa: F401 - adds its calls
from quanqu.sell.carts.api.routes import router

__all__ = ["router"]
